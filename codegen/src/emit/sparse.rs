//! The streamed product of the steps that a panel's list has: a loop over a part of the list, whose length is that of the list alone.
//!
//! Comes in: a tile with [`Body::Sparse`](crate::plan::Body::Sparse). Goes out: the tokens of one kernel row. Takes no decisions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::tile::{Tile, number_at, sum};
use super::vector::number;
use crate::plan::Body;
use crate::plan::tile::Segment;

impl Tile<'_> {
    /// The products of one kernel row, segment by segment; `w0` has where the steps of each kernel column begin.
    pub(super) fn sparse(&self, unroll: usize) -> TokenStream {
        let depth = self.plan.frame.depth();
        let (steps, weights) = (self.field("steps"), self.field("weights"));
        let segments = self.strip.region.tile.segments.iter().map(|segment| {
            let [from, to, first] =
                [segment.kernel.start, segment.kernel.end, segment.kernel.start * depth].map(number);
            // Where taps are looped over, `w0` begins with that of the tap.
            let depth = number(depth);
            let first = if self.strip.runs.is_some() { quote!(met.kernel * #depth) } else { quote!(#first) };
            let products = self.listed(segment, unroll);
            quote! {
                let (listed, first) = (w0[#from] as usize..w0[#to] as usize, #first);
                let (steps, weights) = (&layer.#steps[listed.clone()], &layer.#weights[listed]);
                #products
            }
        });
        segments.collect()
    }

    /// Whether only the steps in lists are done.
    pub(super) fn is_sparse(&self) -> bool {
        matches!(self.strip.body, Body::Sparse { .. })
    }

    /// The steps of one segment, so many in a turn of the loop, and those that are left one by one.
    fn listed(&self, segment: &Segment, unroll: usize) -> TokenStream {
        let one = self.listed_step(segment, 0);
        let one = quote!(for (&step, weights) in steps.iter().zip(weights) { #one });
        if unroll == 1 {
            return one;
        }
        let turn = (0..unroll).map(|step| {
            let (at, step) = (number(step), self.listed_step(segment, step % self.strip.split));
            quote!({ let (step, weights) = (steps[#at], &weights[#at]); #step })
        });
        let unroll = number(unroll);
        quote! {
            let ((turns, steps), (all, weights)) = (steps.as_chunks::<#unroll>(), weights.as_chunks::<#unroll>());
            for (steps, weights) in turns.iter().zip(all) { #(#turn)* }
            #one
        }
    }

    /// One step: its input of every output of the segment, at constant distances from each other.
    fn listed_step(&self, segment: &Segment, set: usize) -> TokenStream {
        let (vector, pixel) = (self.vector(), self.plan.frame.from.pixel);
        let place = |moved: usize| (segment.input + moved * segment.advance) * pixel;
        let len = number(place(segment.outputs.len() - 1) + 1);
        let mut tokens = quote!(let at = step as usize - first;);
        for v in 0..self.strip.vectors {
            let (name, (_, lane)) = (format_ident!("k{v}"), self.in_panel(v));
            let value = vector.load(&self.slice(quote!(weights)), lane);
            tokens.extend(quote!(let #name = #value;));
        }
        for row in 0..self.rows {
            let x = format_ident!("x{row}");
            tokens.extend(quote!(let met_row = rt::window::<_, #len>(#x, at);));
            for (moved, output) in segment.outputs.clone().enumerate() {
                let from = number_at(place(moved));
                let value = vector.splat(&quote!(met_row[#from]));
                tokens.extend(quote!(let v0 = #value;));
                for v in 0..self.strip.vectors {
                    let weight = format_ident!("k{v}");
                    tokens.extend(self.meet(&sum(set, row, output, v), &quote!(v0), &quote!(#weight)));
                }
            }
        }
        tokens
    }
}
