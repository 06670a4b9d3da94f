//! Two operations that take turns: one fills a few rows between them, the other turns those into rows of the output.
//!
//! Comes in: a [`Kernel`] of the first operation, and the plan of the second for the rows that it waits for. Goes out: function items.
//! The first operation's strips are the ordinary ones, and so is all of the second's kernel: only the loop over rows is made here.
//! Takes no decisions.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::kernel::{Context, Part, Stage, architecture};
use super::vector::{number, path};
use crate::plan::then::Then;
use crate::plan::{Kernel, Nest};

impl Context<'_> {
    /// All functions of `kernel` and of the kernel of `then` for the same registers.
    pub(super) fn fused(&self, kernel: &Kernel, then: &Then) -> TokenStream {
        let file = kernel.file.name;
        let (name, cfg, frame) = (self.stage.function(file), architecture(file), &self.plan.frame);
        let first = Context { sizes: (self.sizes.0, then.between()), ..*self };
        let (next, items) = first.next_rows(kernel, &name);
        let second = self.second(then);
        let waiting =
            then.plan.kernels.iter().find(|other| other.file == kernel.file).map(|other| second.kernel(other));
        let (layer, element) = (self.layer, path(self.operation.element));
        let [input, row, between] = [self.sizes.0, frame.input_row(), then.between()].map(number);
        let output = number(self.sizes.1);
        let all = self.stage.constant("ROWS");
        let (term, _) = Context { sizes: self.sizes, ..second }.term();
        let turn = second.turn(then, &second.stage.function(file));
        let full = number(then.rows);
        quote! {
            #cfg
            #[inline(always)]
            fn #name<__S: rt::Simd>(
                simd: __S, layer: &#layer, input: &[#element; #input], #term finished: &mut [#element; #output],
                between: &mut [#element; #between],
            ) {
                let input = input.as_chunks::<#row>().0;
                let (mut row, mut turn) = (0, 0);
                for run in rt::opaque(#all) {
                    let mut j = 0;
                    while j < run.len {
                        let output = &mut *between;
                        #next
                        if row == #full { #turn }
                    }
                }
            }
            #(#cfg #items)*
            #waiting
        }
    }

    /// One turn of the second operation, for which the rows between are all there.
    fn turn(&self, then: &Then, function: &Ident) -> TokenStream {
        let [reach, apart] = [then.reach(), then.plan.frame.output_row()].map(number);
        let (window, term) = match self.term() {
            (_, term) if term.is_empty() => Default::default(),
            (_, term) => (quote!(let term = rt::window::<_, #reach>(term, turn * #apart);), term),
        };
        quote! {
            {
                let output = rt::window_mut::<_, #reach>(finished, turn * #apart);
                #window
                #function(simd, layer, between, #term output);
            }
            (row, turn) = (0, turn + 1);
        }
    }

    /// The next rows of the first operation, from the `j`-th of the run on, and `j` moved on behind them; and the functions of its strips.
    /// Several rows are all among those that are waited for, or none of them is.
    fn next_rows(&self, kernel: &Kernel, name: &Ident) -> (TokenStream, Vec<TokenStream>) {
        let mut items = Vec::new();
        let mut calls = |nest: &Nest, prefix: &Ident, rows: usize| {
            let strips = self.strips(nest, prefix, rows, &mut items);
            self.blocks_outside(nest, quote!(#(#strips)*))
        };
        let next = match kernel.nests.as_slice() {
            [nest] if nest.rows > 1 => {
                let together = calls(nest, &format_ident!("{name}_0"), nest.rows);
                let single = calls(nest, &format_ident!("{name}_0_single"), 1);
                let (rows, start) = (number(nest.rows), number(self.shared_start()));
                quote! {
                    if run.start == #start && row % #rows == 0 && run.len - j >= #rows {
                        #together
                        (row, j) = (row + #rows, j + #rows);
                    } else {
                        #single
                        (row, j) = (row + 1, j + 1);
                    }
                }
            }
            nests => {
                let nests = nests.iter().enumerate();
                let rows = nests.map(|(index, nest)| calls(nest, &format_ident!("{name}_{index}"), 1));
                let rows = rows.collect::<TokenStream>();
                quote!(#rows (row, j) = (row + 1, j + 1);)
            }
        };
        (next, items)
    }

    /// The context of the second operation's functions, whose input is the rows between.
    fn second<'a>(&'a self, then: &'a Then) -> Context<'a> {
        Context {
            plan: &then.plan,
            operation: &then.operation,
            layer: self.layer,
            sizes: (then.between(), then.reach()),
            stage: Stage::pointwise(self.plan.panels.len()),
            part: Part::Whole,
        }
    }

    /// The output row of a strip without planes, as an expression, as a parameter and as an argument: where something waits for a few
    /// rows, one of those between the two.
    pub(super) fn output_row(&self) -> (TokenStream, TokenStream, TokenStream) {
        match &self.plan.then {
            None => (quote!((run.start + j * run.step)), TokenStream::new(), TokenStream::new()),
            Some(_) => (quote!(row), quote!(row: usize,), quote!(row,)),
        }
    }
}
