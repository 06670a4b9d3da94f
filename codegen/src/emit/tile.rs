//! The body of one register tile: accumulators, products in the planned order, stores.
//!
//! Comes in: a strip and the expressions that place it. Goes out: straight-line tokens. Must not know: which loops stand around
//! it. Takes no decisions.
//!
//! Names in the emitted code: `a{row}_{output}_{vector}` accumulators, `w{panel}` a kernel row's weights, `k` a vector of them,
//! `x{row}` a stretch of an input row, `v` a value of it, `out` a stretch of an output row.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::vector::{Vector, number};
use crate::operation::Activation;
use crate::plan::panel::Panel;
use crate::plan::{Body, Nest, Plan, Strip};

/// What a tile is made of, and the expressions of its place.
pub(super) struct Tile<'a> {
    pub(super) plan: &'a Plan,
    pub(super) nest: &'a Nest,
    pub(super) strip: &'a Strip,
    pub(super) activation: Activation,
    pub(super) bias: bool,
    /// Output rows of this tile: the nest's, or one.
    pub(super) rows: usize,
    /// Index of the channel block.
    pub(super) block: TokenStream,
    /// Index of the tile in its region.
    pub(super) index: TokenStream,
    /// First output row.
    pub(super) output_row: TokenStream,
    pub(super) taps: Taps,
}

/// How a tile goes through the kernel rows.
pub(super) enum Taps {
    /// A loop over `run.taps`, the input moved by `j` outputs.
    Looped,
    /// Each written out: kernel row, input row.
    Written(Vec<(usize, usize)>),
}

