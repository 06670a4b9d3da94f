//! The parts of an operator in which one operation follows another, and what its constructors take for them.
//!
//! Comes in: the whole operator. Goes out: a [`Generator`] for each part, parameters. Takes no decisions.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::item::{Generator, Sizes};
use super::kernel::Stage;
use super::packed::{Field, order_tokens};
use super::vector::number;
use crate::network::Layer;
use crate::operation::Norm;

/// An array that the constructors take. The trait has the bias by itself, and all others as one, in the order of the parameters.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) len: usize,
}

impl Parameter {
    pub(super) fn ident(&self) -> Ident {
        format_ident!("{}", self.name)
    }

    pub(super) fn declaration(&self, element: &Ident) -> TokenStream {
        let (name, len) = (self.ident(), number(self.len));
        quote!(#name: &[#element; #len])
    }

    pub(super) fn is_bias(&self) -> bool {
        self.name.ends_with("bias")
    }
}

impl<'a> Generator<'a> {
    /// That of an operator of a network.
    pub(super) fn of(layer: &'a Layer, ident: &'a Ident) -> Self {
        let Layer { spec, operation, toeplitz, plan, .. } = layer;
        Self { spec, operation, toeplitz, plan, ident, stage: Stage::FIRST }
    }
}

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
        self.packed().iter().map(Field::declaration).collect()
    }

    /// The packed fields' values of all parts, and what has to be worked out before them.
    pub(super) fn all_field_values(&self) -> (TokenStream, TokenStream) {
        let folded = self.operation.epsilon.map(|epsilon| {
            let epsilon = Literal::f64_suffixed(epsilon);
            let normalise = format_ident!("normalise_{}", self.operation.element.name());
            quote! {
                let (weights, bias) = rt::#normalise(gamma, beta, mean, variance, #epsilon);
                let (weights, bias) = (&weights, &bias);
            }
        });
        let norms: TokenStream = self.stages().filter_map(|stage| stage.norm()).collect();
        let (before, values): (TokenStream, TokenStream) = self.packed().iter().map(Field::value).unzip();
        (quote!(#folded #norms #before), values)
    }

    /// Takes a batch normalisation into the weights and the bias before they are packed.
    fn norm(&self) -> Option<TokenStream> {
        let Norm { epsilon, biased } = self.operation.norm?;
        let (epsilon, order) = (Literal::f64_suffixed(epsilon), order_tokens(&self.weights_order()));
        let fold = format_ident!("fold_{}", self.operation.element.name());
        let [weights, bias, _] = self.own_parameters().map(|name| format_ident!("{name}"));
        let [gamma, beta, mean, variance] = self.norm_parameters().map(|name| format_ident!("{name}"));
        let own_bias = if biased { quote!(#bias) } else { quote!(&[]) };
        Some(quote! {
            let (#weights, #bias) =
                rt::#fold(#weights, #order, #own_bias, [#gamma, #beta, #mean, #variance], #epsilon);
            let (#weights, #bias) = (&#weights, &#bias);
        })
    }

    /// Whether weights of another part follow this part's.
    fn is_followed(&self) -> bool {
        self.plan.then.as_ref().is_some_and(|then| then.operation.inner.is_weighted())
    }

    /// The constructors' parameters that have this part's weights, bias and slopes.
    pub(super) fn own_parameters(&self) -> [&'static str; 3] {
        match (self.stage == Stage::FIRST, self.is_followed()) {
            _ if self.stage.prefix == Stage::ACROSS => ["across", "", ""],
            _ if self.stage.prefix == Stage::DOWN => ["down", "bias", "slopes"],
            (true, false) => ["weights", "bias", "slopes"],
            (true, true) => ["depthwise", "depthwise_bias", "depthwise_slopes"],
            (false, _) => ["pointwise", "bias", "slopes"],
        }
    }

    /// The constructors' parameters that have the batch normalisation of this part.
    pub(super) fn norm_parameters(&self) -> [&'static str; 4] {
        match (self.stage == Stage::FIRST, self.is_followed()) {
            (true, true) => ["depthwise_gamma", "depthwise_beta", "depthwise_mean", "depthwise_variance"],
            _ => ["gamma", "beta", "mean", "variance"],
        }
    }

    /// The arrays that the constructors take.
    pub(super) fn parameters(&self) -> Vec<Parameter> {
        let of = |stage: Generator<'_>| {
            let Sizes { weights, bias, slopes, .. } = stage.sizes();
            if stage.operation.epsilon.is_some() {
                let arrays = [weights, bias, weights, weights, slopes];
                return ["gamma", "beta", "mean", "variance", "slopes"].into_iter().zip(arrays).collect::<Vec<_>>();
            }
            let [own_weights, own_bias, own_slopes] = stage.own_parameters();
            let biased = stage.operation.norm.is_none_or(|norm| norm.biased);
            let mut parameters = vec![(own_weights, weights), (own_bias, if biased { bias } else { 0 })];
            if stage.operation.norm.is_some() {
                parameters.extend(stage.norm_parameters().map(|name| (name, bias)));
            }
            parameters.push((own_slopes, slopes));
            parameters
        };
        let parameters = self.stages().flat_map(of).filter(|(_, len)| *len > 0);
        parameters.map(|(name, len)| Parameter { name, len }).collect()
    }
}
