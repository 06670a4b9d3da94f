//! Convolutions in two parts: with kernels of one row, and of their outputs with kernels of one column.
//!
//! Comes in: a [`Factored`] plan. Goes out: function items. Takes no decisions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::item::Generator;
use super::kernel::{self, Context, Stage, architecture};
use super::vector::{number, path};
use crate::plan::factored::{Factored, Part};
use crate::plan::machine::REGISTER_FILES;

impl Factored {
    /// Both parts, each with what its names begin with.
    fn stages(&self) -> [(&Part, Stage); 2] {
        let panels = self.across.plan.panels.len();
        [
            (&self.across, Stage { prefix: Stage::ACROSS, panels: 0 }),
            (&self.down, Stage { prefix: Stage::DOWN, panels }),
        ]
    }
}

impl Generator<'_> {
    /// Both parts as operators of their own.
    pub(super) fn parts<'a>(&'a self, factored: &'a Factored) -> [Generator<'a>; 2] {
        let Generator { spec, toeplitz, ident, .. } = *self;
        let part = |(part, stage): (&'a Part, Stage)| Generator {
            spec,
            operation: &part.operation,
            toeplitz,
            plan: &part.plan,
            ident,
            stage,
        };
        factored.stages().map(part)
    }
}

impl Context<'_> {
    /// The functions of all register files.
    pub(super) fn in_parts(&self, factored: &Factored) -> TokenStream {
        let (layer, element) = (self.layer, path(self.operation.element));
        let (input, output) = self.sizes;
        let (between, [from, to, scratch]) = (factored.between(), [input, output, self.plan.scratch()].map(number));
        let ((term, term_given), len) = (self.term(), number(between));
        let files = REGISTER_FILES.iter().enumerate().map(|(index, file)| {
            let (cfg, name) = (architecture(file.name), format_ident!("{}", file.name));
            let [(_, first), (_, second)] = factored.stages();
            let [across, down] = [first, second].map(|stage| stage.function(file.name));
            let sizes = [(input, between), (between, output)];
            let kernels = factored.stages().into_iter().zip(sizes).map(|((part, stage), sizes)| {
                let whole = kernel::Part::Whole;
                let context =
                    Context { plan: &part.plan, operation: &part.operation, layer, sizes, stage, part: whole };
                context.kernel(&part.plan.kernels[index])
            });
            quote! {
                #cfg
                #[inline(always)]
                fn #name<__S: rt::Simd>(
                    simd: __S, layer: &#layer, input: &[#element; #from], #term output: &mut [#element; #to],
                    scratch: &mut [#element; #scratch],
                ) {
                    let [between] = rt::split(scratch, [#len]);
                    #across(simd, layer, input, rt::window_mut::<_, #len>(between, 0));
                    #down(simd, layer, rt::window::<_, #len>(between, 0), #term_given output);
                }
                #(#kernels)*
            }
        });
        quote!(#(#files)*)
    }
}
