//! The type of a network's pass: packed weights, a constructor, a function for each level, and nothing that only a user would ask for.
//!
//! Comes in: an operator of a network. Goes out: items. Takes no decisions.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::{Generator, Sizes};
use super::stages::Parameter;
use super::vector::{number, path};
use crate::network::Layer;
use crate::operation::{Algorithm, Place, Sum};
use crate::spec::Item;

/// The items of `layer`, which is called as `item` says.
pub(super) fn part(item: &Item, layer: &Layer) -> TokenStream {
    let operation = &layer.operation;
    let generator = Generator::of(layer, &item.ident);
    let (element, Sizes { input, output, scratch, .. }) = (path(operation.element), generator.sizes());
    let [input, output, scratch] = [input, output, scratch].map(number);
    let parameters = generator.parameters();
    let parameters = parameters.iter().map(|parameter: &Parameter| parameter.declaration(&element));
    // What is made of weights that are known is not made anew.
    let is_made = layer.plan.sparse.is_some() || layer.plan.algorithm() == Algorithm::Factored;
    let new = (!is_made).then(|| {
        let (before, values) = generator.all_field_values();
        quote! {
            const fn new(#(#parameters),*) -> Self {
                #before
                Self { #values }
            }
        }
    });
    let (toeplitz, dispatch, ident) = (generator.toeplitz(&TokenStream::new()), generator.dispatch(), &item.ident);
    let term = match operation.last().sum {
        Some(Sum { place: Place::Beside, .. }) => quote!(term: &[#element; #output],),
        Some(Sum { place: Place::Output, .. }) | None => TokenStream::new(),
    };
    let members = quote! {
        impl #ident {
            #toeplitz

            #new

            fn pass(
                &self, level: rt::Level, input: &[#element; #input], #term output: &mut [#element; #output],
                scratch: &mut [#element; #scratch],
            ) {
                #dispatch
            }
        }
    };
    generator.with_members(&item.attrs, &TokenStream::new(), &TokenStream::new(), &members)
}
