//! Generated code as text: for `source!`, for build scripts, for tools.
//!
//! Comes in: a call with its macro's name, `conv2d!< in: ..., kernel: ... >`, as tokens or text. Goes out: formatted
//! Rust. Must not know: what is generated.

use crate::Planned;
use crate::diag::Errors;
use crate::network;
use crate::operator::Operator;
use crate::parse::{self, Call, check_nesting};
use crate::plan::explain::{self, Ways};
use crate::plan::grouped;
use crate::spec::{Form, Item};
use crate::stub;
use proc_macro2::{Group, Literal, Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::fmt;
use syn::LitByteStr;
use syn::parse::{ParseStream, Parser};

/// Why there is no code: every mistake of the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    messages: Vec<String>,
}

impl Error {
    /// What is wrong, one message a mistake.
    pub fn messages(&self) -> &[String] {
        &self.messages
    }
}

impl From<syn::Error> for Error {
    fn from(errors: syn::Error) -> Self {
        Error { messages: errors.into_iter().map(|error| error.to_string()).collect() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.messages.join("\n"))
    }
}

impl std::error::Error for Error {}

/// Expands `call` and formats what comes out.
///
/// `call` is a macro call with its name, in any of the macro's forms: `conv2d! { pub struct Conv1 < in: 28x28x1, kernel:
/// 5x5x32 >; }`, `conv2d!(in: 28x28x1, kernel: 5x5x32)`, or `conv2d!< in: 28x28x1, kernel: 5x5x32 >`. Without a name the
/// generated type is called as the macro is: `Conv2d`, `MaxPool2d`, `Dense`.
///
/// # Errors
///
/// `call` is not Rust's tokens, or has mistakes: all of them.
pub fn expand_source(call: &str) -> Result<String, Error> {
    let tokens =
        call.parse().map_err(|error| syn::Error::new(Span::call_site(), format!("not Rust's tokens: {error}")));
    tokens.and_then(|tokens| formatted(code(tokens)?)).map_err(Error::from)
}

/// Every way to compute the operation of `call`, on each register file: the candidates that its plan was taken from.
///
/// `call` is what [`expand_source`] takes, but no `network!`.
///
/// # Errors
///
/// As [`expand_source`].
pub fn ways(call: &str) -> Result<Vec<Ways>, Error> {
    let planned = || {
        let (operator, inside) = operator_of(call)?;
        let mut cx = Errors::new();
        let call = Call::read(inside, true, &mut cx);
        let Planned { spec, operation, plan, .. } = crate::planned(operator, &call, cx, None)?;
        explain::ways(&operation, &plan).map_err(|refused| syn::Error::new_spanned(spec.refused_at(&refused), refused))
    };
    planned().map_err(Error::from)
}

/// What `source!` expands to: a string literal of the formatted code of the call in `tokens`, or errors. Long byte strings, packed
/// weights, are replaced by how long they are: the text is to be read.
pub fn source(tokens: TokenStream) -> TokenStream {
    match code(tokens).and_then(|code| formatted(shortened(code))) {
        Ok(text) => Literal::string(&text).into_token_stream(),
        Err(errors) => stub::stub(&Form::Expression, errors),
    }
}

/// Code as text.
fn formatted(code: TokenStream) -> syn::Result<String> {
    Ok(prettyplease::unparse(&syn::parse2(code)?))
}

/// Code without the contents of long byte strings.
fn shortened(code: TokenStream) -> TokenStream {
    const LONGEST: usize = 32;
    let short = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), shortened(group.stream()));
            inside.set_span(group.span());
            TokenTree::Group(inside)
        }
        TokenTree::Literal(literal) => {
            let bytes = syn::parse2::<LitByteStr>(literal.to_token_stream()).map_or(0, |bytes| bytes.value().len());
            let text = format!("{} bytes", grouped(bytes as u64));
            if bytes > LONGEST { Literal::byte_string(text.as_bytes()).into() } else { literal.into() }
        }
        token => token,
    };
    code.into_iter().map(short).collect()
}

/// What a call expands to.
fn code(tokens: TokenStream) -> syn::Result<TokenStream> {
    check_nesting(&tokens)?;
    let (operator, inside) = call.parse2(tokens)?;
    let mut cx = Errors::new();
    if operator == Operator::Network {
        let network = parse::network(inside, &mut cx);
        return network::generate(&network, cx);
    }
    // The text is items whatever the brackets.
    let mut call = Call::read(inside, true, &mut cx);
    if matches!(call.form, Form::Expression) {
        let ident = syn::Ident::new(operator.type_name(), Span::call_site());
        call.form = Form::Item(Item { attrs: Vec::new(), vis: syn::parse_quote!(pub), ident });
    }
    crate::generate(operator, &call, cx)
}

/// The operator of a call in text, which is no network, and what is in its brackets.
pub(crate) fn operator_of(text: &str) -> syn::Result<(Operator, TokenStream)> {
    let (operator, inside) = call.parse_str(text)?;
    if operator == Operator::Network {
        return Err(syn::Error::new(Span::call_site(), "a network has no plan of its own: write one of its layers"));
    }
    Ok((operator, inside))
}

/// The operator of a call, and what is in its brackets; angle brackets stay.
fn call(input: ParseStream<'_>) -> syn::Result<(Operator, TokenStream)> {
    let not_a_call = |error: syn::Error| {
        syn::Error::new(error.span(), "expected a macro call, such as `conv2d!< in: 28x28x1, kernel: 5x5x32 >`")
    };
    let path = input.call(syn::Path::parse_mod_style).map_err(not_a_call)?;
    input.parse::<syn::Token![!]>().map_err(not_a_call)?;
    let operator = operator(&path)?;
    if input.peek(syn::Token![<]) {
        return Ok((operator, input.parse()?));
    }
    let TokenTree::Group(group) = input.parse().map_err(not_a_call)? else {
        return Err(syn::Error::new_spanned(
            path,
            "expected brackets after the macro's name: `<...>`, `(...)` or `{...}`",
        ));
    };
    input.parse::<Option<syn::Token![;]>>()?;
    let rest: TokenStream = input.parse()?;
    if rest.is_empty() {
        return Ok((operator, group.stream()));
    }
    Err(syn::Error::new_spanned(rest, "unexpected tokens after the call: there is room for one"))
}

/// The operator whose macro `path` ends with.
fn operator(path: &syn::Path) -> syn::Result<Operator> {
    let name = path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string());
    let all = || Operator::all().chain([Operator::Network]);
    if let Some(operator) = all().find(|operator| operator.macro_name() == name) {
        return Ok(operator);
    }
    Err(syn::Error::new_spanned(path, Operator::unknown(&name, all)))
}
