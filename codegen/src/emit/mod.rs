//! A plan as Rust code.
//!
//! Comes in: what the user named, the integers, the layout, the plan. Goes out: tokens, the same for the same call. Takes no
//! decisions: those are in [`plan`](crate::plan).
//!
//! The code is safe and straight-line: `fearless_simd` vectors in named variables, every product of a register tile written
//! out, loops around the tiles. Array lengths are constants wherever a bounds check would cost something.

mod along;
mod docs;
mod factored;
mod fourier;
mod fused;
mod item;
mod kernel;
mod layout;
mod linear;
mod network;
mod packed;
mod padding;
mod part;
mod planes;
mod sparse;
mod stages;
mod start;
mod store;
mod stream;
mod tensors;
mod tile;
mod vector;
mod winograd;

pub(crate) use item::emit;
pub(crate) use network::network;

use proc_macro2::TokenStream;
use quote::quote;

/// The bytes of the file at `path` in the folder that a variable of the compiler has, as an expression without a path of this machine.
fn included(variable: &str, path: &str) -> TokenStream {
    quote!(::core::include_bytes!(::core::concat!(::core::env!(#variable), "/", #path)))
}

/// The lints that generated code does not answer to.
fn lints() -> TokenStream {
    quote! {
        #[allow(
            clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction, unused, deprecated, unreachable_pub, missing_docs,
            reason = "generated"
        )]
    }
}
