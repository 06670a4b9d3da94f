//! Stores with channels outermost: a tile's vectors of channels become rows of pixels.
//!
//! Comes in: a tile row whose outputs are activated, each vector the channels of one pixel. Goes out: tokens. Takes no decisions.
//!
//! Vectors of `n` pixels, interleaved, are one long vector in which each channel's `n` pixels are neighbours. Two vectors at a time
//! that takes log2(n) stages: the first pairs each pixel of the first half with one of the second half, the next does so with these
//! pairs, until the pixels of a channel stand side by side and in order.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::tile::Tile;
use super::vector::number;
use crate::plan::powers;

impl Tile<'_> {
    /// Stores tile row `row` to `out`, channel by channel.
    pub(super) fn store_planes(&self, row: usize, values: &[TokenStream]) -> TokenStream {
        let (columns, lanes, vectors) = (self.strip.region.tile.outputs, self.strip.lanes, self.strip.vectors);
        let step = self.strip.region.step;
        let mut tokens = TokenStream::new();
        for vector in 0..vectors {
            let channels: Vec<usize> = (vector * lanes..self.nest.outputs.min((vector + 1) * lanes)).collect();
            let of_pixel = |column: usize| values[(row * columns + column) * vectors + vector].clone();
            let pixels: Vec<TokenStream> = (0..columns).map(of_pixel).collect();
            if step > 1 || columns == 1 {
                tokens.extend(self.store_lanes(&pixels, &channels));
                continue;
            }
            let mut first = 0;
            for count in powers(columns, lanes) {
                tokens.extend(self.store_transposed(&pixels[first..first + count], &channels, first));
                first += count;
            }
        }
        tokens
    }

    /// Element by element, where a channel's pixels are no neighbours.
    fn store_lanes(&self, pixels: &[TokenStream], channels: &[usize]) -> TokenStream {
        let (count, apart) = (number(channels.len()), number(self.plan.frame.to.channel));
        let begin = channels[0] * self.plan.frame.to.channel;
        let stores = pixels.iter().enumerate().map(|(index, value)| {
            let at = number(begin + index * self.strip.region.step);
            if self.strip.lanes == 1 {
                return self.store(value, (0, 1), begin + index * self.strip.region.step);
            }
            let value = self.summed(value, |array| {
                let at = begin + index * self.strip.region.step;
                self.vector().gather(array, at, self.plan.frame.to.channel, channels.len())
            });
            quote! {
                let lanes = #value;
                for lane in 0..#count { out[#at + lane * #apart] = lanes.as_slice()[lane]; }
            }
        });
        quote!({ #(#stores)* })
    }

    /// Channel by channel, from pixel `first` on, out of neighbouring pixels: a power of two, at most as many as a vector has lanes.
    fn store_transposed(&self, pixels: &[TokenStream], channels: &[usize], first: usize) -> TokenStream {
        let (lanes, count) = (self.strip.lanes, pixels.len());
        // AVX2 weaves the halves of a vector by themselves, and needs as many instructions again to put them together.
        let width = if lanes * self.element.bytes() == 32 { lanes / 2 } else { lanes };
        let store = |value: &TokenStream, lane: usize, channel: usize| {
            let to = channel * self.plan.frame.to.channel + first;
            self.store(value, (lane, count), to)
        };
        if count <= width {
            let (tokens, woven) = self.weave(pixels.to_vec(), width == lanes);
            let stores = channels.iter().enumerate().map(|(index, &channel)| {
                let (half, at) = (index / width, index % width * count);
                store(&woven[at / width], half * width + at % width, channel)
            });
            return quote!({ #tokens #(#stores)* });
        }
        // Two pixels in a vector, half of the channels of each: what is woven then has the row's pixels in both halves, in order.
        let (low, high) = pixels.split_at(width);
        let names: Vec<Ident> = (0..width).map(|index| format_ident!("p{index}")).collect();
        let halves = channels.chunks(width).enumerate().map(|(half, channels)| {
            let half = number(half);
            let (tokens, woven) = self.weave(names.iter().map(|name| quote!(#name.#half)).collect(), false);
            let stores = channels.iter().zip(&woven).map(|(&channel, value)| store(value, 0, channel));
            quote!({ #tokens #(#stores)* })
        });
        let join = format_ident!("halves_{}x{lanes}", self.element.name());
        quote!({ #(let #names = rt::#join(simd, #low, #high);)* #(#halves)* })
    }

    /// Weaves vectors, one a pixel, a power of two of them, into as many in which neighbouring lanes are neighbouring pixels. Each half of
    /// a vector by itself where they are not `whole`.
    fn weave(&self, pixels: Vec<TokenStream>, whole: bool) -> (TokenStream, Vec<TokenStream>) {
        // Each stream is a list of vectors; pixels to begin with.
        let mut streams: Vec<Vec<TokenStream>> = pixels.into_iter().map(|pixel| vec![pixel]).collect();
        let within = format_ident!("weave_halves_{}x{}", self.element.name(), self.strip.lanes);
        let mut tokens = TokenStream::new();
        let mut stage = 0;
        while streams.len() > 1 {
            let half = streams.len() / 2;
            let mut woven = Vec::new();
            for (index, (low, high)) in streams[..half].iter().zip(&streams[half..]).enumerate() {
                let mut stream = Vec::new();
                for (part, (a, b)) in low.iter().zip(high).enumerate() {
                    let (even, odd) =
                        (format_ident!("e{stage}_{index}_{part}"), format_ident!("o{stage}_{index}_{part}"));
                    tokens.extend(if whole {
                        quote!(let #even = #a.zip_low(#b); let #odd = #a.zip_high(#b);)
                    } else {
                        quote!(let (#even, #odd) = rt::#within(simd, #a, #b);)
                    });
                    stream.extend([quote!(#even), quote!(#odd)]);
                }
                woven.push(stream);
            }
            streams = woven;
            stage += 1;
        }
        (tokens, streams.swap_remove(0))
    }
}
