//! `key: value, key: value, ...`
//!
//! Comes in: the tokens inside a call's brackets. Goes out: entries, as many as can be made out. Must not know: which
//! keys exist.

use crate::diag::Errors;
use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use syn::Ident;
use syn::ext::IdentExt;

/// `key: value`
#[derive(Clone)]
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

    /// The entry with its value taken out of quotes, where it is in quotes and they hold one word, a number, or numbers between `x`.
    pub(super) fn unquoted(&self) -> Option<Self> {
        let [TokenTree::Literal(quoted)] = self.value.as_slice() else {
            return None;
        };
        let text = quoted.to_string();
        let inside = text.strip_prefix('"')?.strip_suffix('"')?.trim();
        let is_word = inside.starts_with(|c: char| c.is_ascii_alphabetic())
            && inside.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
        let value = if is_word {
            vec![Ident::new(inside, quoted.span()).into()]
        } else {
            numbers(inside, quoted.span()).or_else(|| number(inside, quoted.span()))?
        };
        Some(Self { key: self.key.clone(), value })
    }

    /// The value as a stream.
    pub(super) fn stream(&self) -> TokenStream {
        stream(&self.value)
    }
}

/// What stands between a call's brackets.
#[derive(Clone, Default)]
pub(crate) struct Entries {
    /// In the order written.
    pub(super) list: Vec<Entry>,
    /// What stands there without a key.
    pub(super) loose: Vec<TokenStream>,
    /// Whether all of it could be read, so that an absent key is not one that was merely overlooked here.
    pub(super) complete: bool,
}

impl Entries {
    /// Splits at commas. Where a comma or a colon is missing, or something else in its place, but clearly meant, goes on as
    /// if it were there.
    pub(super) fn read(tokens: &[TokenTree], cx: &mut Errors) -> Self {
        let tokens = match tokens {
            [rest @ .., last] if is_punct(last, ';') => {
                cx.push(last, "unexpected `;` after the last entry: remove it");
                rest
            }
            _ => tokens,
        };
        let mut entries = Self { complete: true, ..Self::default() };
        for piece in pieces(tokens, cx) {
            let mut piece = without_attributes(piece, cx);
            while !piece.is_empty() {
                let len = next_key(piece).unwrap_or(piece.len());
                if let Some(entry) = entry(&piece[..len], cx) {
                    entries.list.push(entry);
                } else {
                    entries.loose.push(stream(&piece[..len]));
                    entries.complete = false;
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

/// `28x28x1` as tokens, all of them at `span`. Not by the compiler's lexer, which reports what it does not like.
fn numbers(text: &str, span: Span) -> Option<Vec<TokenTree>> {
    let mut tokens = Vec::new();
    for number in text.split('x') {
        let number = number.trim();
        if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        if !tokens.is_empty() {
            tokens.push(Ident::new("x", span).into());
        }
        let mut literal = Literal::u64_unsuffixed(number.parse().ok()?);
        literal.set_span(span);
        tokens.push(literal.into());
    }
    Some(tokens)
}

/// `1e-5` as a token at `span`.
fn number(text: &str, span: Span) -> Option<Vec<TokenTree>> {
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite() && number.is_sign_positive())?;
    let mut literal = Literal::f64_unsuffixed(number);
    literal.set_span(span);
    Some(vec![literal.into()])
}

/// The tokens between commas, or semicolons in their place. Either, before anything but a key, separates nothing: it stands
/// in a value, in the place of an `x`.
fn pieces<'a>(mut tokens: &'a [TokenTree], cx: &mut Errors) -> Vec<&'a [TokenTree]> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let separates = |token: &TokenTree| is_punct(token, ',') || is_punct(token, ';');
    while let Some(at) = tokens[from..].iter().position(separates).map(|at| from + at) {
        if at > 0 && is_value(&tokens[at + 1..]) {
            from = at + 1;
            continue;
        }
        let found = &tokens[at];
        if at == 0 {
            cx.push(found, format_args!("found `{found}`, expected `key: value`: remove it"));
        } else if is_punct(found, ';') {
            cx.push(found, "found `;`, expected `,`: entries are separated by commas");
        }
        pieces.push(&tokens[..at]);
        tokens = &tokens[at + 1..];
        from = 0;
    }
    pieces.push(tokens);
    pieces
}

/// What follows attributes, which is also what the compiler makes of `///`.
fn without_attributes<'a>(piece: &'a [TokenTree], cx: &mut Errors) -> &'a [TokenTree] {
    let is_attribute = |pair: &&[TokenTree]| matches!(pair, [sign, TokenTree::Group(_)] if is_punct(sign, '#'));
    let (attributes, rest) = piece.split_at(2 * piece.chunks(2).take_while(is_attribute).count());
    if !attributes.is_empty() {
        cx.push(
            stream(attributes),
            "a key has no attributes and no documentation: remove this, or write `//` for a comment",
        );
    }
    rest
}

