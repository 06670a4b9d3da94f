//! What a call with mistakes expands to: the errors, and something that keeps the code around it from causing more.
//!
//! Comes in: the form of the call and its errors. Goes out: tokens. Must not know: what went wrong.
//!
//! The compiler says nothing about a type that holds an error already. So an item becomes an alias of a local generic
//! struct whose argument is the errors: whatever is asked of it, associated constants, methods with any arguments,
//! traits, is passed over in silence, and nothing here has to keep up with what the emitter emits. An expression
//! becomes one call of `concat!`, which expands its arguments, the errors, before anything else: it may stand in the place of
//! an item as well, so that they are shown also where what looks like an expression was meant as an item.

use crate::spec::{Form, Item};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;

/// The errors as `compile_error!`s in the place of what `form` asked for.
pub(crate) fn stub(form: &Form, errors: syn::Error) -> TokenStream {
    let errors: Vec<TokenStream> = errors.into_iter().map(|error| error.to_compile_error()).collect();
    match (form, errors.as_slice()) {
        (Form::Item(Item { vis, ident, .. }), [first, rest @ ..]) => {
            let holder = format_ident!("__{}Stub", ident.unraw());
            // The first stands before anything else: where there can be no item, the compiler reads no further. The type
            // holds it only where there is no other, since the compiler would count it twice.
            let held = if rest.is_empty() { &errors } else { rest };
            quote! {
                #first
                #[doc(hidden)]
                #[allow(dead_code, non_camel_case_types)]
                #vis struct #holder<const ERROR: usize>;
                #[allow(dead_code, missing_docs, non_camel_case_types)]
                #vis type #ident = #holder<{ #(#held)* }>;
            }
        }
        // An error alone may stand anywhere too.
        (_, [error]) => error.clone(),
        (_, errors) => quote!(::core::concat! { #(#errors),* }),
    }
}
