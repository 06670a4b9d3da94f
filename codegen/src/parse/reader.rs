//! The entries of a call, one after the other.
//!
//! Comes in: the entries. Goes out: a [`Draft`], and errors for keys that are unknown, given twice, or missing. Must not know: what
//! the keys mean.

use super::Draft;
use super::call::Call;
use super::entries::{Entry, brief};
use super::foreign::Hint;
use super::keys::Key;
use super::unknown;
use crate::diag::Errors;
use crate::operator::Operator;
use proc_macro2::{Ident, Span, TokenStream};

/// Reads all entries. Reports unknown, duplicate and absent keys and malformed values.
pub(super) fn read(operator: Operator, call: &Call, cx: &mut Errors) -> Draft {
    let entries = &call.entries;
    let given = entries.list.iter().filter_map(|entry| Some(Key::find(operator, &entry.name())?.name)).collect();
    // What could not be made out may have been any key.
    let draft = Draft { unclear: !entries.complete, ..Draft::default() };
    let mut reader =
        Reader { operator, in_network: call.in_network, given, seen: Vec::new(), meant: Vec::new(), draft };
    for tokens in &entries.loose {
        reader.loose(tokens, cx);
    }
    for entry in &entries.list {
        match Key::find(operator, &entry.name()) {
            Some(key) => reader.known(key, entry, cx),
            None => reader.unknown(entry, cx),
        }
    }
    if entries.complete {
        reader.missing(cx);
    }
    reader.draft
}

/// Reads the entries of one call, one after the other.
struct Reader {
    operator: Operator,
    /// Whether the call is a layer of a network.
    in_network: bool,
    /// The operator's keys that the call has anywhere.
    given: Vec<&'static str>,
    /// Those of them that were read so far.
    seen: Vec<&'static str>,
    /// Keys that the unknown ones were meant to be.
    meant: Vec<&'static str>,
    draft: Draft,
}

impl Reader {
    /// An entry with one of the operator's keys.
    fn known(&mut self, key: &'static Key, entry: &Entry, cx: &mut Errors) {
        let (name, example) = (key.name, key.example(self.operator));
        let twice = self.seen.contains(&name);
        self.seen.push(name);
        if twice {
            cx.push(&entry.key, format_args!("`{name}` is given more than once: keep one"));
        } else if entry.value.is_empty() {
            cx.push(&entry.key, format_args!("`{name}` has no value: write one, as in `{name}: {example}`"));
        } else {
            match self.value(key, entry) {
                Ok(()) => return,
                Err(errors) => cx.add(errors),
            }
        }
        self.draft.unclear |= key.shapes;
    }

    /// What has no key. The first that is needed and not there is likely to be meant, if that takes such a value.
    fn loose(&mut self, tokens: &TokenStream, cx: &mut Errors) {
        let text = brief(tokens);
        let is_open = |key: &&'static Key| !self.given.contains(&key.name) && !self.meant.contains(&key.name);
        let open: Vec<&Key> = Key::of(self.operator).filter(|key| key.required).filter(is_open).collect();
        let takes = |key: &&&'static Key| {
            let entry =
                Entry { key: Ident::new_raw(key.name, Span::call_site()), value: tokens.clone().into_iter().collect() };
            let mut found = Errors::new();
            (key.read)(self.operator, &entry, &mut Draft::default(), &mut found);
            found.gate(Some(())).is_ok()
        };
        let example = Key::of(self.operator).find(|key| key.required).map(|key| (key.name, key.example(self.operator)));
        let message = match (open.iter().find(takes), example) {
            (Some(key), _) => {
                self.meant.push(key.name);
                format!("found `{text}`, expected `key: value`: write `{}: {text}`", key.name)
            }
            (None, Some((key, example))) => {
                format!("found `{text}`, expected `key: value`, such as `{key}: {example}`")
            }
            (None, None) => format!("found `{text}`, expected `key: value`"),
        };
        cx.push(tokens, message);
    }

    /// An entry whose key the operator does not have.
    fn unknown(&mut self, entry: &Entry, cx: &mut Errors) {
        let name = entry.name();
        let hint = unknown::hint(self.operator, &name);
        let meant = hint.and_then(|hint| hint.key(self.operator));
        let mut example = meant.map_or("", |key| key.example(self.operator)).to_owned();
        if let Some(key) = meant.filter(|key| !self.given.contains(&key.name) && !self.meant.contains(&key.name)) {
            self.meant.push(key.name);
            // The value is likely to be right although the key is not, and other keys can be checked against it. Where it
            // is wrong too, that is for another time: one mistake, one error.
            let same_value = matches!(hint, Some(Hint::Same(_))) && !entry.value.is_empty();
            if same_value && self.value(key, entry).is_ok() {
                example = brief(&entry.stream());
            } else {
                self.draft.unclear |= key.shapes;
            }
        }
        cx.push(&entry.key, unknown::message(self.operator, self.in_network, &name, (hint, &example), &self.given));
    }

    /// Reads a value into the draft.
    fn value(&mut self, key: &Key, entry: &Entry) -> syn::Result<()> {
        let mut found = Errors::new();
        let unquoted = if key.is_quoted() { None } else { entry.unquoted() };
        (key.read)(self.operator, unquoted.as_ref().unwrap_or(entry), &mut self.draft, &mut found);
        let read = found.gate(Some(()));
        if unquoted.is_none() {
            return read;
        }
        let mut found = Errors::new();
        let name = entry.name();
        match read {
            Ok(()) => {
                let quoted = brief(&entry.stream());
                let value = quoted.trim_matches('"').trim();
                let message = format_args!("`{name}` cannot be `{quoted}`: write it without quotes, `{name}: {value}`");
                found.push(entry.stream(), message);
            }
            Err(errors) => errors.into_iter().for_each(|error| {
                found.push(entry.stream(), format_args!("{error}; write it without quotes"));
            }),
        }
        found.gate(Some(()))
    }

    /// Reports required keys that are neither there nor meant.
    fn missing(&self, cx: &mut Errors) {
        let macro_name = self.operator.macro_name();
        for key in Key::of(self.operator).filter(|key| key.required) {
            let (name, example) = (key.name, key.example(self.operator));
            if !self.given.contains(&name) && !self.meant.contains(&name) {
                cx.push(
                    TokenStream::new(),
                    format_args!("`{name}` is missing: `{macro_name}!` needs it, as in `{name}: {example}`"),
                );
            }
        }
    }
}
