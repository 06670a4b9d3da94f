//! The end of a tile: sums across sets and lanes, activation, stores.
//!
//! Comes in: a tile whose accumulators are complete. Goes out: tokens. Takes no decisions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::tile::{Tile, number_at, sum};
use super::vector::{Vector, number};

impl Tile<'_> {
    /// Adds up what is spread over several accumulators and writes the outputs.
    pub(super) fn finish(&self) -> TokenStream {
        let merged = self.merge_sets();
        let stored = if self.interleave() == 1 { self.store_rows() } else { self.store_across() };
        quote!(#merged #stored)
    }

    /// Adds the other sets of a split stream to the first.
    fn merge_sets(&self) -> TokenStream {
        let others = (1..self.strip.split).map(|set| {
            let pairs = self.sums(0).into_iter().zip(self.sums(set));
            pairs.map(|(sum, other)| quote!(#sum = #sum + #other;)).collect::<TokenStream>()
        });
        others.collect()
    }

    /// Stores each row of the tile through a window on its output row, from the first output's first channel on.
    fn store_rows(&self) -> TokenStream {
        let frame = &self.plan.frame;
        let tile = &self.strip.region.tile;
        let len = number((tile.outputs - 1) * frame.out_channels + self.nest.outputs);
        let column = self.place(self.strip.region.output, tile.outputs, frame.out_channels);
        let (row_len, output_row, first) = (number(frame.output_row()), &self.output_row, self.first_channel());
        let stores = (0..self.rows).map(|row| {
            let store = self.store_row(row);
            let at = if row == 0 {
                quote!(#output_row)
            } else {
                let row = number(row);
                quote!((#output_row + #row))
            };
            quote! {
                let out = rt::window_mut::<#len>(output, #at * #row_len + #column + #first);
                #store
            }
        });
        stores.collect()
    }

    /// Adds up lanes that share an output, then stores.
    fn store_across(&self) -> TokenStream {
        let (added, vectors) = self.add_across();
        let total = number(vectors.len() * self.strip.lanes);
        let vector = self.vector();
        let writes = vectors
            .iter()
            .enumerate()
            .map(|(at, value)| vector.store(value, &quote!(sums), at * self.strip.lanes, self.strip.lanes));
        let rows = self.store_rows();
        quote! {
            #added
            let mut sums = [0.0_f32; #total];
            #(#writes)*
            #rows
        }
    }

    /// Halves the lanes that share an output until each has one; the results follow each other in the order of the
    /// accumulators.
    fn add_across(&self) -> (TokenStream, Vec<TokenStream>) {
        let mut tokens = TokenStream::new();
        let mut values = self.sums(0);
        let parts = (self.interleave() / self.strip.lanes).max(1);
        values = values.chunks(parts).map(|parts| quote!((#(#parts)+*))).collect();
        let mut shared = self.interleave().min(self.strip.lanes);
        let mut level = 0;
        while shared > 1 {
            let mut halved = Vec::new();
            for (index, pair) in values.chunks(2).enumerate() {
                let (low, high) = (&pair[0], pair.last().expect("a chunk is not empty"));
                let name = format_ident!("f{level}_{index}");
                tokens.extend(quote!(let #name = #low.unzip_low(#high) + #low.unzip_high(#high);));
                halved.push(quote!(#name));
            }
            values = halved;
            shared /= 2;
            level += 1;
        }
        (tokens, values)
    }

    /// Stores tile row `row` to `out`.
    fn store_row(&self, row: usize) -> TokenStream {
        let out = quote!(out);
        let outputs = self.strip.region.tile.outputs;
        let channels = self.plan.frame.out_channels;
        let stores = (0..outputs).map(|output| {
            if self.interleave() == 1 {
                self.store_pixel(&out, row, output, output * channels)
            } else {
                self.store_sums(&out, row * outputs + output, output * channels)
            }
        });
        stores.collect()
    }

    /// Stores one output column's vectors; the last may be cut.
    fn store_pixel(&self, out: &TokenStream, row: usize, output: usize, at: usize) -> TokenStream {
        let (vector, lanes) = (self.vector(), self.strip.lanes);
        let stores = (0..self.strip.vectors).map(|v| {
            let sum = sum(0, row, output, v);
            let value = vector.activate(self.activation, &sum);
            let count = (self.nest.outputs - v * lanes).min(lanes);
            vector.store(&value, out, at + v * lanes, count)
        });
        stores.collect()
    }

    /// Stores one output column from the array `sums`.
    fn store_sums(&self, out: &TokenStream, pixel: usize, at: usize) -> TokenStream {
        let count = self.nest.outputs;
        let per_pixel = self.strip.vectors * self.strip.lanes / self.interleave();
        let (from, end) = (number(pixel * per_pixel), number(pixel * per_pixel + count));
        let (at, to) = (number(at), number(at + count));
        let value =
            Vector::new(1).activate(self.activation, &if self.bias { quote!((sum + bias)) } else { quote!(*sum) });
        if !self.bias {
            return quote! {
                for (to, sum) in #out[#at..#to].iter_mut().zip(&sums[#from..#end]) {
                    *to = #value;
                }
            };
        }
        let (field, panel) = (self.field("bias"), self.panel_index(0));
        let zero = number_at(0);
        let count = number(count);
        quote! {
            for (to, (sum, bias)) in #out[#at..#to].iter_mut().zip(sums[#from..#end].iter().zip(&layer.#field[#panel][#zero..#count])) {
                *to = #value;
            }
        }
    }
}
