//! Stores with channels outermost: a tile's vectors of channels become rows of pixels.
//!
//! Comes in: a tile row whose outputs are activated, each vector the channels of one pixel. Goes out: tokens. Takes no decisions.
//!
//! Vectors of `n` pixels, interleaved, are one long vector in which each channel's `n` pixels are neighbours. Two vectors at a time
//! that takes log2(n) stages: the first pairs each pixel of the first half with one of the second half, the next does so with these
//! pairs, until the pixels of a channel stand side by side and in order.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::tile::Tile;
use super::vector::{Vector, number};

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
            let (halves, width) = self.halved(&pixels);
            for (half, channels) in halves.iter().zip(channels.chunks(width)) {
                for (chunk, pixels) in half.chunks(width).enumerate() {
                    tokens.extend(self.store_transposed(pixels.to_vec(), width, channels, chunk * width));
                }
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
                return quote!(out[#at] = #value;);
            }
            quote! {
                let lanes = #value;
                for lane in 0..#count { out[#at + lane * #apart] = lanes.as_slice()[lane]; }
            }
        });
        quote!({ #(#stores)* })
    }

    /// Channel by channel, from pixel `first` on, out of vectors of `lanes` channels of neighbouring pixels, interleaved first.
    fn store_transposed(
        &self,
        mut pixels: Vec<TokenStream>,
        lanes: usize,
        channels: &[usize],
        first: usize,
    ) -> TokenStream {
        let count = pixels.len();
        let padded = count.next_power_of_two();
        pixels.resize(padded, pixels[0].clone());
        // Each stream is a list of vectors; pixels to begin with.
        let mut streams: Vec<Vec<TokenStream>> = pixels.into_iter().map(|pixel| vec![pixel]).collect();
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
                    tokens.extend(quote!(let #even = #a.zip_low(#b); let #odd = #a.zip_high(#b);));
                    stream.extend([quote!(#even), quote!(#odd)]);
                }
                woven.push(stream);
            }
            streams = woven;
            stage += 1;
        }
        for (index, channel) in channels.iter().enumerate() {
            let at = index * padded;
            let to = channel * self.plan.frame.to.channel + first;
            let value = &streams[0][at / lanes];
            tokens.extend(Vector::new(self.element, lanes).store(value, (at % lanes, count), &quote!(out), to));
        }
        quote!({ #tokens })
    }

    /// Vectors in pieces that one instruction weaves, each piece of all pixels, and the lanes of a piece. AVX2 weaves the
    /// halves of a vector by themselves, and needs as many instructions again to put them together.
    fn halved(&self, pixels: &[TokenStream]) -> (Vec<Vec<TokenStream>>, usize) {
        let lanes = self.strip.lanes;
        if lanes * self.element.bytes() != 32 {
            return (vec![pixels.to_vec()], lanes);
        }
        let split = format_ident!("split_{}x{lanes}", self.element.name());
        let half = |index: usize| {
            let index = number(index);
            pixels.iter().map(|pixel| quote!(simd.#split(#pixel).#index)).collect()
        };
        (vec![half(0), half(1)], lanes / 2)
    }
}
