//! Two operations that take turns: one fills a few rows between them, the other turns those into rows of the output.
//!
//! Comes in: a [`Kernel`] of the first operation, and the plan of the second for the rows that it waits for. Goes out: function items.
//! The first operation's strips are the ordinary ones, and so is all of the second's kernel: only the loop over rows is made here.
//! Takes no decisions.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::kernel::{Context, Stage, architecture, blocks_outside};
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
        let pointwise = second.stage.function(file);
        let (layer, rows, element) = (self.layer, number(then.rows), path(self.operation.element));
        let [input, row, between] = [self.sizes.0, frame.input_row(), then.between()].map(number);
        let [all_outputs, reach, apart] = [self.sizes.1, then.reach(), then.plan.frame.output_row()].map(number);
        let all = self.stage.constant("ROWS");
        quote! {
            #cfg
            #[inline(always)]
            fn #name<__S: rt::Simd>(
                simd: __S, layer: &#layer, input: &[#element; #input], finished: &mut [#element; #all_outputs],
                between: &mut [#element; #between],
            ) {
                let input = input.as_chunks::<#row>().0;
                for run in rt::opaque(#all) {
                    let mut j = 0;
                    while j < run.len {
                        let output = &mut *between;
                        #next
                        let done = run.start + j;
                        if done % #rows == 0 {
                            let output = rt::window_mut::<_, #reach>(finished, (done / #rows - 1) * #apart);
                            #pointwise(simd, layer, between, output);
                        }
                    }
                }
            }
            #(#cfg #items)*
            #waiting
        }
    }

    /// The next rows of the first operation, from the `j`-th of the run on, and `j` moved on behind them; and the functions of its strips.
    /// Several rows are all among those that are waited for, or none of them is.
    fn next_rows(&self, kernel: &Kernel, name: &Ident) -> (TokenStream, Vec<TokenStream>) {
        let mut items = Vec::new();
        let mut calls = |nest: &Nest, prefix: &Ident, rows: usize| {
            let strips = self.strips(nest, prefix, rows, &mut items);
            blocks_outside(nest, quote!(#(#strips)*))
        };
        let next = match kernel.nests.as_slice() {
            [nest] if nest.rows > 1 => {
                let together = calls(nest, &format_ident!("{name}_0"), nest.rows);
                let single = calls(nest, &format_ident!("{name}_0_single"), 1);
                let (rows, start) = (number(nest.rows), number(self.shared_start()));
                quote! {
                    if run.start == #start && (run.start + j) % #rows == 0 && run.len - j >= #rows {
                        #together
                        j += #rows;
                    } else {
                        #single
                        j += 1;
                    }
                }
            }
            nests => {
                let nests = nests.iter().enumerate();
                let rows = nests.map(|(index, nest)| calls(nest, &format_ident!("{name}_{index}"), 1));
                let rows = rows.collect::<TokenStream>();
                quote!(#rows j += 1;)
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
        }
    }

    /// The output row of a strip without planes: where something waits for a few rows, counted from the first of them.
    pub(super) fn output_row(&self) -> TokenStream {
        match &self.plan.then {
            None => quote!((run.start + j * run.step)),
            Some(then) if then.rows == 1 => quote!(0),
            Some(then) => {
                let rows = number(then.rows);
                quote!(((run.start + j) % #rows))
            }
        }
    }
}
