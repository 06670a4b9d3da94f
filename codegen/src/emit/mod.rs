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

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use crate::plan::machine::REGISTER_FILES;

/// The bytes of the file at `path` in the folder that a variable of the compiler has, as an expression without a path of this machine.
fn included(variable: &str, path: &str) -> TokenStream {
    quote!(::core::include_bytes!(::core::concat!(::core::env!(#variable), "/", #path)))
}

/// A call of the function of the level, of which `function` gives the one for a register file.
fn at_level<T: ToTokens>(function: impl Fn(&str) -> T, arguments: &TokenStream) -> TokenStream {
    let [avx512, avx2, neon, narrow] = REGISTER_FILES.map(|file| function(file.name));
    quote!(rt::dispatch!(level; avx512: #avx512, avx2: #avx2, neon: #neon, narrow: #narrow; (#arguments)))
}

/// The functions whose names begin so, and end with a register file's.
fn named(begin: &str) -> impl Fn(&str) -> Ident {
    move |file| format_ident!("{begin}{file}")
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
