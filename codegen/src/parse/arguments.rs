//! What another tool's call has in parentheses: `0.2`, `negative_slope=0.2, inplace=True`.
//!
//! Comes in: the tokens between the parentheses. Goes out: those arguments that are numbers, as they are written. Must not know: which
//! function they are for.

use super::entries::is_punct;
use proc_macro2::{TokenStream, TokenTree};

/// An argument that is a number.
pub(super) struct Argument {
    /// Its name in lower case, where it has one.
    name: Option<String>,
    /// The number, without a type behind it.
    pub(super) text: String,
}

impl Argument {
    /// Whether it has one of these names.
    pub(super) fn is_named(&self, names: &[&str]) -> bool {
        self.name.as_deref().is_some_and(|name| names.contains(&name))
    }
}

/// The pieces between commas.
pub(super) fn pieces(inside: &TokenStream) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = inside.clone().into_iter().collect();
    tokens.split(|token| is_punct(token, ',')).map(<[TokenTree]>::to_vec).collect()
}

/// The numbers among the arguments, in order.
pub(super) fn numbers(inside: &TokenStream) -> Vec<Argument> {
    let number = |piece: &[TokenTree]| {
        let (name, value) = match piece {
            [TokenTree::Ident(name), sign, value @ ..] if is_punct(sign, '=') || is_punct(sign, ':') => {
                (Some(name.to_string().to_lowercase()), value)
            }
            value => (None, value),
        };
        let text: String = value.iter().map(ToString::to_string).collect();
        let text = untyped(&text).unwrap_or(&text).to_owned();
        let starts = |c: char| c.is_ascii_digit() || c == '-';
        (text.starts_with(starts) && digits(&text).parse::<f64>().is_ok()).then_some(Argument { name, text })
    };
    pieces(inside).iter().filter_map(|piece| number(piece)).collect()
}

/// A number without underscores.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(|&c| c != '_').collect()
}

/// A number without its type, if it has one.
pub(super) fn untyped(text: &str) -> Option<&str> {
    let number = ["f32", "f64", "f16", "f128"].iter().find_map(|suffix| text.strip_suffix(suffix))?;
    digits(number).parse::<f64>().is_ok().then_some(number)
}