impl Tile<'_> {
    /// The whole tile.
    pub(super) fn emit(&self) -> TokenStream {
        let start = self.start();
        let products = match &self.taps {
            Taps::Looped => {
                let inputs: Vec<TokenStream> = (0..self.rows)
                    .map(|row| {
                        let row = number(row);
                        quote!(tap.input + (j + #row) * run.advance)
                    })
                    .collect();
                let body = self.kernel_row(&quote!(tap.kernel), &inputs);
                quote!(for tap in run.taps { #body })
            }
            Taps::Written(taps) => taps
                .iter()
                .map(|&(kernel, input)| {
                    let (kernel, input) = (number(kernel), number(input));
                    let body = self.kernel_row(&quote!(#kernel), &[quote!(#input)]);
                    quote!({ #body })
                })
                .collect(),
        };
        let products = if self.strip.region.tile.segments.is_empty() { TokenStream::new() } else { products };
        let finish = self.finish();
        quote!(#start #products #finish)
    }

    pub(super) fn vector(&self) -> Vector {
        Vector::new(self.strip.lanes)
    }

    pub(super) fn panel(&self) -> Option<&Panel> {
        self.nest.panel.map(|panel| &self.plan.panels[panel])
    }

    /// Inputs that share a vector.
    pub(super) fn interleave(&self) -> usize {
        self.panel().map_or(1, |panel| panel.interleave)
    }

    /// Vectors that hold one step of one panel.
    pub(super) fn vectors_per_panel(&self) -> usize {
        self.panel().map_or(1, |panel| panel.lanes().div_ceil(self.strip.lanes))
    }

    /// Accumulator `vector` of output column `output` in tile row `row`; `set` is 0 but in split streams.
    pub(super) fn sum(&self, set: usize, row: usize, output: usize, vector: usize) -> TokenStream {
        let name: Ident = match set {
            0 => format_ident!("a{row}_{output}_{vector}"),
            _ => format_ident!("b{set}_{row}_{output}_{vector}"),
        };
        quote!(#name)
    }

    /// All accumulators of one set, row by row, output by output.
    pub(super) fn sums(&self, set: usize) -> Vec<TokenStream> {
        let outputs = self.strip.region.tile.outputs;
        let mut sums = Vec::new();
        for row in 0..self.rows {
            for output in 0..outputs {
                sums.extend((0..self.strip.vectors).map(|vector| self.sum(set, row, output, vector)));
            }
        }
        sums
    }

    /// Declares the accumulators.
    fn start(&self) -> TokenStream {
        let vector = self.vector();
        let first = if self.nest.panel.is_none() { quote!(f32::NEG_INFINITY) } else { quote!(0.0) };
        let empty = vector.splat(&first);
        // Interleaved sums meet their bias only once they are added up across lanes.
        let starts_at_bias = self.bias && self.interleave() == 1;
        let mut tokens = TokenStream::new();
        for v in 0..self.strip.vectors {
            let name = format_ident!("start{v}");
            let value = if starts_at_bias { self.bias_vector(v) } else { empty.clone() };
            tokens.extend(quote!(let #name = #value;));
        }
        for set in 0..self.strip.split {
            for (at, sum) in self.sums(set).into_iter().enumerate() {
                let value = format_ident!("start{}", at % self.strip.vectors);
                let value = if set == 0 { quote!(#value) } else { empty.clone() };
                tokens.extend(quote!(let mut #sum = #value;));
            }
        }
        tokens
    }

    /// The bias of one vector of the block.
    fn bias_vector(&self, vector: usize) -> TokenStream {
        let per_panel = self.vectors_per_panel();
        let panel = self.panel_index(vector / per_panel);
        let field = self.field("bias");
        self.vector().load(&quote!(layer.#field[#panel]), vector % per_panel * self.strip.lanes)
    }

    /// Index of the block's `panel`-th panel.
    pub(super) fn panel_index(&self, panel: usize) -> TokenStream {
        let (block, panels, panel) = (&self.block, number(self.nest.panels), number(panel));
        match (self.nest.blocks, self.nest.panels) {
            (1, _) => quote!(#panel),
            (_, 1) => quote!(#block),
            _ => quote!(#block * #panels + #panel),
        }
    }

    /// The field of the layer that holds this nest's weights or bias.
    pub(super) fn field(&self, kind: &str) -> Ident {
        format_ident!("{kind}{}", self.nest.panel.unwrap_or(0))
    }

    /// The products of one kernel row.
    fn kernel_row(&self, kernel: &TokenStream, inputs: &[TokenStream]) -> TokenStream {
        let tile = &self.strip.region.tile;
        let channels = self.plan.frame.in_channels;
        let mut tokens = TokenStream::new();
        let (start, len) = match self.nest.panel {
            Some(_) => (quote!(0), tile.inputs * channels),
            None => (self.first_channel(), (tile.inputs - 1) * channels + self.strip.vectors * self.strip.lanes),
        };
        let column = self.place(self.strip.region.input, self.strip.region.input_step);
        let (len, channels) = (number(len), number(channels));
        for (row, input) in inputs.iter().enumerate() {
            let name = format_ident!("x{row}");
            tokens.extend(quote!(let #name = rt::window::<#len>(&input[#input], #column * #channels + #start);));
        }
        if self.nest.panel.is_some() {
            let field = self.field("weights");
            for panel in 0..self.nest.panels {
                let (name, index) = (format_ident!("w{panel}"), self.panel_index(panel));
                tokens.extend(quote!(let #name = &layer.#field[#index][#kernel];));
            }
        }
        tokens.extend(match self.strip.body {
            Body::Walk => self.walk(),
            Body::Stream { unroll } => self.stream(unroll),
            Body::Along => unreachable!("emitted by `along`"),
        });
        tokens
    }

    /// `first + index * step` of the tile.
    pub(super) fn place(&self, first: usize, step: usize) -> TokenStream {
        let (index, first, step) = (&self.index, number(first), number(step));
        if self.strip.region.count == 1 { quote!(#first) } else { quote!((#first + #index * #step)) }
    }

    /// First channel of the block.
    pub(super) fn first_channel(&self) -> TokenStream {
        let (block, first, outputs) = (&self.block, number(self.nest.first), number(self.nest.outputs));
        if self.nest.blocks == 1 { quote!(#first) } else { quote!(#first + #block * #outputs) }
    }

    /// Walks the input columns; see [`Body::Walk`].
    fn walk(&self) -> TokenStream {
        let tile = &self.strip.region.tile;
        let (vector, vectors) = (self.vector(), self.strip.vectors);
        let channels = self.plan.frame.in_channels;
        let pairs = tile.pairs();
        let mut tokens = TokenStream::new();
        let depth = if self.nest.panel.is_some() { channels } else { 1 };
        for channel in 0..depth {
            let mut body = TokenStream::new();
            if self.nest.panel.is_some() {
                for kernel in tile.kernel_columns() {
                    for v in 0..vectors {
                        let (name, value) = (format_ident!("k{kernel}_{v}"), self.weight(&number_at(kernel * channels + channel), v));
                        body.extend(quote!(let #name = #value;));
                    }
                }
            }
            for column in pairs.chunk_by(|a, b| a.input == b.input) {
                for v in 0..vectors {
                    if self.nest.panel.is_none() || v == 0 {
                        let value = self.walked(column[0].input, channel, v);
                        body.extend(quote!(let v = #value;));
                    }
                    for pair in column.iter().filter(|_| self.nest.panel.is_none()) {
                        body.extend(vector.maximum(&self.sum(0, 0, pair.output, v), &quote!(v)));
                    }
                }
                for pair in column.iter().filter(|_| self.nest.panel.is_some()) {
                    for v in 0..vectors {
                        let weight = format_ident!("k{}_{v}", pair.kernel);
                        body.extend(vector.multiply_add(&self.sum(0, 0, pair.output, v), &quote!(v), &quote!(#weight)));
                    }
                }
            }
            tokens.extend(if depth == 1 { body } else { quote!({ #body }) });
        }
        tokens
    }

    /// The value at an input column: a broadcast channel for multiply-add, a vector of channels for a maximum.
    fn walked(&self, column: usize, channel: usize, v: usize) -> TokenStream {
        let channels = self.plan.frame.in_channels;
        match self.nest.panel {
            None => self.vector().load(&quote!(x0), column * channels + v * self.strip.lanes),
            Some(_) => {
                let at = number(column * channels + channel);
                self.vector().splat(&quote!(x0[#at]))
            }
        }
    }

    /// Vector `v` of the block's weights at `step`.
    pub(super) fn weight(&self, step: &TokenStream, v: usize) -> TokenStream {
        let per_panel = self.vectors_per_panel();
        let panel = format_ident!("w{}", v / per_panel);
        self.vector().load(&quote!(#panel[#step]), v % per_panel * self.strip.lanes)
    }
}

/// A constant as an expression.
pub(super) fn number_at(value: usize) -> TokenStream {
    let value = number(value);
    quote!(#value)
}
