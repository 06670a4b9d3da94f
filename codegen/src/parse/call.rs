//! The frame of a call: its head and its brackets.
//!
//! Comes in: the tokens of a call. Goes out: a [`Call`], with all that could be read whatever was wrong. Must not know:
//! which keys exist.

use super::entries::{Entries, is_punct, stream};
use crate::diag::Errors;
use crate::spec::{Form, Item};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Ident;
use syn::parse::{Parse, ParseStream, Parser};

/// How an item has to look.
const WANTED: &str = "`struct Name < in: 28x28x1, ... >;`";

/// Groups nested deeper than this are refused: what reads them further on recurses.
const MAX_NESTING: usize = 64;

/// A call, taken apart.
pub(crate) struct Call {
    /// What it expands to.
    pub(crate) form: Form,
    /// Its keys and values.
    pub(super) entries: Entries,
}

impl Call {
    /// Takes `tokens` apart, reporting what does not fit. `braced` is whether the call's own brackets, which are not among
    /// its tokens, are braces, as an item has them.
    pub(crate) fn read(tokens: TokenStream, braced: bool, cx: &mut Errors) -> Self {
        if let Err(error) = check_nesting(&tokens) {
            cx.add(error);
            return Self::unclear();
        }
        let tokens = flatten(tokens);
        match tokens.as_slice() {
            [] => {
                cx.push(
                    TokenStream::new(),
                    "the call is empty: write `pub struct Name < in: 28x28x1, ... >;` for a named type, or \
                     `in: 28x28x1, ...` for an expression",
                );
                Self::unclear()
            }
            [TokenTree::Punct(first), ..] if first.as_char() == '#' => item(&tokens, braced, cx),
            [TokenTree::Ident(first), second, ..] if is_head(first) && !is_punct(second, ':') => {
                item(&tokens, braced, cx)
            }
            [TokenTree::Ident(first)] if is_head(first) => item(&tokens, braced, cx),
            [TokenTree::Ident(first), rest @ ..] if is_type_name(first) && !rest.first().is_some_and(is_colon) => {
                item(&tokens, braced, cx)
            }
            _ => expression(&tokens, cx),
        }
    }

    fn unclear() -> Self {
        Self { form: Form::Unclear, entries: Entries::default() }
    }
}

/// Whether an item may begin with this word.
fn is_head(word: &Ident) -> bool {
    word == "pub" || is_item_keyword(word)
}

/// Whether a word looks like a type's name, as no key does.
fn is_type_name(word: &Ident) -> bool {
    word.to_string().starts_with(char::is_uppercase)
}

fn is_colon(token: &TokenTree) -> bool {
    is_punct(token, ':') || is_punct(token, '=')
}

/// Whether this word says which kind of item follows.
fn is_item_keyword(word: &Ident) -> bool {
    const KEYWORDS: &[&str] =
        &["struct", "enum", "union", "fn", "type", "trait", "mod", "const", "static", "impl", "use"];
    KEYWORDS.iter().any(|keyword| word == keyword)
}

/// Refuses groups nested deeper than [`MAX_NESTING`]. Does not recurse itself.
pub(crate) fn check_nesting(tokens: &TokenStream) -> syn::Result<()> {
    let mut open = vec![tokens.clone().into_iter()];
    while let Some(innermost) = open.last_mut() {
        match innermost.next() {
            Some(TokenTree::Group(group)) if open.len() > MAX_NESTING => {
                let message = format!("brackets are nested more than {MAX_NESTING} deep here");
                return Err(syn::Error::new(group.span(), message));
            }
            Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
            Some(_) => {}
            None => {
                open.pop();
            }
        }
    }
    Ok(())
}

/// The tokens with the invisible groups that `macro_rules!` puts around fragments dissolved.
fn flatten(tokens: TokenStream) -> Vec<TokenTree> {
    let mut flat = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => flat.extend(flatten(group.stream())),
            token => flat.push(token),
        }
    }
    flat
}

/// `in: ..., kernel: ...`, with angle brackets around it or without.
fn expression(tokens: &[TokenTree], cx: &mut Errors) -> Call {
    if let [TokenTree::Group(group)] = tokens {
        cx.push(group, "keys stand in the brackets of the call itself: remove these around them");
        let inside: Vec<TokenTree> = group.stream().into_iter().collect();
        return Call { form: Form::Expression, entries: Entries::read(&inside, cx) };
    }
    let has_brackets = tokens.first().is_some_and(|token| is_punct(token, '<'));
    let (inside, rest) = if has_brackets { angle_brackets(tokens, cx) } else { (tokens, &[][..]) };
    if let Some(first) = rest.first() {
        cx.push(stream(rest), format_args!("unexpected `{first}` after `>`: the call ends there"));
    }
    Call { form: Form::Expression, entries: Entries::read(inside, cx) }
}

/// The start of an item as far as Rust's own grammar goes.
struct Head {
    attrs: Vec<syn::Attribute>,
    vis: syn::Visibility,
    rest: TokenStream,
}

impl Parse for Head {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self { attrs: input.call(syn::Attribute::parse_outer)?, vis: input.parse()?, rest: input.parse()? })
    }
}

