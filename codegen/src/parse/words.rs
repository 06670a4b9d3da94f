//! Values that are words: `same`, `true`, `auto`, a path.
//!
//! Comes in: the tokens of a value. Goes out: the value, or an error that lists what is allowed. Must not know: sizes.

use super::entries::{Entry, brief};
use crate::diag::{Errors, closest, list};
use proc_macro2::TokenTree;
use syn::parse::Parser;
use syn::punctuated::Punctuated;

/// Words with their meanings.
pub(super) struct Words<T: 'static> {
    /// What may be written.
    pub(super) allowed: &'static [(&'static str, T)],
    /// What other tools call these things: their word, and ours.
    pub(super) elsewhere: &'static [(&'static str, &'static str)],
    /// What may be written besides words, to go on with after their list; may be empty.
    pub(super) besides: &'static str,
}

impl<T: Copy> Words<T> {
    /// Reads a value that has to be one of these words.
    pub(super) fn read(&self, entry: &Entry, cx: &mut Errors) -> Option<T> {
        let stream = entry.stream();
        let text = brief(&stream);
        let found = self.allowed.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let bare = last_word(&entry.value).unwrap_or_else(|| text.clone());
            cx.push(stream, self.unknown(&entry.name(), &text, &bare));
        }
        found.map(|&(_, meaning)| meaning)
    }

    /// Our word for `bare`, where it is another tool's.
    pub(super) fn ours(&self, bare: &str) -> Option<&'static str> {
        self.elsewhere.iter().find(|(theirs, _)| *theirs == bare).map(|&(_, ours)| ours)
    }

    /// The words in a sentence.
    fn takes(&self) -> String {
        let conjunction = if self.besides.is_empty() { "or" } else { "and" };
        list(self.allowed.iter().map(|&(word, _)| word), conjunction) + self.besides
    }

    /// What to say about `text`, which is none of the words, and of which `bare` is what matters, in lower case.
    fn unknown(&self, key: &str, text: &str, bare: &str) -> String {
        let takes = self.takes();
        let meant = self.ours(bare).or_else(|| closest(bare, self.allowed.iter().map(|&(word, _)| word)));
        match meant {
            Some(word) => format!("`{key}` cannot be `{text}`, did you mean `{word}`? it takes {takes}"),
            None => format!("`{key}` cannot be `{text}`; it takes {takes}"),
        }
    }
}

/// `bias: false`
pub(super) const SWITCH: Words<bool> = Words {
    allowed: &[("true", true), ("false", false)],
    elsewhere: &[
        ("yes", "true"),
        ("on", "true"),
        ("1", "true"),
        ("no", "false"),
        ("off", "false"),
        ("0", "false"),
        ("none", "false"),
    ],
    besides: "",
};

/// The last word of what may be a path, `Padding::Same`, in lower case.
pub(super) fn last_word(tokens: &[TokenTree]) -> Option<String> {
    let word = tokens.iter().rfind(|token| matches!(token, TokenTree::Ident(_)))?;
    Some(word.to_string().to_lowercase())
}

/// A path to a crate or module.
pub(super) fn path(entry: &Entry, cx: &mut Errors) -> Option<syn::Path> {
    let path = syn::Path::parse_mod_style.parse2(entry.stream());
    if path.is_err() {
        let found = brief(&entry.stream());
        cx.push(
            entry.stream(),
            format_args!(
                "`{}` cannot be `{found}`: it takes the path of the crate `toeplitz`, as in `crate: ::toeplitz`",
                entry.name()
            ),
        );
    }
    path.ok()
}

/// The type of a layer.
pub(super) fn layer(entry: &Entry, cx: &mut Errors) -> Option<syn::Path> {
    let path = syn::parse2::<syn::Path>(entry.stream());
    if path.is_err() {
        let (key, found) = (entry.name(), brief(&entry.stream()));
        let message = format_args!(
            "`{key}` cannot be `{found}`: it takes the name of a type that is a layer, such as another network, as in `{key}: Backbone`"
        );
        cx.push(entry.stream(), message);
    }
    path.ok()
}

/// The names of one or several things, `scores` or `[scores, boxes]`.
pub(super) fn names(entry: &Entry, cx: &mut Errors) -> Option<Vec<syn::Ident>> {
    let inside = match entry.value.as_slice() {
        [TokenTree::Group(group)] => group.stream(),
        _ => entry.stream(),
    };
    let names = Punctuated::<syn::Ident, syn::Token![,]>::parse_terminated.parse2(inside);
    match names {
        Ok(names) if !names.is_empty() => Some(names.into_iter().collect()),
        _ => {
            let (key, found) = (entry.name(), brief(&entry.stream()));
            let message = format_args!(
                "`{key}` cannot be `{found}`: it takes the name of a layer, or several in brackets, as in `{key}: [scores, boxes]`"
            );
            cx.push(entry.stream(), message);
            None
        }
    }
}
