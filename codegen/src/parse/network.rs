//! `network!`: the head of an item, and a statement for each layer.
//!
//! Comes in: the tokens of one call, any tokens whatever. Goes out: a [`Network`], with errors for what could not be read. Must not
//! know: what a layer's keys mean, whether names exist, shapes.

use super::Draft;
use super::call::{Call, angle_brackets};
use super::entries::{Entries, Entry, brief, is_punct, stream};
use super::operators::{called, operator};
use super::reader;
use super::weights::{self, Names};
use crate::diag::{Errors, Spanned};
use crate::operation::{Activation, DataFormat};
use crate::operator::{Kind, Operator};
use crate::spec::{Form, Spec};
use proc_macro2::{Delimiter, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::Parser;

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
    /// What the file of weights calls its tensors.
    pub(crate) names: Names,
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
            agrees &= self.is_of_the_network(entry, network, cx);
            if entry.name() != "in" {
                list.push(entry.clone());
                continue;
            }
            let (found, shape) = (entry.stream().to_string().replace(' ', ""), sizes_text(input));
            if found != shape {
                agrees = false;
                let called = self.operator.macro_name();
                let message = if let [TokenTree::Ident(name)] = entry.value.as_slice() {
                    format!("inputs stand before the keys, without one: write `{called}!< {name}, ... >`")
                } else {
                    format!("`in` is `{found}`, but {source} gives {shape}: write that, or leave `in` out")
                };
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
        given("layout", word(layout_word(network.format)));
        given("dtype", word(network.element.name()));
        given("crate", network.crate_path.to_token_stream());
        let entries = Entries { list, ..self.entries.clone() };
        agrees.then_some(Call::layer(entries))
    }

    /// Whether an entry does not contradict `network` about what all its values have to be alike in. Reports it if it does.
    fn is_of_the_network(&self, entry: &Entry, network: &Spec, cx: &mut Errors) -> bool {
        let (key, found) = (entry.name(), brief(&entry.stream()));
        let all = match key.as_str() {
            "layout" if ["nhwc", "nchw"].contains(&found.as_str()) => layout_word(network.format),
            "dtype" if ["f32", "f64"].contains(&found.as_str()) => network.element.name(),
            _ => return true,
        };
        if found != all {
            let message = format_args!(
                "`{}` has `{key}: {found}`, but the network has {all}, and all of its layers alike: leave it out here, or give the network `{key}: {found}`",
                self.name
            );
            cx.push(entry.stream(), message);
        }
        found == all
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

    /// Reports mistakes in keys and values, of a layer whose input is not clear: those that no size makes.
    pub(crate) fn check_keys(&self, cx: &mut Errors) {
        // A type that stands where inputs do is not missing too.
        if self.operator.kind() == Kind::Layer && !self.inputs.is_empty() {
            return;
        }
        let mut entries = self.entries.clone();
        entries.list.retain(|entry| entry.name() != "in");
        if self.operator.keys().any(|key| key == "in") {
            let at = self.name.span();
            // Sizes that every value goes with; what has no axes of its own takes pixels.
            let sizes = vec![1; if self.operator.rank() == 0 { 3 } else { self.operator.rank() + 1 }];
            entries
                .list
                .push(Entry { key: Ident::new("in", at), value: sizes_tokens(&sizes, at).into_iter().collect() });
        }
        reader::read(self.operator, &Call::layer(entries), cx);
    }

    /// The keys of a joint.
    fn draft(&self, cx: &mut Errors) -> Draft {
        reader::read(self.operator, &Call::layer(self.entries.clone()), cx)
    }
}

/// A layout as it is written.
fn layout_word(format: DataFormat) -> &'static str {
    if format == DataFormat::ChannelsFirst { "nchw" } else { "nhwc" }
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
    // Without keys it is the same as with none between the brackets.
    if let Some(TokenTree::Ident(_)) = head.last()
        && !head.iter().any(|token| is_punct(token, '<'))
    {
        item.extend(['<', '>'].map(|sign| TokenTree::from(Punct::new(sign, Spacing::Alone))));
    }
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
    if end == Some(0) {
        cx.push(&tokens[0], format_args!("found `;`, expected a layer, {LAYER}: each ends with one `;`, remove this"));
        return (None, behind);
    }
    let whole = &tokens[..end.unwrap_or(tokens.len())];
    let [TokenTree::Ident(name), sign, call @ ..] = without_docs(whole) else {
        cx.push(stream(whole), format_args!("found `{}`, expected a layer, {LAYER}", brief(&stream(whole))));
        return (None, behind);
    };
    if !is_punct(sign, '=') {
        if name == "let" {
            cx.push(name, format_args!("found `let`, expected a name: a layer is written {LAYER}"));
        } else {
            let message = format_args!("found `{sign}` after `{name}`, expected `=`: a layer is written {LAYER}");
            cx.push(sign, message);
        }
        return (None, behind);
    }
    let Some(bang) = call.iter().position(|token| is_punct(token, '!')) else {
        match call {
            [called @ TokenTree::Ident(_), TokenTree::Punct(open), ..] if open.as_char() == '<' => {
                cx.push(called, format_args!("expected `!` after `{called}`: a layer is written {LAYER}"));
            }
            [.., TokenTree::Ident(function), TokenTree::Group(_)] => {
                cx.push(stream(call), called(&function.to_string()));
            }
            _ => cx.push(stream(call), format_args!("`{name}` is no call of an operator: a layer is written {LAYER}")),
        }
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
        cx.push(found, format_args!("found `{found}`, expected `;`: each layer ends with one"));
    } else if end.is_none() {
        cx.push(tokens.last(), format_args!("expected `;` after `{name}`: each layer ends with one"));
    }
    let Some(operator) = operator(&call[..bang], cx) else { return (None, behind) };
    let inside = unquoted(inside, cx);
    let (inputs, keys) = inputs(&inside, cx);
    let mut entries = Entries::read(keys, cx);
    let names = names(&mut entries, cx);
    (Some(Statement { name: name.clone(), operator, called: path, inputs, names, entries }), behind)
}

