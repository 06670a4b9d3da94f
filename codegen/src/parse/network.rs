//! `network!`: the head of an item, and a statement for each layer.
//!
//! Comes in: the tokens of one call, any tokens whatever. Goes out: a [`Network`], with errors for what could not be read. Must not
//! know: what a layer's keys mean, whether names exist, shapes.

use super::Draft;
use super::call::{Call, angle_brackets};
use super::entries::{Entries, Entry, brief, is_punct, stream};
use super::reader;
use crate::diag::{Errors, Spanned};
use crate::operation::{Activation, DataFormat};
use crate::spec::{Form, Operator, Spec};
use proc_macro2::{Delimiter, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// How a network has to look.
const WANTED: &str = "`pub struct Name < in: 28x28x1 > { conv = conv2d!< kernel: 5x5x32 >; ... }`";

/// A network, taken apart.
pub(crate) struct Network {
    /// What it expands to.
    pub(crate) form: Form,
    /// Its own keys; nothing where they could not be read.
    pub(crate) spec: Option<Spec>,
    /// Its layers, in the order written.
    pub(crate) statements: Vec<Statement>,
    /// Whether all of them could be read.
    pub(crate) complete: bool,
}

/// `name = operator!< inputs, keys >;`
pub(crate) struct Statement {
    /// The layer's name.
    pub(crate) name: Ident,
    /// Which operator it is.
    pub(crate) operator: Operator,
    /// The operator's name as it is written.
    pub(crate) called: TokenStream,
    /// The layers that it takes the outputs of; none where it takes the one before it.
    pub(crate) inputs: Vec<Ident>,
    /// Its keys.
    entries: Entries,
}

impl Statement {
    /// The layer's call, with the keys that the network settles: `in`, of so many sizes, and those of `network` that it does not
    /// have itself. Nothing, and an error, if it says something else about its input than `input`, described as `source`.
    pub(crate) fn call(&self, input: &[usize], source: &str, network: &Spec, cx: &mut Errors) -> Option<Call> {
        let mut list: Vec<Entry> = Vec::new();
        let mut agrees = true;
        for entry in &self.entries.list {
            if entry.name() != "in" {
                list.push(entry.clone());
                continue;
            }
            let (found, shape) = (entry.stream().to_string().replace(' ', ""), sizes_text(input));
            if found != shape {
                agrees = false;
                let message =
                    format_args!("`in` is `{found}`, but {source} gives {shape}: write that, or leave `in` out");
                cx.push(entry.stream(), message);
            }
        }
        let at = self.name.span();
        let takes = |key: &str| self.operator.keys().any(|taken| taken == key);
        let mut given = |key: &str, value: TokenStream| {
            if takes(key) && list.iter().all(|entry| entry.name() != key) {
                list.push(Entry { key: Ident::new(key, at), value: value.into_iter().collect() });
            }
        };
        let word = |word: &str| Ident::new(word, at).into_token_stream();
        given("in", sizes_tokens(input, at));
        given("layout", word(if network.format == DataFormat::ChannelsFirst { "nchw" } else { "nhwc" }));
        given("dtype", word(network.element.name()));
        given("crate", network.crate_path.to_token_stream());
        let entries = Entries { list, complete: self.entries.complete };
        agrees.then_some(Call { form: Form::Unclear, entries })
    }

    /// What a joint says about its result.
    pub(crate) fn activation(&self, cx: &mut Errors) -> Option<Spanned<Activation>> {
        self.draft(cx).activation
    }

    /// How many channels a joint brings its result to. `None` only if errors were reported.
    pub(crate) fn channels(&self, cx: &mut Errors) -> Option<Spanned<usize>> {
        self.draft(cx).channels
    }

    /// The type of a layer that is another item, and the sizes that it gives. `None` only if errors were reported.
    pub(crate) fn layer(&self, cx: &mut Errors) -> Option<(syn::Path, Spanned<Vec<usize>>)> {
        let draft = self.draft(cx);
        Some((draft.layer?, draft.out?))
    }

    /// The keys of a joint.
    fn draft(&self, cx: &mut Errors) -> Draft {
        let call = Call { form: Form::Unclear, entries: self.entries.clone() };
        reader::read(self.operator, &call, cx)
    }
}

/// Sizes as they are written.
pub(crate) fn sizes_text(sizes: &[usize]) -> String {
    sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
}

/// Sizes as tokens, all of them at `span`.
fn sizes_tokens(sizes: &[usize], span: Span) -> TokenStream {
    let mut tokens = TokenStream::new();
    for (index, size) in sizes.iter().enumerate() {
        if index > 0 {
            tokens.extend([TokenTree::from(Ident::new("x", span))]);
        }
        let mut literal = Literal::usize_unsuffixed(*size);
        literal.set_span(span);
        tokens.extend([TokenTree::from(literal)]);
    }
    tokens
}

/// Reads a call of `network!`.
pub(crate) fn network(tokens: TokenStream, cx: &mut Errors) -> Network {
    if let Err(error) = super::check_nesting(&tokens) {
        cx.add(error);
        return Network { form: Form::Unclear, spec: None, statements: Vec::new(), complete: false };
    }
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_body = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let at = tokens.iter().position(is_body).unwrap_or(tokens.len());
    let (head, rest) = tokens.split_at(at);
    if !head.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "struct")) {
        cx.push(stream(&tokens), format_args!("a network is a type with a name: write {WANTED}"));
        return Network { form: Form::Unclear, spec: None, statements: Vec::new(), complete: false };
    }
    // The head of a network is that of any layer, but for its end.
    let mut item = stream(head);
    if head.last().is_none_or(|last| !is_punct(last, ';')) {
        item.extend([TokenTree::from(Punct::new(';', Spacing::Alone))]);
    }
    let call = Call::read(item, true, cx);
    let spec = super::spec(Operator::Network, &call, cx);
    let [TokenTree::Group(body), behind @ ..] = rest else {
        cx.push(tokens.last(), format_args!("a network has layers, in braces: write {WANTED}"));
        return Network { form: call.form, spec, statements: Vec::new(), complete: false };
    };
    if !behind.is_empty() {
        cx.push(stream(behind), "unexpected tokens after `}`: the network ends there");
    }
    let (statements, complete) = statements(body.stream(), cx);
    Network { form: call.form, spec, statements, complete }
}

