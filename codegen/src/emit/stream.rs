//! The streamed product: a loop over the depth of a kernel row, a few steps written out in each turn.
//!
//! Comes in: a tile with [`Body::Stream`](crate::plan::Body::Stream). Goes out: the tokens of one kernel row. Takes no decisions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::tile::{Tile, number_at, sum};
use super::vector::number;
use crate::plan::tile::Segment;
use crate::plan::turns;

impl Tile<'_> {
    /// The products of one kernel row, segment by segment.
    pub(super) fn stream(&self, unroll: usize) -> TokenStream {
        let interleave = self.interleave();
        let mut tokens = TokenStream::new();
        if interleave > 1 {
            let interleave = number(interleave);
            for row in 0..self.rows {
                let x = format_ident!("x{row}");
                tokens.extend(quote!(let #x = #x.as_chunks::<#interleave>().0;));
            }
        }
        for segment in &self.strip.region.tile.segments {
            let (depth, kernel) = (self.plan.frame.depth(), segment.kernel.clone());
            let (first, steps) = (kernel.start * depth / interleave, kernel.len() * depth / interleave);
            let (turns, rest) = turns(steps, unroll);
            if turns > 0 {
                let (turns, unrolled) = (number(turns), number(unroll));
                let body: TokenStream = (0..unroll).map(|step| self.step(segment, first, step, true)).collect();
                tokens.extend(quote!(for turn in 0..#turns { let step = turn * #unrolled; #body }));
            }
            tokens.extend((steps - rest..steps).map(|step| self.step(segment, first, step, false)));
        }
        tokens
    }

    /// One step: a vector of weights for each vector of the block, and every output of the segment.
    ///
    /// `step` counts from the loop variable `step` if `looped`, and from the segment's first step otherwise.
    fn step(&self, segment: &Segment, first: usize, step: usize, looped: bool) -> TokenStream {
        let (frame, interleave, vector) = (&self.plan.frame, self.interleave(), self.vector());
        let at = |constant: usize| {
            let constant = number_at(constant + step);
            if looped { quote!(step + #constant) } else { constant }
        };
        // A step further is an element further, where it is not a channel further.
        let apart = if frame.is_stretch() { 1 } else { frame.from.channel };
        let input = |constant: usize| match (looped, apart) {
            (true, 2..) => {
                let (apart, constant) = (number(apart), number(step * apart + constant));
                quote!(step * #apart + #constant)
            }
            _ => at(constant + step * (apart - 1)),
        };
        let set = step % self.strip.split;
        let mut tokens = TokenStream::new();
        for v in 0..self.strip.vectors {
            let (name, value) = (format_ident!("k{v}"), self.weight(&at(first), v));
            tokens.extend(quote!(let #name = #value;));
        }
        let parts = (interleave / self.strip.lanes).max(1);
        for row in 0..self.rows {
            let x = format_ident!("x{row}");
            for (moved, output) in segment.outputs.clone().enumerate() {
                let from = input((segment.input + moved * segment.advance) * frame.from.pixel / interleave);
                let element = quote!(#x[#from]);
                for part in 0..parts {
                    let name = format_ident!("v{part}");
                    let value = if interleave == 1 {
                        vector.splat(&element)
                    } else {
                        vector.repeat(&element, interleave, part)
                    };
                    tokens.extend(quote!(let #name = #value;));
                }
                for v in 0..self.strip.vectors {
                    let (value, weight) = (format_ident!("v{}", v % parts), format_ident!("k{v}"));
                    let sum = sum(set, row, output, v);
                    tokens.extend(self.meet(&sum, &quote!(#value), &quote!(#weight)));
                }
            }
        }
        quote!({ #tokens })
    }
}
