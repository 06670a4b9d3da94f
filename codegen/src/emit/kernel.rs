//! The functions of one register file: a nest of loops over channel blocks and output rows, a function for each strip.
//!
//! Comes in: a [`Kernel`]. Goes out: function items, generic in the SIMD token. Takes no decisions.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::tile::{Taps, Tile};
use super::vector::{number, path};
use crate::layout::{Band, Tap};
use crate::operation::{Operation, Place, Sum};
use crate::plan::frame::Frame;
use crate::plan::{Kernel, Nest, Order, Plan, Strip};

/// Everything the functions of a kernel refer to.
pub(super) struct Context<'a> {
    pub(super) plan: &'a Plan,
    pub(super) operation: &'a Operation,
    /// The generated type.
    pub(super) layer: &'a Ident,
    /// Elements of the input and of the output.
    pub(super) sizes: (usize, usize),
    /// What it is part of.
    pub(super) stage: Stage,
    /// What a call computes.
    pub(super) part: Part,
}

/// What a call of a kernel computes, of all its outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All.
    Whole,
    /// A range of rows, or of planes where there are several; the output given begins there.
    Rows,
    /// A range of channels, each with all of its pixels; the output given begins there.
    Channels,
    /// A range of stretches of the output, each of which some groups of channels have to themselves; the output given begins there.
    Groups,
}

/// Which part of an operator functions belong to, where it has a convolution that follows another operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stage {
    /// What the names of its functions begin with.
    pub(super) prefix: &'static str,
    /// Packed panels of the stages before it.
    pub(super) panels: usize,
}

impl Stage {
    /// The only stage of most operators, and the first of others.
    pub(super) const FIRST: Self = Stage { prefix: "", panels: 0 };

    /// What names of a convolution with kernels of one row begin with, and of that with kernels of one column of its outputs.
    pub(super) const ACROSS: &'static str = "across_";
    pub(super) const DOWN: &'static str = "down_";

    /// The pointwise convolution behind a first stage with so many panels.
    pub(super) fn pointwise(panels: usize) -> Self {
        Stage { prefix: "pointwise_", panels }
    }

    /// The name of a constant of this stage.
    pub(super) fn constant(self, name: &str) -> Ident {
        format_ident!("{}{name}", self.prefix.to_uppercase())
    }

    /// The name of this stage's function for a register file.
    pub(super) fn function(self, file: &str) -> Ident {
        format_ident!("{}{file}", self.prefix)
    }
}

