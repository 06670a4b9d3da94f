//! Diagnostics: collects mistakes, each with the tokens it is about.
//!
//! Comes in: tokens and a message. Goes out: one `syn::Error` holding them all, at a gate. Must not know:
//! what the messages are about.

use proc_macro2::TokenStream;
use quote::ToTokens;
use std::fmt::Display;

pub(crate) use toeplitz_tensors::closest;

/// A value and the tokens that spell it.
#[derive(Clone, Debug)]
pub(crate) struct Spanned<T> {
    /// What the tokens mean.
    pub(crate) value: T,
    /// What to underline when the value turns out to be wrong.
    pub(crate) tokens: TokenStream,
}

/// The mistakes found up to a gate.
///
/// Dropping it without [`gate`](Errors::gate) panics: a forgotten gate would turn a user's mistake into wrong code.
pub(crate) struct Errors {
    found: Option<syn::Error>,
    checked: bool,
    /// What is underlined where a mistake has no tokens; nothing for the whole call.
    part: TokenStream,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self { found: None, checked: false, part: TokenStream::new() }
    }

    /// Reports a mistake. `at` is underlined from its first to its last token; without tokens, the part that is being read.
    pub(crate) fn push(&mut self, at: impl ToTokens, message: impl Display) {
        let at = at.into_token_stream();
        let at = if at.is_empty() { &self.part } else { &at };
        self.add(syn::Error::new_spanned(at, message));
    }

    /// From here on, mistakes are those of a part of the call: its tokens; none for the whole call.
    pub(crate) fn enter(&mut self, part: TokenStream) {
        self.part = part;
    }

    /// Adds a mistake that has its place already.
    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.found {
            Some(found) => found.combine(error),
            None => self.found = Some(error),
        }
    }

    /// The gate: what has been worked out, or all mistakes at once.
    ///
    /// `worked_out` may be nothing only where there are mistakes.
    pub(crate) fn gate<T>(mut self, worked_out: Option<T>) -> syn::Result<T> {
        self.checked = true;
        match (self.found.take(), worked_out) {
            (Some(found), _) => Err(found),
            (None, Some(worked_out)) => Ok(worked_out),
            (None, None) => unreachable!("a stage gave neither a result nor an error"),
        }
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(self.checked || std::thread::panicking(), "errors were collected and never checked");
    }
}

/// Words as a list in a sentence: "`a`, `b` and `c`".
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>, conjunction: &str) -> String {
    let mut quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.pop() {
        Some(last) if !quoted.is_empty() => format!("{} {conjunction} {last}", quoted.join(", ")),
        Some(only) => only,
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Errors, list};
    use quote::quote;

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list(["a"], "and"), "`a`");
        assert_eq!(list(["a", "b", "c"], "or"), "`a`, `b` or `c`");
    }

    #[test]
    fn all_errors_pass_the_gate_together() {
        let mut cx = Errors::new();
        cx.push(quote!(a), "one");
        cx.push(quote!(b), "two");
        let messages: Vec<String> = cx.gate(Some(1)).unwrap_err().into_iter().map(|error| error.to_string()).collect();
        assert_eq!(messages, ["one", "two"]);
    }

    #[test]
    #[should_panic(expected = "never checked")]
    fn a_forgotten_gate_panics() {
        drop(Errors::new());
    }
}
