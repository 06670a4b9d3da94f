//! Tiles of one row, column by column: transformed, multiplied, and transformed back while the next are multiplied.
//!
//! Comes in: a [`Winograd`] plan that keeps the kernel's rows. Goes out: its pass, and a function for each register file. Takes no decisions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::super::item::Generator;
use super::super::kernel::{Context, architecture};
use super::super::vector::{Vector, number, path};
use super::super::{at_level, named};
use super::transforms::transform;
use crate::operation::{Place, Sum};
use crate::plan::winograd::{Chunk, Kept, Tiling, Winograd};

impl Generator<'_> {
    /// The pass: blocks of rows, which may be shared among threads.
    pub(super) fn lined_pass(&self, winograd: &Winograd, kept: &Kept) -> TokenStream {
        let most = number(self.plan.parts.map_or(1, |parts| parts.most));
        let ([image, turned], each) = (winograd.turned, winograd.piece(kept));
        let (before, behind) = if winograd.turned == [0, 0] { Default::default() } else { self.turned(winograd) };
        let term = self.term();
        let call = at_level(named("lines_"), &quote!(self, input, &part, #term output, memory));
        let [pieces, image, turned, each, blocks, together, rows] =
            [kept.pieces() * each, image, turned, each, kept.blocks, kept.together, kept.rows].map(number);
        quote! {
            const MOST: usize = #most;
            let [pieces, image, turned] = rt::split(scratch, [#pieces, #image, #turned]);
            #before
            rt::shares(
                rt::Cuts { count: #blocks, first: 0, step: #together, most: MOST }, [&mut output[..], pieces],
                |block| [OUTPUTS.row(block * #rows), block / #together * #each],
                |part, [output, memory]| #call,
            );
            #behind
        }
    }
}

impl Context<'_> {
    /// All tiles of some blocks of rows.
    pub(super) fn lined(&self, (winograd, kept): (&Winograd, &Kept), file: &str, vector: Vector) -> TokenStream {
        let (cfg, name, layer) = (architecture(file), format_ident!("lines_{file}"), self.layer);
        let (element, (term, of_part)) = (path(self.operation.element), self.term());
        let of_part = if of_part.is_empty() {
            TokenStream::new()
        } else {
            let rows = number(kept.rows);
            quote!(let term = &term[OUTPUTS.row(part.start * #rows)..];)
        };
        let body = match kept.on(file) {
            Some(summed) => self.summed((winograd, kept, summed), vector),
            None => self.in_memory((winograd, kept), file, vector),
        };
        quote! {
            #cfg
            #[inline(always)]
            fn #name<__S: rt::Simd>(
                simd: __S, layer: &#layer, input: &[#element], part: &rt::Range<usize>, #term output: &mut [#element],
                memory: &mut [#element],
            ) {
                #of_part
                #body
            }
        }
    }

    /// All tiles of some blocks of rows, with products in memory: those of one chunk are transformed back while the next are multiplied.
    fn in_memory(&self, (winograd, kept): (&Winograd, &Kept), file: &str, vector: Vector) -> TokenStream {
        let columns = winograd.axes[1];
        let lens = kept.lens(&winograd.view, columns).map(number);
        let [rows, tiles, chunks, points] =
            [kept.rows, kept.chunk.tiles, kept.chunk.count, columns.points()].map(number);
        let (turned, transformed) =
            (turned_block(winograd, kept), transformed_line(winograd, kept, &kept.chunk, vector));
        let (multiplied, finished) =
            (multiplied_line(winograd, kept, file), self.finished_line(winograd, kept, vector));
        quote! {
            let [mut products, mut before, transformed, columns] = rt::cut_mut(memory, [#(#lens),*]);
            let chunks = part.len() * #chunks;
            // One more turn for the outputs of the last chunk.
            for index in 0..=chunks {
                if index < chunks {
                    let (first, chunk) = ((part.start + index / #chunks) * #rows, index % #chunks);
                    if chunk == 0 { #turned }
                    for tile in 0..#tiles { #transformed }
                }
                for point in 0..#points {
                    if index < chunks { #multiplied }
                    if index > 0 { #finished }
                }
                (products, before) = (before, products);
            }
        }
    }

    /// As many tiles of outputs of the chunk before as there are for a point.
    fn finished_line(&self, winograd: &Winograd, kept: &Kept, vector: Vector) -> TokenStream {
        let [_, columns] = winograd.axes;
        let (path, across, lanes) = (vector.path(), transform("output", columns.convolution), number(vector.lanes()));
        let (of_channels, stored) = (self.of_channels(vector), self.stored_line(columns, vector));
        let [rows, chunks, tiles, all, points, plane, wide, tile] = [
            kept.rows,
            kept.chunk.count,
            kept.chunk.tiles,
            kept.rows * kept.chunk.tiles,
            columns.points(),
            kept.plane,
            columns.outputs(),
            kept.rows * self.operation.out_channels,
        ]
        .map(number);
        let mut is_there = Vec::new();
        if kept.beyond(winograd.axes[0]) > 0 {
            is_there.push(quote!(part.start * #rows + top + row < OUTPUTS.height));
        }
        if kept.chunk.is_beyond(columns) {
            is_there.push(quote!(left < OUTPUTS.width));
        }
        let stored = quote! {
            for channel in rt::vectors(OUTPUTS.channels, #lanes) {
                let products = &before[tile * #tile + row * OUTPUTS.channels + channel..];
                let values = #across(simd, rt::strided::<__S, #path, #points>(simd, products, #plane));
                let at = OUTPUTS.at(top + row, left) + channel;
                #of_channels
                #stored
            }
        };
        let stored = if is_there.is_empty() { stored } else { quote!(if #(#is_there)&&* { #stored }) };
        quote! {
            let (top, first) = ((index - 1) / #chunks * #rows, (index - 1) % #chunks * #tiles);
            for at in point * #all / #points..(point + 1) * #all / #points {
                let (row, tile) = (at / #tiles, at % #tiles);
                let left = (first + tile) * #wide;
                #stored
            }
        }
    }

    /// What becomes of the outputs of a tile of one row, `values`, the first of them at `at`.
    fn stored_line(&self, axis: Tiling, vector: Vector) -> TokenStream {
        let stored = self.stored(vector);
        if axis.beyond > 0 {
            return quote! {
                for (x, value) in values.into_iter().enumerate() {
                    if left + x < OUTPUTS.width {
                        let at = at + x * OUTPUTS.channels;
                        #stored
                    }
                }
            };
        }
        // One check for all of them.
        let len = number((axis.outputs() - 1) * self.operation.out_channels + vector.lanes());
        let term = match self.operation.sum {
            Some(Sum { place: Place::Beside, .. }) => quote!(let term = rt::window::<_, #len>(term, at);),
            _ => TokenStream::new(),
        };
        quote! {
            #term
            let output = rt::window_mut::<_, #len>(output, at);
            for (x, value) in values.into_iter().enumerate() {
                let at = x * OUTPUTS.channels;
                #stored
            }
        }
    }
}

/// The columns of inputs of a block whose first row of outputs is `first`.
pub(super) fn turned_block(winograd: &Winograd, kept: &Kept) -> TokenStream {
    let of_rows = winograd.view.axes[0];
    let [stride, before, inputs] = [of_rows.stride, of_rows.pad_before, kept.inputs].map(number);
    quote! {
        rt::columns_first::<_, { IMAGE.channels }>(
            input, IMAGE, usize::wrapping_sub(first * #stride, #before), #inputs, columns,
        );
    }
}

/// A column of tiles, transformed.
pub(super) fn transformed_line(winograd: &Winograd, kept: &Kept, chunk: &Chunk, vector: Vector) -> TokenStream {
    let [_, columns] = winograd.axes;
    let [_, of_columns] = winograd.view.axes;
    let (across, path) = (transform("input", columns.convolution), vector.path());
    let [line, row, width, step, before, points] = [
        chunk.lines,
        kept.row(&winograd.view),
        of_columns.input,
        columns.outputs(),
        of_columns.pad_before,
        columns.points(),
    ]
    .map(number);
    let tiles = number(chunk.tiles);
    quote! {
        rt::line::<__S, #path, #points>(
            simd, columns, [#width, #row], usize::wrapping_sub((chunk * #tiles + tile) * #step, #before),
            (&mut transformed[tile * #row..], #line),
            #[inline(always)] |x| #across(simd, x),
        );
    }
}

/// The products of a point in a column of tiles.
fn multiplied_line(winograd: &Winograd, kept: &Kept, file: &str) -> TokenStream {
    let stages = winograd.stages().map(|(product, stage)| {
        let (function, input, plane) = (stage.function(file), number(product.sizes[0]), number(kept.plane));
        quote! {
            #function(
                simd, layer, rt::window::<_, #input>(transformed, 0), &(point..point + 1), &mut products[point * #plane..],
            );
        }
    });
    stages.collect()
}
