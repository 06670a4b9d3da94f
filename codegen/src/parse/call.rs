//! The frame of a call: its head and its brackets.
//!
//! Comes in: the tokens of a call. Goes out: a [`Call`], with all that could be read whatever was wrong. Must not know:
//! which keys exist.

use super::entries::{Entries, is_punct, stream};
use crate::diag::{Errors, closest};
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
    /// Whether it is a layer of a network, which settles some of them.
    pub(super) in_network: bool,
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
            tokens if is_item(tokens) => item(tokens, braced, cx),
            tokens => expression(tokens, cx),
        }
    }

    /// What stands by itself.
    fn new(form: Form, entries: Entries) -> Self {
        Self { form, entries, in_network: false }
    }

    /// A layer of a network.
    pub(super) fn layer(entries: Entries) -> Self {
        Self { form: Form::Unclear, entries, in_network: true }
    }

    fn unclear() -> Self {
        Self::new(Form::Unclear, Entries::default())
    }
}

/// Whether a call is meant as an item, rightly written or not.
fn is_item(tokens: &[TokenTree]) -> bool {
    let is_word = |token: &&TokenTree| matches!(token, TokenTree::Ident(_) | TokenTree::Group(_));
    match tokens {
        [TokenTree::Punct(first), ..] => first.as_char() == '#',
        [TokenTree::Ident(_), second, ..] if is_colon(second) => false,
        [TokenTree::Ident(first), ..] => {
            let (words, rest) = tokens.split_at(tokens.iter().take_while(is_word).count());
            let has_keys =
                matches!(rest, [open, TokenTree::Ident(_), colon, ..] if is_punct(open, '<') && is_colon(colon));
            let has_struct = words.iter().any(|word| matches!(word, TokenTree::Ident(word) if word == "struct"));
            is_head(first) || is_type_name(first) || has_keys || has_struct
        }
        _ => false,
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
        return Call::new(Form::Expression, Entries::read(&inside, cx));
    }
    let has_brackets = tokens.first().is_some_and(|token| is_punct(token, '<'));
    let (inside, rest) = if has_brackets { angle_brackets(tokens, cx) } else { (tokens, &[][..]) };
    if let [semicolon] = rest
        && is_punct(semicolon, ';')
    {
        let message = format_args!("a type has a name: write {WANTED}, or for a value leave out the `;`");
        cx.push(stream(tokens), message);
        return Call::new(Form::Unclear, Entries::read(inside, cx));
    }
    if let Some(first) = rest.first() {
        cx.push(stream(rest), format_args!("unexpected `{first}` after `>`: the call ends there"));
    }
    Call::new(Form::Expression, Entries::read(inside, cx))
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
    if matches!(rest.as_slice(), [TokenTree::Ident(_), second, ..] if is_colon(second)) {
        let message = "attributes, documentation and `pub` belong to a type with a name: write \
                       `pub struct Name < in: 28x28x1, ... >;`, or remove this";
        cx.push(stream(&tokens[..tokens.len() - rest.len()]), message);
        return expression(&rest, cx);
    }
    let rest = visibility(&head.vis, &rest, cx);
    if let Some(value) = if braced { None } else { named_value(rest, cx) } {
        return value;
    }
    // Where there is no `struct`, one message says all that is missing.
    let says_kind = matches!(rest.first(), Some(TokenTree::Ident(word)) if is_item_keyword(word));
    let Some(rest) = keyword(rest, cx) else {
        return Call::unclear();
    };
    let (ident, rest) = name(rest, says_kind, cx);
    let reports = says_kind && ident.is_some();
    let form = ident.map_or(Form::Unclear, |ident| Form::Item(Item { attrs: head.attrs, vis: head.vis, ident }));
    Call::new(form, body(rest, reports, cx))
}

/// What follows a visibility. `pub(foo)` is `pub` to Rust's grammar, with something in parentheses behind it.
fn visibility<'a>(vis: &syn::Visibility, tokens: &'a [TokenTree], cx: &mut Errors) -> &'a [TokenTree] {
    match tokens {
        [TokenTree::Group(group), rest @ ..] if matches!(vis, syn::Visibility::Public(_)) => {
            let message = format_args!("`pub{group}` is no visibility: write `pub`, `pub(crate)` or `pub(super)`");
            cx.push(group, message);
            rest
        }
        _ => tokens,
    }
}

/// Takes the struct's name. Unless `reports`, that there is none has been reported already.
fn name<'a>(tokens: &'a [TokenTree], reports: bool, cx: &mut Errors) -> (Option<Ident>, &'a [TokenTree]) {
    match tokens {
        [TokenTree::Ident(word), rest @ ..] => (ident(word, cx), rest),
        [TokenTree::Literal(found), rest @ ..] => {
            cx.push(
                found,
                format_args!("`{found}` cannot name a struct: a name begins with a letter and is not in quotes"),
            );
            (None, rest)
        }
        _ => {
            if reports {
                cx.push(tokens.first(), format_args!("the struct has no name: write {WANTED}"));
            }
            (None, tokens)
        }
    }
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
        [TokenTree::Ident(found), TokenTree::Ident(word), rest @ ..] if word == "struct" => {
            cx.push(
                found,
                format_args!("found `{found}` before `struct`: only a visibility such as `pub` stands there"),
            );
            Some(rest)
        }
        [TokenTree::Ident(found), rest @ ..] if matches!(rest.first(), Some(TokenTree::Ident(_))) => {
            let meant = closest(&found.to_string(), ["struct"]);
            let message = match meant {
                Some(meant) => format!("found `{found}`, did you mean `{meant}`?"),
                None => format!("found `{found}`, expected `struct`: write {WANTED}"),
            };
            cx.push(found, message);
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
pub(super) fn angle_brackets<'a>(tokens: &'a [TokenTree], cx: &mut Errors) -> (&'a [TokenTree], &'a [TokenTree]) {
    let more = tokens[1..].iter().take_while(|token| is_punct(token, '<')).count();
    if more > 0 {
        cx.push(stream(&tokens[..=more]), "keys stand in one pair of angle brackets: write `< in: 28x28x1, ... >`");
    }
    let tokens = &tokens[more..];
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate() {
        // The end of an arrow, `=>`, closes nothing.
        let in_arrow = index > 0 && (is_punct(&tokens[index - 1], '=') || is_punct(&tokens[index - 1], '-'));
        if is_punct(token, '<') {
            depth += 1;
        } else if is_punct(token, '>') && !in_arrow {
            depth -= 1;
            if depth == 0 {
                let behind = &tokens[index + 1..];
                let closing = behind.iter().take(more).take_while(|token| is_punct(token, '>')).count();
                return (&tokens[1..index], &behind[closing..]);
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