impl Context<'_> {
    /// What is added to the outputs, where that is a value of its own, of the part that is computed: as a parameter, and as an argument.
    pub(super) fn term(&self) -> (TokenStream, TokenStream) {
        let array = self.array();
        match self.operation.sum {
            Some(Sum { place: Place::Beside, .. }) => (quote!(term: &#array,), quote!(term,)),
            Some(Sum { place: Place::Output, .. }) | None => Default::default(),
        }
    }

    /// The type of the outputs.
    fn array(&self) -> TokenStream {
        let (element, len) = (path(self.operation.element), number(self.sizes.1));
        if self.part == Part::Whole { quote!([#element; #len]) } else { quote!([#element]) }
    }

    /// Which part of the outputs to compute: as a parameter, and as an argument.
    fn part(&self) -> (TokenStream, TokenStream) {
        match self.part {
            Part::Whole => Default::default(),
            Part::Rows | Part::Channels | Part::Groups => (quote!(part: &rt::Range<usize>,), quote!(part,)),
        }
    }

    /// All functions of `kernel`; the one to call has the register file's name.
    pub(super) fn kernel(&self, kernel: &Kernel) -> TokenStream {
        if let Some(then) = &self.plan.then {
            return self.fused(kernel, then);
        }
        let name = self.stage.function(kernel.file.name);
        let cfg = architecture(kernel.file.name);
        let (layer, (input, _), element) = (self.layer, self.sizes, path(self.operation.element));
        let (input_len, row) = (number(input), number(self.plan.frame.input_row()));
        let ((term, _), (part, _), output) = (self.term(), self.part(), self.array());
        let mut items = Vec::new();
        let mut nests = TokenStream::new();
        for (index, nest) in kernel.nests.iter().enumerate() {
            let prefix = format_ident!("{name}_{index}");
            nests.extend(if self.plan.unrolled {
                self.written_rows(nest, &prefix, &mut items)
            } else {
                self.looped_rows(nest, &prefix, &mut items)
            });
        }
        quote! {
            #cfg
            #[inline(always)]
            fn #name<__S: rt::Simd>(simd: __S, layer: &#layer, input: &[#element; #input_len], #part #term output: &mut #output) {
                let input = input.as_chunks::<#row>().0;
                #nests
            }
            #(#cfg #items)*
        }
    }

    /// Loops over blocks, columns and rows around calls of the strips' functions.
    fn looped_rows(&self, nest: &Nest, prefix: &Ident, items: &mut Vec<TokenStream>) -> TokenStream {
        let calls = self.strips(nest, prefix, nest.rows, items);
        let rows = if nest.down {
            let rows = self.rows_of_run();
            let down = calls.iter().map(|call| self.runs(&quote!(for j in #rows { #call })));
            nest.strips.iter().zip(down).map(|(strip, rows)| self.columns(strip, rows)).collect()
        } else if nest.rows == 1 {
            let rows = self.rows_of_run();
            self.runs(&quote!(for j in #rows { #(#calls)* }))
        } else {
            let singles = if nest.singles.is_empty() {
                Vec::new()
            } else {
                self.strips(nest, &format_ident!("{prefix}_single"), 1, items)
            };
            self.runs(&self.together(nest, &calls, &singles))
        };
        let rows = match &self.plan.frame.planes {
            Some(_) => {
                let planes =
                    if self.part == Part::Rows { quote!(rt::within(plane, part)) } else { quote!(0..plane.len) };
                quote!(for plane in rt::opaque(PLANES) { for i in #planes { #rows } })
            }
            None => rows,
        };
        self.blocks_outside(nest, rows)
    }

    /// Which of a run's rows are computed.
    fn rows_of_run(&self) -> TokenStream {
        if self.is_cut_into_rows() { quote!(rt::within(run, part)) } else { quote!(0..run.len) }
    }

    /// Whether a call computes some rows of all.
    fn is_cut_into_rows(&self) -> bool {
        self.part == Part::Rows && self.plan.frame.planes.is_none()
    }

    /// The loop over the runs of rows.
    fn runs(&self, body: &TokenStream) -> TokenStream {
        let all = self.stage.constant("ROWS");
        // Of a single kernel row everything is known, and moved out of a loop that would go through it once.
        let runs = if self.plan.frame.rows.kernel > 1 { quote!(rt::opaque(#all)) } else { quote!(#all) };
        quote!(for run in #runs { #body })
    }

    /// The loop over a run's rows where tiles have several, and over the rows that are left.
    fn together(&self, nest: &Nest, calls: &[TokenStream], singles: &[TokenStream]) -> TokenStream {
        let rows = number(nest.rows);
        let together = if nest.is_along() {
            let start = number(self.shared_start());
            quote!(if run.start == #start { run.len / #rows } else { 0 })
        } else {
            quote!(run.len / #rows)
        };
        let (of_run, groups, left) = if self.is_cut_into_rows() {
            let of_run = self.rows_of_run();
            let groups = quote!(of_run.start / #rows..usize::min(together, of_run.end / #rows));
            (quote!(let of_run = #of_run;), groups, quote!(usize::max(together * #rows, of_run.start)..of_run.end))
        } else {
            (TokenStream::new(), quote!(0..together), quote!(together * #rows..run.len))
        };
        let rest = if singles.is_empty() { TokenStream::new() } else { quote!(for j in #left { #(#singles)* }) };
        quote! {
            #of_run
            let together = #together;
            for j in #groups {
                let j = j * #rows;
                #(#calls)*
            }
            #rest
        }
    }

    /// First row of the run whose rows can share their loads: they meet every kernel row, inside the input.
    pub(super) fn shared_start(&self) -> usize {
        let Band { runs, interior, .. } = &self.plan.frame.rows;
        runs[interior.expect("rows together meet every tap")].start
    }

    /// Calls of the strips' functions for `rows` output rows; the functions go to `items`.
    pub(super) fn strips(
        &self,
        nest: &Nest,
        prefix: &Ident,
        rows: usize,
        items: &mut Vec<TokenStream>,
    ) -> Vec<TokenStream> {
        let mut calls = Vec::new();
        let outside = nest.order == Order::BlocksOutside && self.has_blocks(nest);
        let (block, block_argument) =
            if outside { (quote!(block,), quote!(block: usize,)) } else { Default::default() };
        let (output_row, row_argument, row_given) = self.output_row();
        let (plane, plane_argument, output_row) = match &self.plan.frame.planes {
            Some(_) => {
                let height = number(self.plan.frame.rows.output);
                let row = quote!(((plane.start + i * plane.step) * #height + run.start + j * run.step));
                (quote!(plane, i,), quote!(plane: &rt::Run, i: usize,), row)
            }
            None => (row_given, row_argument, output_row),
        };
        for (index, strip) in nest.strips(rows).iter().enumerate() {
            let name = format_ident!("{prefix}_{index}");
            let body = self.tile(nest, strip, rows, output_row.clone(), Taps::Looped).emit();
            let body = if outside { body } else { self.blocks(nest, body) };
            let body = if nest.down { body } else { self.columns(strip, body) };
            let (at, at_argument) = match &strip.runs {
                _ if !(nest.down && strip.has_index()) => Default::default(),
                Some(_) => (quote!(column, k, index,), quote!(column: &rt::Run, k: usize, index: usize,)),
                None => (quote!(index,), quote!(index: usize,)),
            };
            let ((term_parameter, term), (part_parameter, part)) = (self.term(), self.part());
            calls.push(quote!(#name(simd, layer, input, #plane run, j, #at #block #part #term output);));
            let (layer, element) = (self.layer, path(self.operation.element));
            let (row, output) = (number(self.plan.frame.input_row()), self.array());
            items.push(quote! {
                #[inline(always)]
                fn #name<__S: rt::Simd>(
                    simd: __S, layer: &#layer, input: &[[#element; #row]], #plane_argument run: &rt::Run, j: usize,
                    #at_argument #block_argument #part_parameter #term_parameter output: &mut #output,
                ) {
                    #body
                }
            });
        }
        calls
    }

    /// A function for each output row, all of it straight-line code.
    fn written_rows(&self, nest: &Nest, prefix: &Ident, items: &mut Vec<TokenStream>) -> TokenStream {
        let mut calls = TokenStream::new();
        for (row, taps) in self.rows() {
            let name = format_ident!("{prefix}_row{row}");
            let body = self.written_row(nest, row, &taps);
            let (term_parameter, term) = self.term();
            calls.extend(quote!(#name(simd, layer, input, #term output);));
            let (layer, element) = (self.layer, path(self.operation.element));
            let (row, len) = (number(self.plan.frame.input_row()), number(self.sizes.1));
            items.push(quote! {
                #[inline(always)]
                fn #name<__S: rt::Simd>(simd: __S, layer: &#layer, input: &[[#element; #row]], #term_parameter output: &mut [#element; #len]) {
                    #body
                }
            });
        }
        calls
    }

    /// Every output row of every plane, and the (kernel row, input row) pairs that it meets, each counted over all planes.
    fn rows(&self) -> Vec<(usize, Vec<(usize, usize)>)> {
        let Frame { planes, rows, .. } = &self.plan.frame;
        let outputs = planes.as_ref().map_or(1, |planes| planes.output);
        let far = |plane: usize| {
            planes.as_ref().map_or_else(|| vec![Tap { kernel: 0, input: 0 }], |planes| planes.taps(plane))
        };
        let row = |plane: usize, row: usize| {
            let near = rows.taps(row);
            let pair =
                |far: Tap, near: &Tap| (far.kernel * rows.kernel + near.kernel, far.input * rows.input + near.input);
            let taps = far(plane).into_iter().flat_map(|far| near.iter().map(move |near| pair(far, near))).collect();
            (plane * rows.output + row, taps)
        };
        (0..outputs).flat_map(|plane| (0..rows.output).map(move |at| row(plane, at))).collect()
    }

    /// Every tile of output row `row`, which meets `taps`.
    fn written_row(&self, nest: &Nest, row: usize, taps: &[(usize, usize)]) -> TokenStream {
        let mut tokens = TokenStream::new();
        let row = number(row);
        for strip in &nest.strips {
            for index in 0..strip.region.count {
                for block in 0..nest.all_blocks() {
                    let mut tile = self.tile(nest, strip, 1, quote!(#row), Taps::Written(taps.to_vec()));
                    let (index, block) = (number(index), number(block));
                    tile.index = quote!(#index);
                    tile.block = quote!(#block);
                    let body = tile.emit();
                    tokens.extend(quote!({ #body }));
                }
            }
        }
        tokens
    }

    /// A tile placed by the loop variables `index` and `block`.
    fn tile<'a>(
        &'a self,
        nest: &'a Nest,
        strip: &'a Strip,
        rows: usize,
        output_row: TokenStream,
        taps: Taps,
    ) -> Tile<'a> {
        Tile {
            plan: self.plan,
            nest,
            strip,
            element: self.operation.element,
            inner: self.operation.inner,
            activation: self.operation.activation,
            bias: self.operation.bias,
            sum: self.operation.sum,
            rows,
            block: quote!(block),
            index: quote!(index),
            output_row,
            taps,
            first_panel: self.stage.panels,
            part: self.part,
        }
    }

    /// The loop over a region's tiles, or over the outputs of its runs.
    fn columns(&self, strip: &Strip, body: TokenStream) -> TokenStream {
        if let Some(runs) = &strip.runs {
            let (all, from, to) = (self.stage.constant("COLUMNS"), number(runs.start), number(runs.end));
            let first = number(strip.region.output);
            return quote! {
                for column in &#all[#from..#to] {
                    for k in 0..column.len {
                        let index = column.start - #first + k * column.step;
                        #body
                    }
                }
            };
        }
        let count = number(strip.region.count);
        if strip.has_index() { quote!(for index in 0..#count { #body }) } else { body }
    }

    /// The loop over channel blocks, if it stands around `body`.
    pub(super) fn blocks_outside(&self, nest: &Nest, body: TokenStream) -> TokenStream {
        if nest.order == Order::BlocksOutside { self.blocks(nest, body) } else { body }
    }

    /// The loop over channel blocks, if there are several.
    fn blocks(&self, nest: &Nest, body: TokenStream) -> TokenStream {
        if !self.has_blocks(nest) {
            return body;
        }
        let all = number(nest.all_blocks());
        let blocks = match self.part {
            Part::Whole | Part::Rows => quote!(0..#all),
            Part::Channels => {
                let (first, outputs) = (number(nest.first), number(nest.outputs));
                quote!(rt::within(&rt::Run { start: #first, step: #outputs, len: #all, advance: 0, taps: &[] }, part))
            }
            Part::Groups => {
                let each = number(nest.blocks * self.plan.frame.to.stretch.0);
                quote!(part.start * #each..part.end * #each)
            }
        };
        quote!(for block in #blocks { #body })
    }

    /// Whether there is a loop over channel blocks.
    fn has_blocks(&self, nest: &Nest) -> bool {
        matches!(self.part, Part::Channels | Part::Groups) || nest.all_blocks() > 1
    }
}

/// The targets that have a register file, so that others do not even parse its code.
pub(super) fn architecture(file: &str) -> TokenStream {
    match file {
        "avx512" | "avx2" => quote!(#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]),
        "neon" => quote!(#[cfg(target_arch = "aarch64")]),
        _ => TokenStream::new(),
    }
}
