//! Networks: operators that take each other's outputs, and where those lie meanwhile.
//!
//! Comes in: what `network!` says. Goes out: a graph in integers and its [`Arena`](arena::Arena), to be emitted. Must not know: how an
//! operator is computed.

pub mod arena;
mod arrays;
mod combined;
mod fuse;
mod graph;
mod joints;
mod nested;
pub(crate) mod summary;
pub(crate) mod tensors;
pub(crate) mod weights;

pub(crate) use graph::{Graph, Layer, Pass, Step, Work};
pub(crate) use nested::Nested;

use crate::diag::Errors;
use crate::emit;
use crate::parse;
use proc_macro2::TokenStream;

/// Expands a call of `network!`. Never fails: mistakes become `compile_error!`s in the output.
pub fn expand(tokens: TokenStream) -> TokenStream {
    let mut cx = Errors::new();
    let network = parse::network(tokens, &mut cx);
    generate(&network, cx).unwrap_or_else(|errors| crate::stub::stub(&network.form, errors))
}

/// The items that a network expands to.
pub(crate) fn generate(network: &parse::Network, mut cx: Errors) -> syn::Result<TokenStream> {
    let graph = joints::join(network, &mut cx);
    let graph = cx.gate(graph)?;
    let arena = graph.arena();
    Ok(emit::network(&network.form, &graph, &arena))
}
