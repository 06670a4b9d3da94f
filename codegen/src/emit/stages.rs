//! The parts of an operator in which one operation follows another, and what its constructors take for them.
//!
//! Comes in: the whole operator. Goes out: a [`Generator`] for each part, parameters. Takes no decisions.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::item::{Generator, Sizes};
use super::kernel::Stage;
use super::vector::number;

impl Generator<'_> {
    /// The generator of each part: this one, and that of what follows.
    pub(super) fn stages(&self) -> impl Iterator<Item = Generator<'_>> {
        let Generator { spec, operation, toeplitz, plan, ident, stage } = *self;
        let then = plan.then.as_ref().map(|then| Generator {
            spec,
            operation: &then.operation,
            toeplitz,
            plan: &then.plan,
            ident,
            stage: Stage::pointwise(plan.panels.len()),
        });
        [Generator { spec, operation, toeplitz, plan, ident, stage }].into_iter().chain(then)
    }

    /// The packed fields of all parts.
    pub(super) fn all_fields(&self) -> TokenStream {
        let of = |stage: Generator<'_>| {
            let panels = stage.plan.panels.iter().enumerate();
            panels.map(|(index, panel)| stage.fields(index, panel)).collect::<TokenStream>()
        };
        self.stages().map(of).collect()
    }

    /// The constructors' parameter that has this part's weights.
    pub(super) fn weights_parameter(&self) -> Ident {
        match (self.stage == Stage::FIRST, self.plan.then.is_some()) {
            (true, false) => format_ident!("weights"),
            (true, true) => format_ident!("depthwise"),
            (false, _) => format_ident!("pointwise"),
        }
    }

    /// Parameters of the constructors, and the same as arguments.
    pub(super) fn parameters(&self) -> (TokenStream, TokenStream) {
        let Sizes { weights, pointwise, bias, .. } = self.sizes();
        let mut named: Vec<(Ident, usize)> = Vec::new();
        if !self.plan.panels.is_empty() {
            named.push((self.weights_parameter(), weights));
        }
        if pointwise > 0 {
            named.push((format_ident!("pointwise"), pointwise));
        }
        if bias > 0 {
            named.push((format_ident!("bias"), bias));
        }
        let parameters = named.iter().map(|(name, len)| {
            let len = number(*len);
            quote!(#name: &[f32; #len])
        });
        let arguments = named.iter().map(|(name, _)| name);
        (quote!(#(#parameters),*), quote!(#(#arguments),*))
    }
}
