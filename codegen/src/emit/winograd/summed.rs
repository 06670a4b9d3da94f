//! Tiles of one row whose products are summed in registers: a loop over the depth with the sums of all points, which are then transformed back.
//!
//! Comes in: what is summed at a time, of a [`Winograd`] plan that keeps the kernel's rows. Goes out: a function's statements. Takes no decisions.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::super::kernel::Context;
use super::super::vector::{Vector, number};
use super::lines::{transformed_line, turned_block};
use super::transforms::transform;
use crate::plan::panel;
use crate::plan::winograd::{Kept, Summed, Tiling, Winograd};

/// The sum of a point, in a row and a vector of channels.
fn sum(point: usize, row: usize, vector: usize) -> Ident {
    format_ident!("s{point}_{row}_{vector}")
}

impl Context<'_> {
    /// All tiles of some blocks of rows.
    pub(super) fn summed(&self, (winograd, kept, summed): (&Winograd, &Kept, &Summed), vector: Vector) -> TokenStream {
        let columns = winograd.axes[1];
        let Summed { chunk, .. } = summed;
        let lens =
            [chunk.transformed(columns.points(), kept.row(&winograd.view)), kept.columns(&winograd.view)].map(number);
        let (turned, transformed) = (turned_block(winograd, kept), transformed_line(winograd, kept, chunk, vector));
        let (sums, finished) =
            (self.sums(winograd, (kept, summed), vector), self.finished_summed(winograd, (kept, summed), vector));
        let body = quote! { for block in 0..BLOCKS { #sums #finished } };
        let body = if chunk.is_beyond(columns) { quote!(if left < OUTPUTS.width { #body }) } else { body };
        let depth = number(winograd.view.kept_taps() * winograd.view.in_channels);
        let [rows, chunks, tiles, high, wide, blocks] =
            [kept.rows, chunk.count, chunk.tiles, summed.rows, columns.outputs(), summed.blocks].map(number);
        quote! {
            const BLOCKS: usize = #blocks;
            // Not written out, and yet within bounds.
            let depth = rt::opaque(#depth).min(#depth);
            let [transformed, columns] = rt::cut_mut(memory, [#(#lens),*]);
            for index in 0..part.len() * #chunks {
                let (top, chunk) = (index / #chunks * #rows, index % #chunks);
                if chunk == 0 {
                    let first = part.start * #rows + top;
                    #turned
                }
                for tile in 0..#tiles { #transformed }
                // Outputs are written row by row.
                for row in rt::vectors(#rows, #high) {
                    for tile in 0..#tiles {
                        let left = (chunk * #tiles + tile) * #wide;
                        #body
                    }
                }
            }
        }
    }

    /// The sums of all points of a tile, in some rows and channels.
    fn sums(&self, winograd: &Winograd, (kept, summed): (&Kept, &Summed), vector: Vector) -> TokenStream {
        let (points, lanes) = (winograd.axes[1].points(), vector.lanes());
        let (depth, row) = (winograd.view.kept_taps() * winograd.view.in_channels, kept.row(&winograd.view));
        let advance = winograd.view.axes[0].stride * winograd.view.in_channels;
        let (width, channels) = (panel::widest(self.operation.element), summed.vectors * lanes);
        let (panels, count) = ((channels / width).max(1), self.operation.out_channels / width);
        let (mut begun, mut step) = (TokenStream::new(), TokenStream::new());
        for point in 0..points {
            for panel in 0..panels {
                let (name, first) = (format_ident!("w{point}_{panel}"), number(point * count + panel));
                let [panels, slices] = [panels, summed.slices].map(number);
                begun.extend(quote!(let #name = &layer.weights0[#first + block / #slices * #panels][0];));
            }
            for v in 0..summed.vectors {
                let (panel, at) = (format_ident!("w{point}_{}", v * lanes / width), v * lanes % width);
                let step_of = if summed.slices > 1 {
                    let [channels, slices] = [channels, summed.slices].map(number);
                    quote!(#panel[step].as_chunks::<#channels>().0[block % #slices])
                } else {
                    quote!(#panel[step])
                };
                let (name, value) = (format_ident!("k{v}"), vector.load(&step_of, at));
                step.extend(quote!(let #name = #value;));
            }
            for y in 0..summed.rows {
                let at = number(point * summed.chunk.lines + y * advance);
                let value = vector.splat(&quote!(x[#at + step]));
                step.extend(quote!(let value = #value;));
                for v in 0..summed.vectors {
                    let (sum, weight) = (sum(point, y, v), format_ident!("k{v}"));
                    let zero = vector.splat(&quote!(0.0));
                    begun.extend(quote!(let mut #sum = #zero;));
                    step.extend(vector.multiply_add(&quote!(#sum), &quote!(value), &quote!(#weight)));
                }
            }
        }
        let met = (points - 1) * summed.chunk.lines + (summed.rows - 1) * advance + depth;
        let [met, row, advance] = [met, row, advance].map(number);
        quote! {
            let x = rt::window::<_, #met>(transformed, tile * #row + row * #advance);
            #begun
            for step in 0..depth { #step }
        }
    }

    /// What becomes of these sums: pixel by pixel, so that outputs are written in order.
    fn finished_summed(&self, winograd: &Winograd, (kept, summed): (&Kept, &Summed), vector: Vector) -> TokenStream {
        let columns = winograd.axes[1];
        let across = transform("output", columns.convolution);
        let (channels, rows) = (number(summed.vectors * vector.lanes()), number(kept.rows));
        let pixel = self.stored_pixel(columns, summed, vector);
        let rows = (0..summed.rows).map(|y| {
            let vectors = (0..summed.vectors).map(|v| {
                let sums = (0..columns.points()).map(|point| sum(point, y, v));
                quote!(#across(simd, [#(#sums),*]))
            });
            let y = number(y);
            let stored = quote! {
                let vectors = [#(#vectors),*];
                let at = OUTPUTS.at(top + row + #y, left) + first;
                #pixel
            };
            if kept.beyond(winograd.axes[0]) > 0 {
                quote!(if part.start * #rows + top + row + #y < OUTPUTS.height { #stored })
            } else {
                quote!({ #stored })
            }
        });
        quote!({ let first = block * #channels; #(#rows)* })
    }

    /// What becomes of the outputs of a tile of one row, `vectors`, the first of them at `at`.
    fn stored_pixel(&self, axis: Tiling, summed: &Summed, vector: Vector) -> TokenStream {
        let (of_channels, stored) = (self.of_channels(vector), self.stored(vector));
        let [outputs, count, lanes] = [axis.outputs(), summed.vectors, vector.lanes()].map(number);
        let stored = quote! {
            for v in 0..#count {
                let (value, channel) = (vectors[v][x], first + v * #lanes);
                let at = at + x * OUTPUTS.channels + v * #lanes;
                #of_channels
                #stored
            }
        };
        let stored = if axis.beyond > 0 { quote!(if left + x < OUTPUTS.width { #stored }) } else { stored };
        quote!(for x in 0..#outputs { #stored })
    }
}