/// What a layer says about the names of its tensors, which no layer outside of a network does.
fn names(entries: &mut Entries, cx: &mut Errors) -> Names {
    let (found, rest): (Vec<Entry>, Vec<Entry>) =
        entries.list.drain(..).partition(|entry| entry.name() == weights::KEY);
    entries.list = rest;
    if let [_, again, ..] = found.as_slice() {
        cx.push(&again.key, format_args!("`{}` is given more than once: keep one", weights::KEY));
    }
    found.first().and_then(|entry| weights::names(entry, cx)).unwrap_or_default()
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

/// Without quotes around what stands before the keys: names are written as they are.
fn unquoted(mut tokens: Vec<TokenTree>, cx: &mut Errors) -> Vec<TokenTree> {
    for at in (0..tokens.len()).step_by(2) {
        let ends = tokens.get(at + 1).is_none_or(|next| is_punct(next, ','));
        let name = match &tokens[at] {
            TokenTree::Ident(_) if ends => continue,
            TokenTree::Literal(quoted) if ends => quoted.to_string(),
            _ => break,
        };
        let bare = name.trim_matches('"');
        // `in` is a keyword, and a name here.
        let Ok(mut ident) = Ident::parse_any.parse_str(bare) else { break };
        ident.set_span(tokens[at].span());
        cx.push(&tokens[at], format_args!("`{name}` is in quotes: inputs are names of layers, write `{bare}`"));
        tokens[at] = ident.into();
    }
    tokens
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
            [TokenTree::Ident(name), sign, rest @ ..] if is_punct(sign, '+') => {
                cx.push(sign, "found `+`, expected `,`: inputs are separated by commas, as in `add!< a, b >`");
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
