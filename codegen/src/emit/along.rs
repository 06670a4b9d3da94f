//! Lanes along the row: neighbouring outputs share a vector, each weight is broadcast.
//!
//! Comes in: a tile with [`Body::Along`](crate::plan::Body::Along), which covers a stretch of the row. Goes out: a loop over that
//! stretch. Takes no decisions.
//!
//! The stretch need not be a multiple of the vectors: the first and the last turn of the loop overlap their neighbours. Outputs
//! depend on the input alone, so computing some of them twice changes nothing.
//!
//! Several output rows together load each input row once for every kernel column. That is for rows that meet every kernel row;
//! single rows loop over theirs.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::tile::{Tile, sum};
use super::vector::number;
use crate::operation::Inner;
use crate::plan::frame::Strides;
use crate::plan::turns;

impl Tile<'_> {
    /// The loop over the stretch.
    pub(super) fn along(&self, unroll: usize) -> TokenStream {
        let region = &self.strip.region;
        let outputs = self.nest.outputs;
        let vectors = self.strip.vectors / outputs;
        let turn = vectors * self.strip.lanes;
        let (from, end) = (region.output, region.output + region.tile.outputs);
        // Turns begin at multiples of their width, so that aligned output rows are stored to in whole cache lines.
        let (first, last) = (number(from / turn), number(end.div_ceil(turn)));
        let (turn_width, from, latest) = (number(turn), number(from), number(end - turn));
        let start = self.along_start(vectors);
        let (hoisted, products) = if self.rows == 1 {
            (TokenStream::new(), self.looped_taps(&self.along_row(vectors, unroll)))
        } else {
            self.along_shared(vectors)
        };
        let mean = if let Inner::Mean { padding } = self.inner {
            self.along_mean(padding, vectors)
        } else {
            TokenStream::new()
        };
        let out = self.along_out(turn);
        let store = (0..self.rows).map(|row| self.along_store(row, vectors));
        quote! {
            #hoisted
            for turn in #first..#last {
                let at = (turn * #turn_width).clamp(#from, #latest) - #from;
                #start
                #products
                #mean
                #out
                #(#store)*
            }
        }
    }

    /// Declares the accumulators: a vector of the row for each output row and channel.
    fn along_start(&self, vectors: usize) -> TokenStream {
        let mut tokens = TokenStream::new();
        let (field, panel) = (self.field("bias"), self.panel_index(0));
        for channel in 0..self.nest.outputs {
            let (name, index) = (format_ident!("start{channel}"), number(channel));
            let first = if self.bias { quote!(layer.#field[#panel][#index]) } else { self.empty() };
            tokens.extend(quote!(let mut #name = #first;));
        }
        // Rows together meet every kernel row.
        if self.plan.magnitudes && self.rows == 1 {
            tokens.extend(self.missing_rows_along());
        }
        for channel in 0..self.nest.outputs {
            let name = format_ident!("start{channel}");
            let value = self.vector().splat(&quote!(#name));
            for row in 0..self.rows {
                for v in 0..vectors {
                    let sum = sum(0, row, v, channel);
                    tokens.extend(quote!(let mut #sum = #value;));
                }
            }
        }
        tokens
    }

    /// What stands before the loop over the stretch, and the products in it, for several output rows: a loop over the kernel
    /// columns, in which each input row is loaded once for all the output rows that meet it.
    fn along_shared(&self, vectors: usize) -> (TokenStream, TokenStream) {
        let (frame, rows) = (&self.plan.frame, &self.plan.frame.rows);
        let meetings = self.meetings();
        let (last, ..) = meetings[meetings.len() - 1];
        let (met_rows, columns) = (number(last + 1), number(frame.columns.kernel));
        let hoisted = quote!(let columns = rt::opaque(#columns););
        let first = self.in_plane(quote!(run.taps[0].input + j * run.advance));
        // With channels outermost there are rows of later channels behind those that are met.
        let rows_met = if frame.from.channel == 1 {
            quote!(let rows = rt::window::<_, #met_rows>(input, #first);)
        } else {
            quote!(let rows = &input[#first..];)
        };
        let met: Vec<_> = meetings.chunk_by(|a, b| a.0 == b.0).collect();
        let windows = met.iter().map(|met| {
            let (name, input) = (format_ident!("x{}", met[0].0), number(met[0].0));
            self.along_window(&name, &self.input_row(&quote!(rows), &quote!(#input)), vectors)
        });
        let (panel, depth) = (self.panel_index(0), frame.depth());
        let mut body = TokenStream::new();
        for channel in 0..depth {
            let tap = moved(depth, channel);
            for kernel in 0..rows.kernel {
                let kernel_row = number(kernel);
                let kernel_row = self.kernel_in_plane(quote!(#kernel_row));
                body.extend(self.along_weights(kernel, |field| quote!(layer.#field[#panel][#kernel_row][#tap])));
            }
            let at = moved(self.dilation() * frame.from.pixel, channel * frame.from.channel);
            for met in &met {
                let input = format_ident!("x{}", met[0].0);
                let len = number(self.along_reach(vectors));
                body.extend(quote!(let x = rt::window::<_, #len>(#input, #at);));
                let sums: Vec<_> = met.iter().map(|&(_, row, kernel)| (row, kernel)).collect();
                body.extend(self.along_products(&quote!(x), 0, vectors, &sums));
            }
        }
        let body = quote!(#(#windows)* for column in 0..columns.min(#columns) { #body });
        // Of a single plane the rows are the same in every turn.
        match &frame.planes {
            Some(_) => (hoisted, self.far_taps(&quote!(#rows_met #body))),
            None => (quote!(#rows_met #hoisted), body),
        }
    }

    /// Divides the sums, of windows that meet every kernel column.
    fn along_mean(&self, padding: bool, vectors: usize) -> TokenStream {
        let (columns, column) = (number(self.plan.frame.columns.kernel), number(self.strip.region.output));
        let count = if padding { self.count_whole(&quote!(#column)) } else { self.count_inside(&quote!(#columns)) };
        let sums = (0..vectors).map(|v| {
            let sum = sum(0, 0, v, 0);
            quote!(#sum = #sum / count;)
        });
        quote!(let count = #count; #(#sums)*)
    }

    /// Which rows meet: (input row, output row, kernel row), counted from the first, by ascending input row.
    fn meetings(&self) -> Vec<(usize, usize, usize)> {
        let rows = &self.plan.frame.rows;
        let run = &rows.runs[rows.interior.expect("rows together meet every tap")];
        let meet = |row: usize| {
            let taps = run.taps.iter();
            taps.map(move |tap| (row * run.advance + tap.input - run.taps[0].input, row, tap.kernel))
        };
        let mut meetings: Vec<_> = (0..self.rows).flat_map(meet).collect();
        meetings.sort_unstable();
        meetings
    }

    /// The products of one kernel row, whose weights are `w0` and whose input row is `x0`: a loop over its columns, of which `unroll` are
    /// written out.
    fn along_row(&self, vectors: usize, unroll: usize) -> TokenStream {
        let frame = &self.plan.frame;
        let depth = frame.depth();
        let mut tokens = self.along_window(&format_ident!("x0"), &quote!(x0), vectors);
        let (turns, rest) = turns(frame.columns.kernel, unroll);
        // `x0` and `w0` from this column on.
        let from = |column: TokenStream, count: usize| {
            let (step, depth_) = (number(self.dilation() * frame.from.pixel), number(depth));
            let len = number(self.along_reach(vectors) + self.along_last(count));
            let steps = number(count * depth);
            quote! {
                let x0 = rt::window::<_, #len>(x0, #column * #step);
                let w0 = rt::window::<_, #steps>(w0, #column * #depth_);
            }
        };
        if turns > 0 {
            let (count, unrolled) = (number(turns), number(unroll));
            let (place, products) = (from(quote!(part * #unrolled), unroll), self.along_columns(vectors, unroll));
            tokens.extend(quote!(for part in 0..#count { #place #products }));
            if rest > 0 {
                let first = number(frame.columns.kernel - rest);
                tokens.extend(from(quote!(#first), rest));
            }
        }
        tokens.extend(self.along_columns(vectors, rest));
        tokens
    }

    /// The products of so many kernel columns, from the first of `w0` and `x0` on.
    fn along_columns(&self, vectors: usize, columns: usize) -> TokenStream {
        let (depth, Strides { pixel, channel: apart, .. }) = (self.plan.frame.depth(), self.plan.frame.from);
        let mut tokens = TokenStream::new();
        for column in 0..columns {
            for channel in 0..depth {
                if self.inner.is_weighted() {
                    let tap = number(column * depth + channel);
                    tokens.extend(self.along_weights(0, |_| quote!(w0[#tap])));
                }
                let at = column * self.dilation() * pixel + channel * apart;
                tokens.extend(self.along_products(&quote!(x0), at, vectors, &[(0, 0)]));
            }
        }
        tokens
    }

    /// Elements from one output's input to the next's.
    fn along_step(&self) -> usize {
        self.strip.region.tile.segments.first().map_or(1, |segment| segment.advance) * self.plan.frame.from.pixel
    }

    /// Input columns from one kernel column to the next.
    fn dilation(&self) -> usize {
        match self.strip.region.tile.segments.as_slice() {
            [first, second, ..] => second.input - first.input,
            _ => 1,
        }
    }

    /// Elements that `vectors` vectors read at one kernel column and channel.
    fn along_reach(&self, vectors: usize) -> usize {
        let step = self.along_step();
        // A stride of two is read as two whole vectors, one element more than is used.
        (vectors * self.strip.lanes - 1) * step + 1 + usize::from(step == 2)
    }

    /// Elements from the first input of the first of so many kernel columns to the last input of the last.
    fn along_last(&self, columns: usize) -> usize {
        let frame = &self.plan.frame;
        (columns - 1) * self.dilation() * frame.from.pixel + (frame.depth() - 1) * frame.from.channel
    }

    /// Declares `name`, what one turn reads of an input row.
    fn along_window(&self, name: &Ident, row: &TokenStream, vectors: usize) -> TokenStream {
        let frame = &self.plan.frame;
        let step = number(self.along_step());
        let len = number(self.along_reach(vectors) + self.along_last(frame.columns.kernel));
        let first = number(self.strip.region.input * frame.from.pixel);
        quote!(let #name = rt::window::<_, #len>(#row, #first + at * #step);)
    }

    /// Declares the weights of one kernel row at one kernel column and input channel, a vector for each output channel; `step`
    /// is where the given field has them.
    fn along_weights(&self, kernel: usize, step: impl Fn(&Ident) -> TokenStream) -> TokenStream {
        let step = step(&self.field("weights"));
        let weights = (0..self.nest.outputs).map(|output| {
            let (name, output) = (format_ident!("k{kernel}_{output}"), number(output));
            let value = self.vector().splat(&quote!(#step[#output]));
            quote!(let #name = #value;)
        });
        weights.collect()
    }

    /// The products of input row `x` from constant offset `at` on with the (output row, kernel row) pairs that `met` it.
    fn along_products(&self, x: &TokenStream, at: usize, vectors: usize, met: &[(usize, usize)]) -> TokenStream {
        let step = self.along_step();
        let mut tokens = TokenStream::new();
        for v in 0..vectors {
            let value = self.vector().strided(x, at + v * self.strip.lanes * step, step);
            tokens.extend(quote!(let v = #value;));
            for &(row, kernel) in met {
                for output in 0..self.nest.outputs {
                    let weight = format_ident!("k{kernel}_{output}");
                    tokens.extend(self.meet(&sum(0, row, v, output), &quote!(v), &quote!(#weight)));
                }
            }
        }
        tokens
    }

    /// `out`, the output of one turn, from the first row's first to the last row's last, in every channel.
    fn along_out(&self, turn: usize) -> TokenStream {
        let (frame, output_row) = (&self.plan.frame, self.row_of_part());
        let Strides { pixel, channel, .. } = frame.to;
        let last = (self.rows - 1) * frame.output_row() + (turn - 1) * pixel + (self.nest.outputs - 1) * channel;
        let len = number(last + 1);
        let (columns, first) = (number(frame.columns.output), number(self.strip.region.output));
        let at = quote!(#output_row * #columns + #first + at);
        let at = match (pixel, self.nest.all_blocks()) {
            (1, 1) => at,
            (1, _) => {
                let first = self.first_output();
                quote!(#first + #at)
            }
            _ => {
                let pixel = number(pixel);
                quote!((#at) * #pixel)
            }
        };
        let term = self.term_window(&len);
        quote! {
            let at = #at;
            let out = rt::window_mut::<_, #len>(output, at);
            #term
        }
    }

    /// Activation and stores; several output channels that are neighbours are interleaved on the way.
    fn along_store(&self, row: usize, vectors: usize) -> TokenStream {
        let (frame, lanes, vector) = (&self.plan.frame, self.strip.lanes, self.vector());
        let (channels, Strides { pixel, channel: apart, .. }) = (self.nest.outputs, frame.to);
        let count = number(channels);
        let mut tokens = TokenStream::new();
        let sums: Vec<_> =
            (0..vectors).flat_map(|v| (0..channels).map(move |channel| sum(0, row, v, channel))).collect();
        let (field, panel) = (self.field("slopes"), self.panel_index(0));
        let slope = |index: usize| {
            let channel = number(index % channels);
            vector.splat(&quote!(layer.#field[#panel][#channel]))
        };
        let values = self.activated(&sums, slope, &mut tokens);
        for (v, values) in values.chunks(channels).enumerate() {
            let at = row * frame.output_row() + v * lanes * pixel;
            tokens.extend(match values {
                values if apart > 1 || channels == 1 => {
                    let values = values.iter().enumerate();
                    values.map(|(index, value)| self.store(value, (0, lanes), at + index * apart)).collect()
                }
                [first, second] => {
                    let (low, high) =
                        (self.store(&quote!(low), (0, lanes), at), self.store(&quote!(high), (0, lanes), at + lanes));
                    quote!({ let (low, high) = #first.interleave(#second); #low #high })
                }
                _ => {
                    let summed = values.iter().enumerate().map(|(index, value)| {
                        self.summed(value, |array| vector.gather(array, at + index, channels, lanes))
                    });
                    let values: Vec<TokenStream> = summed.collect();
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

/// Offset of kernel column `column`, which is looped over: `column * step + constant`
fn moved(step: usize, constant: usize) -> TokenStream {
    let (by, more) = (number(step), number(constant));
    let moved = if step == 1 { quote!(column) } else { quote!(column * #by) };
    if constant == 0 { moved } else { quote!(#moved + #more) }
}
