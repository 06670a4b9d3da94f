//! `key: value, key: value, ...`
//!
//! Comes in: the tokens inside a call's brackets. Goes out: entries, as many as can be made out. Must not know: which
//! keys exist.

use crate::diag::Errors;
use proc_macro2::{TokenStream, TokenTree};
use syn::Ident;
use syn::ext::IdentExt;

/// `key: value`
pub(crate) struct Entry {
    /// The key's token.
    pub(super) key: Ident,
    /// The value's tokens; empty where it is missing.
    pub(super) value: Vec<TokenTree>,
}

impl Entry {
    /// The key as text, also where it is written `r#in`.
    pub(super) fn name(&self) -> String {
        self.key.unraw().to_string()
    }

    /// The value as a stream.
    pub(super) fn stream(&self) -> TokenStream {
        stream(&self.value)
    }
}

/// What stands between a call's brackets.
#[derive(Default)]
pub(crate) struct Entries {
    /// In the order written.
    pub(super) list: Vec<Entry>,
    /// Whether all of it could be read, so that an absent key is not one that was merely overlooked here.
    pub(super) complete: bool,
}

impl Entries {
    /// Splits at commas. Where a comma or a colon is missing but clearly meant, goes on as if it were there.
    pub(super) fn read(tokens: &[TokenTree], cx: &mut Errors) -> Self {
        let tokens = match tokens {
            [rest @ .., last] if is_punct(last, ';') => {
                cx.push(last, "unexpected `;`: it ends an item, `struct Name < ... >;`, and this is an expression");
                rest
            }
            _ => tokens,
        };
        let mut entries = Self { list: Vec::new(), complete: true };
        for mut piece in pieces(tokens, cx) {
            while !piece.is_empty() {
                let len = next_key(piece).unwrap_or(piece.len());
                match entry(&piece[..len], cx) {
                    Some(entry) => entries.list.push(entry),
                    None => entries.complete = false,
                }
                piece = &piece[len..];
                if let Some(found) = piece.first() {
                    cx.push(found, format_args!("expected `,` before `{found}`: entries are separated by commas"));
                }
            }
        }
        entries
    }
}

/// The tokens between commas. A comma before anything but a word separates nothing: it stands in a value, in the place
/// of an `x`.
fn pieces<'a>(mut tokens: &'a [TokenTree], cx: &mut Errors) -> Vec<&'a [TokenTree]> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while let Some(comma) = tokens[from..].iter().position(|token| is_punct(token, ',')).map(|at| from + at) {
        match tokens.get(comma + 1) {
            Some(TokenTree::Literal(_) | TokenTree::Group(_)) if comma > 0 => from = comma + 1,
            _ => {
                if comma == 0 {
                    cx.push(&tokens[0], "found `,`, expected `key: value`: remove this comma");
                }
                pieces.push(&tokens[..comma]);
                tokens = &tokens[comma + 1..];
                from = 0;
            }
        }
    }
    pieces.push(tokens);
    pieces
}

/// Where in `piece`, behind its own key and value, another `key:` begins.
fn next_key(piece: &[TokenTree]) -> Option<usize> {
    let colon = |at: usize| piece.get(at).is_some_and(|token| is_punct(token, ':'));
    let value = if colon(1) { 2 } else { 1 };
    (value..piece.len()).find(|&at| {
        let in_path = colon(at + 2) || (at > value && colon(at - 1));
        matches!(piece[at], TokenTree::Ident(_)) && colon(at + 1) && !in_path
    })
}

/// One `key: value`.
fn entry(tokens: &[TokenTree], cx: &mut Errors) -> Option<Entry> {
    let [TokenTree::Ident(key), rest @ ..] = tokens else {
        let found = stream(tokens);
        let text = brief(&found);
        cx.push(found, format_args!("found `{text}`, expected `key: value`, such as `in: 28x28x1`"));
        return None;
    };
    let value = match rest {
        [] => rest,
        [colon, value @ ..] if is_punct(colon, ':') => value,
        [equals, value @ ..] if is_punct(equals, '=') => {
            cx.push(equals, format_args!("found `=`, expected `:`: write `{key}: {}`", brief(&stream(value))));
            value
        }
        value => {
            let text = brief(&stream(value));
            cx.push(stream(tokens), format_args!("expected `:` after `{key}`: write `{key}: {text}`"));
            value
        }
    };
    Some(Entry { key: key.clone(), value: value.to_vec() })
}

/// Tokens as they may be quoted in a message.
pub(super) fn brief(tokens: &TokenStream) -> String {
    const LONGEST: usize = 40;
    let text = tokens.to_string().replace(" ,", ",").replace(" ;", ";");
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain("...".chars()).collect()
}

pub(super) fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

pub(super) fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}
