//! Lanes along the row: neighbouring outputs share a vector, each weight is broadcast.
//!
//! Comes in: a tile with [`Body::Along`](crate::plan::Body::Along), which covers a stretch of the row. Goes out: a loop over that
//! stretch. Takes no decisions.
//!
//! The stretch need not be a multiple of the vectors: the last turn of the loop overlaps the one before it. Outputs depend on the
//! input alone, so computing some of them twice changes nothing.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::tile::{Tile, sum};
use super::vector::number;

impl Tile<'_> {
    /// The loop over the stretch.
    pub(super) fn along(&self) -> TokenStream {
        let tile = &self.strip.region.tile;
        let outputs = self.plan.frame.out_channels;
        let vectors = self.strip.vectors / outputs;
        let turn = vectors * self.strip.lanes;
        let (turns, turn, last) = (number(tile.outputs.div_ceil(turn)), number(turn), number(tile.outputs - turn));
        let start = self.along_start(vectors);
        let products = self.looped_taps(&self.along_row(vectors));
        let store = self.along_store(vectors);
        quote! {
            for turn in 0..#turns {
                let at = if turn * #turn < #last { turn * #turn } else { #last };
                #start
                #products
                #store
            }
        }
    }

    /// Declares the accumulators: a vector of the row for each output channel.
    fn along_start(&self, vectors: usize) -> TokenStream {
        let mut tokens = TokenStream::new();
        let field = self.field("bias");
        for channel in 0..self.plan.frame.out_channels {
            let index = number(channel);
            let first = if self.bias { quote!(layer.#field[0][#index]) } else { quote!(0.0) };
            let value = self.vector().splat(&first);
            for v in 0..vectors {
                let sum = sum(0, 0, v, channel);
                tokens.extend(quote!(let mut #sum = #value;));
            }
        }
        tokens
    }

    /// The products of one kernel row.
    fn along_row(&self, vectors: usize) -> TokenStream {
        let (frame, strip, region) = (&self.plan.frame, self.strip, &self.strip.region);
        let channels = frame.in_channels;
        let advance = region.tile.segments.first().map_or(1, |segment| segment.advance);
        let step = advance * channels;
        let reach = (region.tile.inputs - (region.tile.outputs - 1) * advance) * channels;
        // A stride of two is read as two whole vectors, one element more than is used.
        let len = number((vectors * strip.lanes - 1) * step + reach + usize::from(step == 2));
        let (first, step_by) = (number(region.input * channels), number(step));
        let mut tokens = quote!(let x0 = rt::window::<#len>(x0, #first + at * #step_by););
        for segment in &region.tile.segments {
            for channel in 0..channels {
                for output in 0..frame.out_channels {
                    let (name, at, output) =
                        (format_ident!("k{output}"), number(segment.kernel.start * channels + channel), number(output));
                    let value = self.vector().splat(&quote!(w0[#at][#output]));
                    tokens.extend(quote!(let #name = #value;));
                }
                for v in 0..vectors {
                    let at = segment.input * channels + channel + v * strip.lanes * step;
                    let value = self.vector().strided(&quote!(x0), at, step);
                    tokens.extend(quote!(let v = #value;));
                    for output in 0..frame.out_channels {
                        let weight = format_ident!("k{output}");
                        let sum = sum(0, 0, v, output);
                        tokens.extend(self.vector().multiply_add(&sum, &quote!(v), &quote!(#weight)));
                    }
                }
            }
        }
        tokens
    }

    /// Activation and stores; several output channels are interleaved on the way.
    fn along_store(&self, vectors: usize) -> TokenStream {
        let (frame, lanes, vector) = (&self.plan.frame, self.strip.lanes, self.vector());
        let channels = frame.out_channels;
        let (len, columns, first) =
            (number(vectors * lanes * channels), number(frame.columns.output), number(self.strip.region.output));
        let (count, output_row) = (number(channels), &self.output_row);
        let mut tokens = quote! {
            let out = rt::window_mut::<#len>(output, (#output_row * #columns + #first + at) * #count);
        };
        for v in 0..vectors {
            let values: Vec<TokenStream> =
                (0..channels).map(|channel| vector.activate(self.activation, &sum(0, 0, v, channel))).collect();
            let at = v * lanes * channels;
            tokens.extend(match values.as_slice() {
                [value] => vector.store(value, &quote!(out), at, lanes),
                [first, second] => {
                    let (low, high) = (
                        vector.store(&quote!(low), &quote!(out), at, lanes),
                        vector.store(&quote!(high), &quote!(out), at + lanes, lanes),
                    );
                    quote!({ let (low, high) = #first.interleave(#second); #low #high })
                }
                _ => {
                    let (at, lanes) = (number(at), number(lanes));
                    quote! {{
                        let values = [#(#values),*];
                        for lane in 0..#lanes {
                            for (channel, value) in values.iter().enumerate() {
                                out[#at + lane * #count + channel] = value.as_slice()[lane];
                            }
                        }
                    }}
                }
            });
        }
        tokens
    }
}
