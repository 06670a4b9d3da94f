//! Layers of a network that are other items: `layer!< type: Backbone, out: 7x7x64 >`.
//!
//! Comes in: a statement, and what it takes. Goes out: a [`Nested`], or errors. Must not know: anything of the type, which the compiler
//! alone finds.

use proc_macro2::TokenStream;

use super::graph::{Output, Work};
use super::joints::{described, elements};
use crate::diag::Errors;
use crate::parse::Statement;
use crate::spec::Form;

/// A layer that is another item. What it says of itself is checked where it is known: when the type is.
pub(crate) struct Nested {
    /// Its type.
    pub(crate) path: syn::Path,
    /// Where its input comes from, in words.
    pub(crate) source: String,
    /// Sizes of its input, spatial ones first.
    pub(crate) input: Vec<usize>,
    /// The tokens that say what it gives.
    pub(crate) out: TokenStream,
    /// What is in front of its tensors' own names, and a dot.
    pub(crate) prefix: String,
    /// Whether the call says so, and not the layer's name.
    pub(crate) is_named: bool,
}

/// A layer that is another item.
pub(super) fn nested(
    statement: &Statement,
    input: &Output,
    form: &Form,
    cx: &mut Errors,
) -> Option<(Work, Vec<usize>)> {
    let (path, out) = statement.layer(cx)?;
    if let Form::Item(item) = form
        && path.is_ident(&item.ident)
    {
        let message = format_args!("`{}` is the network itself: a network has no cycles", item.ident);
        cx.push(&path, message);
        return None;
    }
    elements("output", &out.value, &out.tokens, cx)?;
    let names = &statement.names;
    if !names.single.is_empty() {
        let message = format_args!(
            "`{}` is another item, whose tensors it names itself: write what the file has in front of those, in quotes, as in `weights: \"body\"`",
            statement.name
        );
        cx.push(&names.tokens, message);
    }
    let prefix = names.layer.clone().unwrap_or_else(|| statement.name.to_string());
    let (source, is_named) = (described(input), names.layer.is_some());
    let nested = Nested { path, source, input: input.sizes.clone(), out: out.tokens, prefix, is_named };
    Some((Work::Nested(Box::new(nested)), out.value))
}
