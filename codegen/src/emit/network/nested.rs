//! Layers of a network that are other items: what only their types know, and what is checked once these are there.
//!
//! Comes in: a [`Nested`], and the name of its type; the types of all layers. Goes out: expressions for the constants of the network's type. Takes no decisions.

use core::ops::AddAssign;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::super::layout;
use super::super::tensors;
use super::super::vector::number;
use super::{Emitter, Parameter};
use crate::network::{Nested, Step, Work};

/// A number of elements, of which a part may be known to other items alone.
#[derive(Clone, Default)]
pub(super) struct Length {
    known: usize,
    others: Vec<TokenStream>,
}

impl From<usize> for Length {
    fn from(known: usize) -> Self {
        Self { known, others: Vec::new() }
    }
}

impl Length {
    /// That of a buffer of the layer `ty`: of its `Weights`, its `Bias`.
    pub(super) fn of(ty: &Ident, buffer: &str) -> Self {
        let buffer = Ident::new(buffer, Span::call_site());
        Self { known: 0, others: vec![quote!(<<#ty as rt::Layer>::#buffer as rt::Buffer>::LEN)] }
    }
}

impl AddAssign<&Self> for Length {
    fn add_assign(&mut self, other: &Self) {
        self.known += other.known;
        self.others.extend(other.others.iter().cloned());
    }
}

impl ToTokens for Length {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (known, others) = (number(self.known), &self.others);
        tokens.extend(quote!(#known #(+ #others)*));
    }
}

/// The arrays of a layer that is another item, of type `ty`.
pub(super) fn parameters(step: &Step, ty: &Ident) -> Vec<Parameter> {
    let array = |own: &str, buffer: &str| {
        let of = format_ident!("{buffer}");
        Parameter {
            name: format_ident!("{}_{own}", step.name),
            ty: quote!(<#ty as rt::Layer>::#of),
            len: Length::of(ty, buffer),
            is_bias: own == "bias",
        }
    };
    vec![array("weights", "Weights"), array("bias", "Bias")]
}

impl Emitter<'_> {
    /// The layers that `new` takes, by an expression for each of their arrays.
    pub(super) fn built(&self, array: &mut dyn FnMut(&Parameter) -> TokenStream) -> Vec<TokenStream> {
        let mut built = Vec::new();
        for (at, step) in self.graph.steps.iter().enumerate() {
            let arrays = self.parameters_of(at).iter().map(&mut *array).collect::<Vec<_>>();
            match (&step.work, self.type_of(at)) {
                (Work::Nested(_), Some(ty)) => built.push(quote!(<#ty as rt::Layer>::new(#(#arrays),*))),
                _ => built.extend(arrays),
            }
        }
        built
    }

    /// The arrays of all layers as tensors of a file.
    pub(super) fn tensors(&self) -> TokenStream {
        let parts = self.graph.steps.iter().enumerate().filter_map(|(at, step)| {
            let (prefix, tensors) = match (&step.work, self.type_of(at)) {
                (Work::Nested(nested), Some(ty)) => (&*nested.prefix, quote!(<#ty as rt::Layer>::FACTS.tensors)),
                // Their names are whole.
                (Work::Layer(layer), _) if self.graph.weights.is_none() => {
                    let tensors = layer.arrays.iter().map(tensors::tensor);
                    ("", quote!(&[#(#tensors),*]))
                }
                _ => return None,
            };
            Some(quote!(rt::Part { prefix: #prefix, tensors: #tensors }))
        });
        quote! {
            const PARTS: &[rt::Part] = &[#(#parts),*];
            const NAMES: &[u8] = &rt::names::<{ rt::names_len(PARTS) }>(PARTS);
            const TENSORS: &[rt::Tensor<'static>] = &rt::tensors::<{ rt::tensors_len(PARTS) }>(PARTS, NAMES);
        }
    }

    /// The steps that are other items, each with the name of its type here.
    pub(super) fn nested(&self) -> impl Iterator<Item = (&Step, &Ident, &Nested)> {
        self.graph.steps.iter().enumerate().filter_map(|(at, step)| match &step.work {
            Work::Nested(nested) => Some((step, self.type_of(at)?, &**nested)),
            _ => None,
        })
    }

    /// Elements of the memory that a forward pass works in: what is planned, and behind it what the other items work in, one at a time.
    pub(super) fn arena_len(&self) -> TokenStream {
        let planned = number(self.arena.len);
        let others: Vec<Length> = self.nested().map(|(_, ty, _)| Length::of(ty, "Scratch")).collect();
        if others.is_empty() { planned.into_token_stream() } else { quote!(#planned + rt::largest(&[#(#others),*])) }
    }

    /// Elements of all arrays that are a bias, or are none.
    pub(super) fn total(&self, is_bias: bool) -> Length {
        let mut total = Length::default();
        for parameter in self.parameters().iter().filter(|parameter| parameter.is_bias == is_bias) {
            total += &parameter.len;
        }
        total
    }

    /// The type of a step that is another item, if that takes and gives what the network says of it: an error of the compiler at `out`
    /// otherwise, and as the type depends on it, none about how it is used.
    pub(super) fn checked(&self, step: &Step, nested: &Nested) -> TokenStream {
        let sizes = |sizes: &[usize]| {
            let sizes = sizes.iter().map(|&size| number(size));
            quote!(&[#(#sizes),*])
        };
        let (krate, path) = (&self.graph.crate_path, &nested.path);
        let (name, called) = (step.name.to_string(), path.to_token_stream().to_string().replace(' ', ""));
        let (source, input, output) = (&nested.source, sizes(&nested.input), sizes(&step.sizes));
        let is_named = nested.is_named;
        let (format, element) = (layout::format(self.graph.format), &self.element);
        let at = nested.out.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
        let check = quote_spanned!(at.resolved_at(Span::call_site())=>
            rt::check_nested::<#path, #element>(&rt::Stated {
                name: #name, ty: #called, source: #source, input: #input, output: #output, format: #format,
                is_named: #is_named,
            })
        );
        quote!(<#krate::__private::Checked<{ use #krate::__private as rt; #check }> as #krate::__private::Holds<#path>>::Layer)
    }
}