/// The statements of a body.
fn statements(body: TokenStream, cx: &mut Errors) -> (Vec<Statement>, bool) {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    let (mut rest, mut statements, mut complete) = (tokens.as_slice(), Vec::new(), true);
    if rest.is_empty() {
        cx.push(TokenStream::new(), "the network has no layers: write `conv = conv2d!< kernel: 5x5x32 >;` and so on");
        complete = false;
    }
    while !rest.is_empty() {
        let (read, behind) = statement(rest, cx);
        complete &= read.is_some();
        statements.extend(read);
        rest = behind;
    }
    (statements, complete)
}

/// The first statement of `tokens`, and what follows it.
fn statement<'a>(tokens: &'a [TokenTree], cx: &mut Errors) -> (Option<Statement>, &'a [TokenTree]) {
    let end = tokens.iter().position(|token| is_punct(token, ';'));
    let behind = end.map_or(&tokens[tokens.len()..], |end| &tokens[end + 1..]);
    let whole = &tokens[..end.unwrap_or(tokens.len())];
    let [TokenTree::Ident(name), sign, call @ ..] = without_docs(whole) else {
        cx.push(stream(whole), format_args!("found `{}`, expected a layer, {LAYER}", brief(&stream(whole))));
        return (None, behind);
    };
    if !is_punct(sign, '=') {
        let message = format_args!("found `{sign}` after `{name}`, expected `=`: a layer is written {LAYER}");
        cx.push(sign, message);
        return (None, behind);
    }
    let Some(bang) = call.iter().position(|token| is_punct(token, '!')) else {
        let message = format_args!("`{name}` is no call of an operator: a layer is written {LAYER}");
        cx.push(stream(call), message);
        return (None, behind);
    };
    if syn::parse2::<Ident>(name.to_token_stream()).is_err() {
        cx.push(name, format_args!("`{name}` is a keyword of Rust and cannot name a layer"));
        return (None, behind);
    }
    let (path, inside) = (stream(&call[..bang]), &call[bang + 1..]);
    let (inside, rest) = match inside {
        [open, ..] if is_punct(open, '<') => {
            let (inside, rest) = angle_brackets(inside, cx);
            (inside.to_vec(), rest)
        }
        [TokenTree::Group(group), rest @ ..] => (group.stream().into_iter().collect(), rest),
        _ => {
            cx.push(path, format_args!("expected `<` and keys after `!`: a layer is written {LAYER}"));
            return (None, behind);
        }
    };
    if let Some(found) = rest.first() {
        cx.push(stream(rest), format_args!("found `{found}`, expected `;`: each layer ends with one"));
    } else if end.is_none() {
        cx.push(tokens.last(), format_args!("expected `;` after `{name}`: each layer ends with one"));
    }
    let Some(operator) = operator(&call[..bang], cx) else { return (None, behind) };
    let (inputs, keys) = inputs(&inside, cx);
    let entries = Entries::read(keys, cx);
    (Some(Statement { name: name.clone(), operator, called: path, inputs, entries }), behind)
}