/// Whether a value goes on with `tokens`.
fn is_value(tokens: &[TokenTree]) -> bool {
    match tokens {
        // One that has its `x` is a value by itself.
        [TokenTree::Literal(literal), ..] if literal.to_string().contains('x') => false,
        [TokenTree::Literal(_), next, ..] => !is_punct(next, ':') && !is_punct(next, '='),
        [TokenTree::Literal(_) | TokenTree::Group(_), ..] => true,
        _ => false,
    }
}

/// Where in `piece`, behind its own key and value, another `key:` begins.
fn next_key(piece: &[TokenTree]) -> Option<usize> {
    let is = |at: usize, c: char| piece.get(at).is_some_and(|token| is_punct(token, c));
    let value = if is(1, ':') || is(1, '=') { 2 } else { 1 };
    (value..piece.len()).find(|&at| {
        let in_path = is(at + 1, ':') && is(at + 2, ':') || (at > value && is(at - 1, ':'));
        matches!(piece[at], TokenTree::Ident(_)) && (is(at + 1, ':') || is(at + 1, '=')) && !in_path
    })
}

/// One `key: value`. Nothing where there is no key, which is left to those who know what there could be.
fn entry(tokens: &[TokenTree], cx: &mut Errors) -> Option<Entry> {
    let (key, rest) = match tokens {
        [TokenTree::Ident(key), rest @ ..] => (key.clone(), rest),
        [TokenTree::Literal(quoted), rest @ ..]
            if rest.first().is_some_and(is_separator) && key_in(quoted).is_some() =>
        {
            let key = key_in(quoted)?;
            cx.push(quoted, format_args!("found `{quoted}`: write keys without quotes, `{key}: ...`"));
            (key, rest)
        }
        _ => return None,
    };
    // Three colons are one, and the two that a path begins with.
    let signs = match rest {
        [a, b, c, ..] if [a, b, c].iter().all(|token| is_punct(token, ':')) => 1,
        [a, b, ..] if is_punct(a, '-') && is_punct(b, '>') => 2,
        _ => rest.iter().take_while(|token| is_separator(token)).count(),
    };
    let (sign, value) = rest.split_at(signs);
    let text = brief(&stream(value));
    match sign {
        [colon] if is_punct(colon, ':') => {}
        [] if value.is_empty() => {}
        [] if matches!(value, [TokenTree::Group(_)]) => {
            cx.push(&key, format_args!("expected `:` after `{key}`: an entry is written `key: value`"));
        }
        [] => cx.push(stream(tokens), format_args!("expected `:` after `{key}`: write `{key}: {text}`")),
        sign => {
            let found: String = sign.iter().map(ToString::to_string).collect();
            let write = if text.is_empty() { String::new() } else { format!(": write `{key}: {text}`") };
            cx.push(stream(sign), format_args!("found `{found}`, expected `:`{write}"));
        }
    }
    Some(Entry { key, value: value.to_vec() })
}

/// Whether this stands, alone or with others of its kind, where a colon should.
fn is_separator(token: &TokenTree) -> bool {
    [':', '=', '>'].iter().any(|&c| is_punct(token, c))
}

/// The key in quotes, as JSON has it.
fn key_in(quoted: &Literal) -> Option<Ident> {
    let text = quoted.to_string();
    let key = text.strip_prefix('"')?.strip_suffix('"')?;
    let is_word = key.starts_with(|c: char| c.is_ascii_lowercase());
    let is_word = is_word && key.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
    is_word.then(|| Ident::new(key, quoted.span()))
}

/// Tokens as they may be quoted in a message.
pub(super) fn brief(tokens: &TokenStream) -> String {
    const LONGEST: usize = 40;
    let text = tokens.to_string().replace(" ,", ",").replace(" ;", ";").replace(" :: ", "::").replace("- >", "->");
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
