//! Diagnostics: collects mistakes, each with the tokens it is about.
//!
//! Comes in: tokens and a message. Goes out: one `syn::Error` holding them all, at a gate. Must not know:
//! what the messages are about.

use proc_macro2::TokenStream;
use quote::ToTokens;
use std::fmt::Display;

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

/// The candidate most like `word`, if one is close enough to have been meant.
pub(crate) fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let allowed = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edits(&word, candidate), candidate))
        .filter(|&(edits, candidate)| edits <= allowed && edits < candidate.len())
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
fn edits(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let substituted = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = substituted.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
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
    use super::{Errors, closest, edits, list};
    use quote::quote;

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("stride", "stride"), 0);
        assert_eq!(edits("strde", "stride"), 1);
        assert_eq!(edits("smae", "same"), 1);
        assert_eq!(edits("", "in"), 2);
        assert_eq!(edits("kitten", "sitting"), 3);
    }

    #[test]
    fn only_near_words_are_suggested() {
        assert_eq!(closest("smae", ["valid", "same"]), Some("same"));
        assert_eq!(closest("Same", ["valid", "same"]), Some("same"));
        assert_eq!(closest("x", ["in"]), None);
        assert_eq!(closest("colour", ["valid", "same"]), None);
    }

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