/// How a layer has to look.
const LAYER: &str = "`name = conv2d!< kernel: 5x5x32 >;`";

/// What follows documentation.
fn without_docs(mut tokens: &[TokenTree]) -> &[TokenTree] {
    while let [sign, TokenTree::Group(_), rest @ ..] = tokens
        && is_punct(sign, '#')
    {
        tokens = rest;
    }
    tokens
}

/// The operator that a path names.
fn operator(path: &[TokenTree], cx: &mut Errors) -> Option<Operator> {
    let name = match path.last() {
        Some(TokenTree::Ident(name)) => name.to_string(),
        _ => String::new(),
    };
    let found = Operator::in_networks().find(|operator| operator.macro_name() == name);
    if found.is_none() {
        let message = if name.starts_with(char::is_uppercase) {
            format!(
                "`{name}` is no operator: a layer that is a type of its own is written `layer!< type: {name}, out: 7x7x64 >`"
            )
        } else {
            Operator::unknown(&name, Operator::in_networks)
        };
        cx.push(stream(path), message);
    }
    found
}

/// The names that stand before the keys, and the keys.
fn inputs<'a>(mut tokens: &'a [TokenTree], cx: &mut Errors) -> (Vec<Ident>, &'a [TokenTree]) {
    let mut names = Vec::new();
    loop {
        match tokens {
            [TokenTree::Ident(name), comma, rest @ ..] if is_punct(comma, ',') => {
                names.push(name.clone());
                tokens = rest;
            }
            [TokenTree::Ident(name)] => {
                names.push(name.clone());
                return (names, &[]);
            }
            _ => break,
        }
    }
    // A name behind a key would be read as a key without a value, and its message would not help.
    let late = tokens.iter().enumerate().find_map(|(at, token)| {
        let starts = at > 0 && is_punct(&tokens[at - 1], ',');
        let ends = tokens.get(at + 1).is_none_or(|next| is_punct(next, ','));
        matches!(token, TokenTree::Ident(_) if starts && ends).then_some((at, token))
    });
    if let Some((at, name)) = late {
        cx.push(name, format_args!("`{name}` stands behind a key: inputs come first, as in `add!< {name}, ... >`"));
        return (names, &tokens[..at - 1]);
    }
    (names, tokens)
}
