//! Turns windowed operators of known shape into straight-line SIMD Rust: the library behind the macros of `toeplitz`.
//!
//! Comes in: the tokens, or the text, of a macro call. Goes out: Rust code that names `::toeplitz`, or `compile_error!`s.
//! Must not know: the runtime crate, beyond the names in it.
//!
//! Each arrow is one function, each bar a gate where all errors so far are reported together:
//!
//! ```text
//! tokens -parse-> Spec -check-> Operation | -layout-> Toeplitz -plan-> Plan | -emit-> tokens
//! ```

mod check;
pub mod choice;
mod diag;
mod emit;
pub mod layout;
pub mod network;
pub mod operation;
mod operator;
mod parse;
pub mod plan;
mod shape;
mod source;
mod spec;
mod stub;
mod tuning;

pub use operator::Operator;
pub use source::{Error, expand_source, source, ways};

use diag::Errors;
use layout::Toeplitz;
use operation::Operation;
use parse::Call;
use plan::Plan;
use proc_macro2::{Span, TokenStream};
use spec::Spec;
use std::path::Path;

/// Expands a call of `operator`'s macro, of which `tokens` is what stands between the outer brackets.
///
/// Never fails: mistakes become `compile_error!`s, all at once, beside a stub that keeps other code from failing for them.
pub fn expand(operator: Operator, tokens: TokenStream) -> TokenStream {
    let mut cx = Errors::new();
    let call = Call::read(tokens, is_braced(), &mut cx);
    generate(operator, &call, cx).unwrap_or_else(|errors| stub::stub(&call.form, errors))
}

/// Whether the call being expanded is written in braces, as far as its text is known. Only which mistake is reported may
/// depend on it.
fn is_braced() -> bool {
    Span::call_site().source_text().is_none_or(|text| text.ends_with('}'))
}

/// The pipeline. `cx` has the errors found so far, those of the call's frame.
fn generate(operator: Operator, call: &Call, cx: Errors) -> syn::Result<TokenStream> {
    let Planned { spec, operation, toeplitz, plan } = planned(operator, call, cx, tuning::folder().as_deref())?;
    Ok(emit::emit(&call.form, &spec, &operation, &toeplitz, &plan))
}

/// What is known of a call before code is written.
struct Planned {
    spec: Spec,
    operation: Operation,
    toeplitz: Toeplitz,
    plan: Plan,
}

/// All of the pipeline but its end, with the tuning file of a folder.
fn planned(operator: Operator, call: &Call, mut cx: Errors, folder: Option<&Path>) -> syn::Result<Planned> {
    // What the shapes do not depend on may be wrong without keeping them from being checked as well.
    let spec = parse::spec(operator, call, &mut cx);
    let checked = spec.and_then(|spec| {
        let mut operation = check::operation(&spec, &mut cx)?;
        tuning::tune(folder, &spec, &mut operation, &mut cx);
        Some((operation, spec))
    });
    let (operation, spec) = cx.gate(checked)?;

    let toeplitz = Toeplitz::new(&operation);
    let plan = plan::plan(&operation, &toeplitz)
        .map_err(|refused| syn::Error::new_spanned(spec.refused_at(&refused), refused))?;
    Ok(Planned { spec, operation, toeplitz, plan })
}
