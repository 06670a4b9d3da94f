//! Lanes along the row: neighbouring outputs share a vector, each weight is broadcast.
//!
//! Comes in: a tile with [`Body::Along`](crate::plan::Body::Along), which covers a stretch of the row. Goes out: a loop over that
//! stretch. Takes no decisions.
//!
//! The stretch need not be a multiple of the vectors: the first and the last turn of the loop overlap their neighbours. Outputs
//! depend on the input alone, so computing some of them twice changes nothing.
//!
//! Several output rows together load each input row once, with all weights of the kernel held in registers. That is for rows that
//! meet every kernel row; single rows loop over theirs.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::tile::{Tile, sum};
use super::vector::number;
use crate::plan::tile::Segment;

impl Tile<'_> {
    /// The loop over the stretch.
    pub(super) fn along(&self) -> TokenStream {
        let region = &self.strip.region;
        let outputs = self.plan.frame.out_channels;
        let vectors = self.strip.vectors / outputs;
        let turn = vectors * self.strip.lanes;
        let (from, end) = (region.output, region.output + region.tile.outputs);
        // Turns begin at multiples of their width, so that aligned output rows are stored to in whole cache lines.
        let (first, last) = (number(from / turn), number(end.div_ceil(turn)));
        let (turn, from, latest) = (number(turn), number(from), number(end - turn));
        let start = self.along_start(vectors);
        let (weights, products) = if self.rows == 1 {
            let body = self.along_row(vectors, |segment, channel| self.along_weights(segment, channel), &[(0, 0)]);
            (TokenStream::new(), self.looped_taps(&body))
        } else {
            (self.held_weights(), self.along_shared(vectors))
        };
        let store = (0..self.rows).map(|row| self.along_store(row, vectors));
        quote! {
            #weights
            for turn in #first..#last {
                let at = (turn * #turn).clamp(#from, #latest) - #from;
                #start
                #products
                #(#store)*
            }
        }
    }

    /// Declares the accumulators: a vector of the row for each output row and channel.
    fn along_start(&self, vectors: usize) -> TokenStream {
        let mut tokens = TokenStream::new();
        let field = self.field("bias");
        for channel in 0..self.plan.frame.out_channels {
            let index = number(channel);
            let first = if self.bias { quote!(layer.#field[0][#index]) } else { quote!(0.0) };
            let value = self.vector().splat(&first);
            for row in 0..self.rows {
                for v in 0..vectors {
                    let sum = sum(0, row, v, channel);
                    tokens.extend(quote!(let mut #sum = #value;));
                }
            }
        }
        tokens
    }

    /// All weights of the kernel, each in a vector of its own.
    fn held_weights(&self) -> TokenStream {
        let frame = &self.plan.frame;
        let field = self.field("weights");
        let mut tokens = TokenStream::new();
        for kernel in 0..frame.rows.kernel {
            for at in 0..frame.row_depth() {
                for output in 0..frame.out_channels {
                    let name = format_ident!("k{kernel}_{at}_{output}");
                    let (kernel, at, output) = (number(kernel), number(at), number(output));
                    let value = self.vector().splat(&quote!(layer.#field[0][#kernel][#at][#output]));
                    tokens.extend(quote!(let #name = #value;));
                }
            }
        }
        tokens
    }

    /// The products of all kernel rows: each input row is loaded once for all the output rows that meet it.
    fn along_shared(&self, vectors: usize) -> TokenStream {
        let rows = &self.plan.frame.rows;
        let run = &rows.runs[rows.interior().expect("rows together meet every tap")];
        let mut meetings = Vec::new();
        for row in 0..self.rows {
            for (kernel, tap) in run.taps.iter().enumerate() {
                meetings.push((row * run.advance + tap.input - run.taps[0].input, row, kernel));
            }
        }
        meetings.sort_unstable();
        let inputs = meetings.chunk_by(|a, b| a.0 == b.0).map(|met| {
            let input = number(met[0].0);
            let met: Vec<_> = met.iter().map(|&(_, row, kernel)| (row, kernel)).collect();
            let products = self.along_row(vectors, |_, _| TokenStream::new(), &met);
            quote!({ let x0 = &input[first + #input]; #products })
        });
        quote! {
            let first = run.taps[0].input + j * run.advance;
            #(#inputs)*
        }
    }

    /// Declares the weights at one kernel column and input channel of a kernel row that is looped over.
    fn along_weights(&self, segment: &Segment, channel: usize) -> TokenStream {
        let frame = &self.plan.frame;
        let at = segment.kernel.start * frame.in_channels + channel;
        let weights = (0..frame.out_channels).map(|output| {
            let name = format_ident!("k0_{at}_{output}");
            let (at, output) = (number(at), number(output));
            let value = self.vector().splat(&quote!(w0[#at][#output]));
            quote!(let #name = #value;)
        });
        weights.collect()
    }

    /// The products of the input row `x0` with the (output row, kernel row) pairs that `met` it.
    fn along_row(
        &self,
        vectors: usize,
        weights: impl Fn(&Segment, usize) -> TokenStream,
        met: &[(usize, usize)],
    ) -> TokenStream {
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
                tokens.extend(weights(segment, channel));
                let tap = segment.kernel.start * channels + channel;
                for v in 0..vectors {
                    let at = segment.input * channels + channel + v * strip.lanes * step;
                    let value = self.vector().strided(&quote!(x0), at, step);
                    tokens.extend(quote!(let v = #value;));
                    for &(row, kernel) in met {
                        for output in 0..frame.out_channels {
                            let weight = format_ident!("k{kernel}_{tap}_{output}");
                            let sum = sum(0, row, v, output);
                            tokens.extend(self.vector().multiply_add(&sum, &quote!(v), &quote!(#weight)));
                        }
                    }
                }
            }
        }
        tokens
    }

    /// Activation and stores; several output channels are interleaved on the way.
    fn along_store(&self, row: usize, vectors: usize) -> TokenStream {
        let (frame, lanes, vector) = (&self.plan.frame, self.strip.lanes, self.vector());
        let channels = frame.out_channels;
        let (len, columns, first) =
            (number(vectors * lanes * channels), number(frame.columns.output), number(self.strip.region.output));
        let (count, output_row) = (number(channels), &self.output_row);
        let output_row = if row == 0 {
            quote!(#output_row)
        } else {
            let row = number(row);
            quote!((#output_row + #row))
        };
        let mut tokens = quote! {
            let out = rt::window_mut::<#len>(output, (#output_row * #columns + #first + at) * #count);
        };
        for v in 0..vectors {
            let values: Vec<TokenStream> =
                (0..channels).map(|channel| vector.activate(self.activation, &sum(0, row, v, channel))).collect();
            let at = v * lanes * channels;
            tokens.extend(match values.as_slice() {
                [value] => vector.store(value, (0, lanes), &quote!(out), at),
                [first, second] => {
                    let (low, high) = (
                        vector.store(&quote!(low), (0, lanes), &quote!(out), at),
                        vector.store(&quote!(high), (0, lanes), &quote!(out), at + lanes),
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
