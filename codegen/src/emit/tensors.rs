//! The arrays of a layer as named tensors.
//!
//! Comes in: an array. Goes out: its description. Takes no decisions.

use proc_macro2::TokenStream;
use quote::quote;
use toeplitz_tensors::WeightsLayout;

use super::vector::number;
use crate::network::tensors::Array;

/// The tensor of an array that the constructors take.
pub(super) fn tensor(array: &Array) -> TokenStream {
    let (name, is_bias) = (&array.name, array.is_bias());
    let shape = array.shape.iter().map(|&size| number(size));
    let order = order(array);
    let layout = match array.layout {
        WeightsLayout::Hwio => quote!(Hwio),
        WeightsLayout::Oihw => quote!(Oihw),
    };
    quote! {
        rt::Tensor {
            name: #name, shape: &[#(#shape),*], order: #order, layout: rt::WeightsLayout::#layout, is_bias: #is_bias,
        }
    }
}

/// The layer's order of the elements of an array.
pub(super) fn order(array: &Array) -> TokenStream {
    let axes = array.order.iter().map(|&(len, apart)| {
        let (len, apart) = (number(len), number(apart));
        quote!((#len, #apart))
    });
    quote!(&[#(#axes),*])
}