/// `#[attr] pub struct Name < ... >;`
fn item(tokens: &[TokenTree], braced: bool, cx: &mut Errors) -> Call {
    let head = match Head::parse.parse2(stream(tokens)) {
        Ok(head) => head,
        Err(error) => {
            let message =
                "malformed attribute or visibility: write it as on any struct, such as `#[derive(Clone)] pub(crate)`";
            cx.add(syn::Error::new(error.span(), message));
            return Call::unclear();
        }
    };
    let rest: Vec<TokenTree> = head.rest.into_iter().collect();
    if let Some(value) = if braced { None } else { named_value(&rest, cx) } {
        return value;
    }
    // Where there is no `struct`, one message says all that is missing.
    let says_kind = matches!(rest.first(), Some(TokenTree::Ident(word)) if is_item_keyword(word));
    let Some(rest) = keyword(&rest, cx) else {
        return Call::unclear();
    };
    let (ident, rest) = if let [TokenTree::Ident(word), rest @ ..] = rest {
        (ident(word, cx), rest)
    } else {
        cx.push(rest.first(), format_args!("the struct has no name: write {WANTED}"));
        (None, rest)
    };
    let form = ident.map_or(Form::Unclear, |ident| Form::Item(Item { attrs: head.attrs, vis: head.vis, ident }));
    Call { form, entries: body(rest, says_kind, cx) }
}

/// `struct Name < ... >`, or without `struct`, that was written as a value: in parentheses and without `;`. A call is not
/// told where it stands; anything else is taken for an item.
fn named_value(tokens: &[TokenTree], cx: &mut Errors) -> Option<Call> {
    let open = tokens.iter().take(3).position(|token| is_punct(token, '<'))?;
    if tokens.last().is_none_or(|last| is_punct(last, ';')) {
        return None;
    }
    let message = "a type with a name is an item and ends with `>;`: where a value is wanted, write the keys alone, \
                   `in: 28x28x1, ...`, without a name";
    cx.push(stream(&tokens[..open]), message);
    Some(expression(&tokens[open..], cx))
}

/// Takes `struct`, or another word in its place.
fn keyword<'a>(tokens: &'a [TokenTree], cx: &mut Errors) -> Option<&'a [TokenTree]> {
    match tokens {
        [TokenTree::Ident(word), rest @ ..] if word == "struct" => Some(rest),
        [TokenTree::Ident(word), rest @ ..] if is_item_keyword(word) => {
            cx.push(word, format_args!("found `{word}`, expected `struct`: the generated type is a struct"));
            Some(rest)
        }
        [TokenTree::Ident(name), ..] => {
            cx.push(
                name,
                format_args!("expected `struct` before `{name}`: write `pub struct {name} < in: 28x28x1, ... >;`"),
            );
            Some(tokens)
        }
        [found, ..] => {
            cx.push(found, format_args!("found `{found}`, expected `struct`: write {WANTED}"));
            Some(tokens)
        }
        [] => {
            cx.push(TokenStream::new(), format_args!("nothing follows here: write {WANTED}"));
            None
        }
    }
}

/// The word as a name, unless it cannot be one.
fn ident(word: &Ident, cx: &mut Errors) -> Option<Ident> {
    let ident = Ident::parse.parse2(word.to_token_stream()).ok();
    if ident.is_none() {
        cx.push(word, format_args!("`{word}` is a keyword of Rust and cannot name a struct"));
    }
    ident
}

/// `< ... > ;`. Unless `reports`, the form of it has been reported already.
fn body(tokens: &[TokenTree], reports: bool, cx: &mut Errors) -> Entries {
    match tokens {
        [first, ..] if is_punct(first, '<') => {
            let (mut inside, mut rest) = angle_brackets(tokens, cx);
            if rest.first().is_some_and(|token| is_punct(token, '<')) {
                cx.push(stream(inside), "a generated struct has no generic parameters: remove `<...>` after its name");
                (inside, rest) = angle_brackets(rest, cx);
            }
            if reports || !rest.is_empty() {
                end(rest, tokens.last(), cx);
            }
            Entries::read(inside, cx)
        }
        [TokenTree::Group(group), ..] => {
            if reports {
                cx.push(group, format_args!("keys stand in angle brackets: write {WANTED}"));
            }
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            Entries::read(&inside, cx)
        }
        _ => {
            if reports {
                cx.push(tokens.first(), format_args!("expected `<` and the keys after the name: write {WANTED}"));
            }
            Entries::default()
        }
    }
}

/// The tokens between the `<` that comes first and its `>`, and those behind.
fn angle_brackets<'a>(tokens: &'a [TokenTree], cx: &mut Errors) -> (&'a [TokenTree], &'a [TokenTree]) {
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate() {
        // The end of an arrow, `=>`, closes nothing.
        let in_arrow = index > 0 && (is_punct(&tokens[index - 1], '=') || is_punct(&tokens[index - 1], '-'));
        if is_punct(token, '<') {
            depth += 1;
        } else if is_punct(token, '>') && !in_arrow {
            depth -= 1;
            if depth == 0 {
                return (&tokens[1..index], &tokens[index + 1..]);
            }
        }
    }
    cx.push(&tokens[0], "this `<` is never closed: expected `>` after the last key");
    // It ends with the item, at a `;` that does not stand in the place of a comma.
    let is_end = |at: usize| is_punct(&tokens[at], ';') && !tokens.get(at + 2).is_some_and(|next| is_punct(next, ':'));
    let end = (0..tokens.len()).find(|&at| is_end(at)).unwrap_or(tokens.len());
    (&tokens[1..end], &tokens[end..])
}

/// `;` and nothing after it. `last` is the call's last token.
fn end(tokens: &[TokenTree], last: Option<&TokenTree>, cx: &mut Errors) {
    match tokens {
        [] => cx.push(last, "expected `;` after this: `struct Name < ... >;`"),
        [first] if is_punct(first, ';') => {}
        [first, rest @ ..] if is_punct(first, ';') => {
            cx.push(
                stream(rest),
                "unexpected tokens after `;`: one call makes one type, put the next into its own call",
            );
        }
        [TokenTree::Group(group), ..] => {
            cx.push(group, "a generated struct has no fields of its own: end with `>;`");
        }
        [found, ..] => cx.push(stream(tokens), format_args!("found `{found}`, expected `;` after `>`")),
    }
}
