//! The body of one register tile: accumulators, products in the planned order, stores.
//!
//! Comes in: a strip and the expressions that place it. Goes out: straight-line tokens. Must not know: which loops stand around
//! it. Takes no decisions.
//!
//! Names in the emitted code: `a{row}_{output}_{vector}` accumulators, `w{panel}` a kernel row's weights, `k` a vector of them,
//! `x{row}` a stretch of an input row, `v` a value of it, `out` a stretch of an output row.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::kernel::Part;
use super::vector::{Vector, number, path};
use crate::operation::{Activation, Element, Inner, Sum};
use crate::plan::frame::{Frame, Strides};
use crate::plan::panel::Panel;
use crate::plan::tile::Pair;
use crate::plan::{Body, Nest, Plan, Strip};

/// What a tile is made of, and the expressions of its place.
pub(super) struct Tile<'a> {
    pub(super) plan: &'a Plan,
    pub(super) nest: &'a Nest,
    pub(super) strip: &'a Strip,
    pub(super) element: Element,
    pub(super) inner: Inner,
    pub(super) activation: Activation,
    pub(super) bias: bool,
    /// What is added to the outputs.
    pub(super) sum: Option<Sum>,
    /// Output rows of this tile: the nest's, or one.
    pub(super) rows: usize,
    /// Index of the channel block.
    pub(super) block: TokenStream,
    /// Index of the tile in its region.
    pub(super) index: TokenStream,
    /// First output row.
    pub(super) output_row: TokenStream,
    pub(super) taps: Taps,
    /// Packed panels of the layer before this plan's.
    pub(super) first_panel: usize,
    pub(super) part: Part,
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
        if let Body::Along { unroll } = self.strip.body {
            return self.along(unroll);
        }
        let start = self.start();
        let products = match &self.taps {
            _ if self.strip.region.tile.segments.is_empty() => TokenStream::new(),
            Taps::Looped => self.looped_taps(&self.kernel_row()),
            Taps::Written(taps) => taps.iter().map(|&tap| self.written_tap(tap)).collect(),
        };
        let finish = self.finish();
        quote!(#start #products #finish)
    }

    pub(super) fn vector(&self) -> Vector {
        Vector::new(self.element, self.strip.lanes)
    }

    pub(super) fn panel(&self) -> Option<&Panel> {
        self.nest.panel.map(|panel| &self.plan.panels[panel])
    }

    /// Inputs that share a vector.
    pub(super) fn interleave(&self) -> usize {
        self.panel().map_or(1, |panel| panel.interleave)
    }

    /// All accumulators of one set, row by row, output by output.
    pub(super) fn sums(&self, set: usize) -> Vec<TokenStream> {
        let outputs = self.strip.region.tile.outputs;
        let mut sums = Vec::new();
        for row in 0..self.rows {
            for output in 0..outputs {
                sums.extend((0..self.strip.vectors).map(|vector| sum(set, row, output, vector)));
            }
        }
        sums
    }

    /// What a sum or a maximum of nothing is.
    pub(super) fn empty(&self) -> TokenStream {
        let element = path(self.element);
        if self.inner == Inner::Max { quote!(#element::NEG_INFINITY) } else { quote!(0.0) }
    }

    /// Vector `vector` of the block from `array`, which has a value for each channel.
    pub(super) fn of_channels(&self, array: &TokenStream, vector: usize) -> TokenStream {
        let (len, first) = (number(self.nest.outputs), self.first_channel());
        let channels = quote!(rt::window::<_, #len>(&#array, #first));
        self.vector().load(&channels, vector * self.strip.lanes)
    }

    /// Panel of the block and first lane in it, of one vector.
    pub(super) fn in_panel(&self, vector: usize) -> (usize, usize) {
        let per_panel = self.strip.vectors / self.nest.panels;
        (vector / per_panel, vector % per_panel * self.strip.lanes)
    }

    /// The lanes of a panel's step that belong to the block.
    pub(super) fn slice(&self, step: TokenStream) -> TokenStream {
        if self.nest.slices == 1 {
            return step;
        }
        let (lanes, slices, block) =
            (number(self.strip.vectors * self.strip.lanes), number(self.nest.slices), &self.block);
        quote!(#step.as_chunks::<#lanes>().0[#block % #slices])
    }

    /// Index of the block's `panel`-th panel.
    pub(super) fn panel_index(&self, panel: usize) -> TokenStream {
        let Nest { panels, slices, .. } = *self.nest;
        let blocks = self.nest.all_blocks();
        let (block, panels_, slices_, panel) = (&self.block, number(panels), number(slices), number(panel));
        match (blocks / slices, panels) {
            _ if self.plan.frame.diagonal => quote!(0),
            (1, _) => quote!(#panel),
            _ if slices > 1 => quote!(#block / #slices_),
            (_, 1) => quote!(#block),
            _ => quote!(#block * #panels_ + #panel),
        }
    }

    /// The field of the layer that holds this nest's weights, bias or slopes.
    pub(super) fn field(&self, kind: &str) -> Ident {
        format_ident!("{kind}{}", self.first_panel + self.nest.panel.unwrap_or(0))
    }

    /// `body` for every kernel row that the tile's rows meet.
    pub(super) fn looped_taps(&self, body: &TokenStream) -> TokenStream {
        let input = |row: usize| {
            let near = if row == 0 {
                quote!(tap.input + j * run.advance)
            } else {
                let row = number(row);
                quote!(tap.input + (j + #row) * run.advance)
            };
            self.in_plane(near)
        };
        let rows = self.tap_rows(&self.kernel_in_plane(quote!(tap.kernel)), input);
        self.far_taps(&quote!(for tap in run.taps { #rows #body }))
    }

    /// `body` for every kernel plane that the output plane meets, as `far`.
    pub(super) fn far_taps(&self, body: &TokenStream) -> TokenStream {
        match &self.plan.frame.planes {
            Some(_) => quote!(for far in plane.taps { #body }),
            None => body.clone(),
        }
    }

    /// Input row `row` of the plane that `far` meets, counted from the first plane's first.
    pub(super) fn in_plane(&self, row: TokenStream) -> TokenStream {
        let Frame { planes, rows, .. } = &self.plan.frame;
        let height = number(rows.input);
        if planes.is_some() { quote!((far.input + i * plane.advance) * #height + #row) } else { row }
    }

    /// Kernel row `row` of the kernel plane `far`, counted from the first plane's first.
    pub(super) fn kernel_in_plane(&self, row: TokenStream) -> TokenStream {
        let Frame { planes, rows, .. } = &self.plan.frame;
        let height = number(rows.kernel);
        if planes.is_some() { quote!(far.kernel * #height + #row) } else { row }
    }

    /// The products of one kernel row on one input row, both known.
    fn written_tap(&self, (kernel, input): (usize, usize)) -> TokenStream {
        let (kernel, body) = (number(kernel), self.kernel_row());
        let rows = self.tap_rows(&quote!(#kernel), |_| number_at(input));
        quote!({ #rows #body })
    }

    /// `w{panel}`, the weights of a kernel row, and `x{row}`, the input rows that it falls on.
    fn tap_rows(&self, kernel: &TokenStream, input: impl Fn(usize) -> TokenStream) -> TokenStream {
        let weights = (0..self.nest.panels).map(|panel| {
            let kind = if self.is_sparse() { "starts" } else { "weights" };
            let (field, name, index) = (self.field(kind), format_ident!("w{panel}"), self.panel_index(panel));
            quote!(let #name = &layer.#field[#index][#kernel];)
        });
        let inputs = (0..self.rows).map(|row| {
            let (name, input) = (format_ident!("x{row}"), input(row));
            let row = self.input_row(&quote!(input), &input);
            quote!(let #name = #row;)
        });
        quote!(#(#weights)* #(#inputs)*)
    }

    /// Row `row` of `rows`, from its first element on; with channels or groups outermost as far as there are later ones.
    pub(super) fn input_row(&self, rows: &TokenStream, row: &TokenStream) -> TokenStream {
        let frame = &self.plan.frame;
        if !frame.is_planar() {
            return quote!(&#rows[#row]);
        }
        let (len, each) = (number(frame.input_row()), number(frame.from.group));
        if frame.groups == 1 {
            return quote!(&#rows.as_flattened()[(#row) * #len..]);
        }
        let group = self.group();
        quote!(&#rows.as_flattened()[#group * #each + (#row) * #len..])
    }

    /// The products of one kernel row.
    fn kernel_row(&self) -> TokenStream {
        let tile = &self.strip.region.tile;
        let frame = &self.plan.frame;
        let Strides { pixel, channel, .. } = frame.from;
        let column = if self.strip.runs.is_none() {
            self.place(self.strip.region.input, self.strip.region.input_step, pixel)
        } else {
            let pixel = number(pixel);
            quote!((met.input + k * column.advance) * #pixel)
        };
        let (start, channels) = if frame.diagonal {
            let channel = self.first_channel();
            (quote!(#column + #channel), self.nest.outputs)
        } else if frame.groups > 1 && !frame.is_planar() {
            let (group, each) = (self.group(), number(frame.from.group));
            (quote!(#column + #group * #each), frame.depth())
        } else {
            (column, frame.depth())
        };
        let len = number((tile.inputs - 1) * pixel + (channels - 1) * channel + 1);
        let windows = (0..self.rows).map(|row| {
            let name = format_ident!("x{row}");
            quote!(let #name = rt::window::<_, #len>(#name, #start);)
        });
        let products = match self.strip.body {
            Body::Walk => self.walk(),
            Body::Stream { unroll } => self.stream(unroll),
            Body::Sparse { unroll } => self.sparse(unroll),
            Body::Along { .. } => unreachable!("emitted by `along`"),
        };
        let row = quote!(#(#windows)* #products);
        if self.strip.runs.is_some() { self.met_taps(&row) } else { row }
    }

    /// `body` for every tap that the output column meets, with that tap's weights alone.
    fn met_taps(&self, body: &TokenStream) -> TokenStream {
        let weighted = self.inner.is_weighted();
        if self.plan.frame.diagonal || !weighted {
            let weights = if weighted { quote!(let w0 = &w0[met.kernel..][..1];) } else { TokenStream::new() };
            return quote!(for met in column.taps { #weights #body });
        }
        if self.is_sparse() {
            return quote!(for met in column.taps { let w0 = rt::window::<_, 2>(w0, met.kernel); #body });
        }
        let steps = number(self.plan.frame.depth() / self.interleave());
        let weights = (0..self.nest.panels).map(|panel| {
            let name = format_ident!("w{panel}");
            quote!(let #name = &#name.as_chunks::<#steps>().0[met.kernel];)
        });
        quote!(for met in column.taps { #(#weights)* #body })
    }

    /// `(first + index * step) * channels` of the tile.
    pub(super) fn place(&self, first: usize, step: usize, channels: usize) -> TokenStream {
        let (index, first, step) = (&self.index, number(first * channels), number(step * channels));
        if self.strip.region.count == 1 { quote!(#first) } else { quote!(#first + #index * #step) }
    }

    /// First output channel of the block.
    pub(super) fn first_channel(&self) -> TokenStream {
        let Nest { groups, blocks, first, outputs, .. } = *self.nest;
        let each = self.plan.frame.each();
        let block = &self.block;
        let all = self.plan.frame.out_channels;
        let (first, outputs_) = (number(first), number(outputs));
        match (groups, blocks) {
            (1, 1) => quote!(#first),
            // The last block does channels again where it would not be whole.
            (1, _) if self.plan.frame.diagonal && blocks * outputs > all => {
                let last = number(all - outputs);
                quote!((#block * #outputs_).min(#last))
            }
            // The blocks of neighbouring groups follow each other.
            _ if groups == 1 || blocks * outputs == each => quote!(#first + #block * #outputs_),
            (_, 1) => {
                let each = number(each);
                quote!(#first + #block * #each)
            }
            _ => {
                let (group, each, blocks) = (self.group(), number(each), number(blocks));
                quote!(#first + #group * #each + #block % #blocks * #outputs_)
            }
        }
    }

    /// Group of channels of the block.
    pub(super) fn group(&self) -> TokenStream {
        let (block, blocks) = (&self.block, number(self.nest.blocks));
        if self.nest.blocks == 1 { quote!(#block) } else { quote!((#block / #blocks)) }
    }

    /// Walks the input columns; see [`Body::Walk`].
    fn walk(&self) -> TokenStream {
        let tile = &self.strip.region.tile;
        let vectors = self.strip.vectors;
        let diagonal = self.plan.frame.diagonal;
        let apart = diagonal || !self.inner.is_weighted();
        let pairs = tile.pairs();
        let mut tokens = TokenStream::new();
        let depth = if diagonal { 1 } else { self.plan.frame.depth() };
        for channel in 0..depth {
            let mut body = TokenStream::new();
            if self.inner.is_weighted() {
                for kernel in tile.kernel_columns() {
                    for v in 0..vectors {
                        let name = format_ident!("k{kernel}_{v}");
                        let at = number_at(kernel * depth + channel);
                        let value = if diagonal { self.of_channels(&quote!(w0[#at]), v) } else { self.weight(&at, v) };
                        body.extend(quote!(let #name = #value;));
                    }
                }
            }
            for column in pairs.chunk_by(|a, b| a.input == b.input) {
                body.extend(if apart { self.walked_channels(column) } else { self.walked_products(column, channel) });
            }
            tokens.extend(if depth == 1 { body } else { quote!({ #body }) });
        }
        tokens
    }

    /// The products of one input column: its value is broadcast once and meets every tap there.
    fn walked_products(&self, column: &[Pair], channel: usize) -> TokenStream {
        let Strides { pixel, channel: apart, .. } = self.plan.frame.from;
        let at = number(column[0].input * pixel + channel * apart);
        let value = self.vector().splat(&quote!(x0[#at]));
        let mut tokens = quote!(let v = #value;);
        for pair in column {
            for v in 0..self.strip.vectors {
                let weight = format_ident!("k{}_{v}", pair.kernel);
                tokens.extend(self.meet(&sum(0, 0, pair.output, v), &quote!(v), &quote!(#weight)));
            }
        }
        tokens
    }

    /// One input column whose channels keep apart: each vector of them meets every window there.
    fn walked_channels(&self, column: &[Pair]) -> TokenStream {
        let mut tokens = TokenStream::new();
        for v in 0..self.strip.vectors {
            let at = column[0].input * self.plan.frame.from.pixel + v * self.strip.lanes;
            let value = self.vector().load(&quote!(x0), at);
            tokens.extend(quote!(let v = #value;));
            tokens.extend(column.iter().map(|pair| {
                let weight = format_ident!("k{}_{v}", pair.kernel);
                self.meet(&sum(0, 0, pair.output, v), &quote!(v), &quote!(#weight))
            }));
        }
        tokens
    }

    /// The inner operation: accumulator `sum` takes in an input, with `weight` where there are weights.
    pub(super) fn meet(&self, sum: &TokenStream, input: &TokenStream, weight: &TokenStream) -> TokenStream {
        match self.inner {
            Inner::MultiplyAdd => self.vector().multiply_add(sum, input, weight),
            Inner::AbsoluteDifference => quote!(#sum = #sum - (#input - #weight).abs();),
            // In this order x86 passes over a NaN instead of dropping what came before it.
            Inner::Max => quote!(#sum = #input.max(#sum);),
            Inner::Mean { .. } => quote!(#sum = #sum + #input;),
            Inner::Softmax { .. } => unreachable!("a softmax has no tiles"),
        }
    }

    /// Vector `v` of the block's weights at `step`.
    pub(super) fn weight(&self, step: &TokenStream, v: usize) -> TokenStream {
        let (panel, at) = self.in_panel(v);
        let panel = format_ident!("w{panel}");
        self.vector().load(&self.slice(quote!(#panel[#step])), at)
    }
}

/// A constant as an expression.
pub(super) fn number_at(value: usize) -> TokenStream {
    number(value).into_token_stream()
}

/// Accumulator `vector` of output column `output` in tile row `row`; `set` is 0 but in split streams.
pub(super) fn sum(set: usize, row: usize, output: usize, vector: usize) -> TokenStream {
    let name: Ident = match set {
        0 => format_ident!("a{row}_{output}_{vector}"),
        _ => format_ident!("b{set}_{row}_{output}_{vector}"),
    };
    quote!(#name)
}
