//! The tuning file: plans for calls, beside a crate's manifest.
//!
//! Comes in: a folder, and an operation. Goes out: what `toeplitz.toml` in that folder says about its plan, or what is wrong with the file.
//! Must not know: what there is to choose from.
//!
//! ```toml
//! [[layer]]
//! call = "conv2d!< in: 14x14x32, kernel: 5x5x64, padding: same >"
//! plan = "winograd 4x4"
//! ```
//!
//! A call is meant that computes the same, however it is written: two calls are the same if their operations are, but for what follows the
//! sums: bias, activation, and what a network does with the outputs.

use std::cell::RefCell;
use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use proc_macro2::TokenStream;
use toml_span::Value;
use toml_span::value::Table;

use crate::check;
use crate::choice::{Asked, Choice};
use crate::diag::{Errors, list};
use crate::operation::{Activation, Operation};
use crate::parse::{self, Call};
use crate::source;
use crate::spec::Spec;

/// The file's name.
pub(crate) const FILE: &str = "toeplitz.toml";
/// The variable with the folder of the crate that is compiled.
pub(crate) const MANIFEST: &str = "CARGO_MANIFEST_DIR";

/// What a layer has there.
const KEYS: [&str; 2] = ["call", "plan"];

/// What a file says, or all that is wrong with it.
type Tuning = Result<Vec<Entry>, Vec<String>>;

/// What it says of one call.
struct Entry {
    operation: Operation,
    choice: Choice,
    /// Line of the entry.
    line: usize,
}

/// Files that were read, as they were: a compiler reads a file once, and an editor that runs for long sees when it changes.
type Seen = Vec<(PathBuf, String, Rc<Tuning>)>;

thread_local! {
    static SEEN: RefCell<Seen> = const { RefCell::new(Vec::new()) };
}

/// The folder in which the file is looked for.
pub(crate) fn folder() -> Option<PathBuf> {
    env::var_os(MANIFEST).map(PathBuf::from)
}

/// Lets `operation`, which is what `spec` says, be planned as the file in `folder` wants, if there is one that knows it. Whether the file
/// can be read.
pub(crate) fn tune(folder: Option<&Path>, spec: &Spec, operation: &mut Operation, cx: &mut Errors) -> bool {
    let Some(tuning) = folder.and_then(read) else { return true };
    operation.asked.has_file = true;
    match &*tuning {
        Err(messages) => messages.iter().for_each(|message| cx.push(TokenStream::new(), message)),
        // What the call says is nearer.
        Ok(_) if spec.asked.value.choice.is_some() => {}
        Ok(entries) => {
            let wanted = plain(operation);
            if let Some(Entry { choice, line, .. }) = entries.iter().find(|entry| entry.operation == wanted) {
                operation.asked.choice = Some(choice.clone());
                operation.asked.place = Some(format!("{FILE}, line {line}"));
            }
        }
    }
    tuning.is_ok()
}

/// The file in `folder`; nothing where there is none.
fn read(folder: &Path) -> Option<Rc<Tuning>> {
    let text = match fs::read_to_string(folder.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => return Some(Rc::new(Err(vec![format!("`{FILE}` cannot be read as text: {error}")]))),
    };
    SEEN.with_borrow_mut(|seen| {
        if let Some((_, _, tuning)) = seen.iter().find(|(path, known, _)| path == folder && *known == text) {
            return Some(Rc::clone(tuning));
        }
        let tuning = Rc::new(entries(&text));
        seen.retain(|(path, _, _)| path != folder);
        seen.push((folder.to_owned(), text, Rc::clone(&tuning)));
        Some(tuning)
    })
}

/// An operation without what its plan does not depend on.
fn plain(operation: &Operation) -> Operation {
    Operation {
        bias: false,
        epsilon: None,
        norm: None,
        activation: Activation::None,
        sum: None,
        then: None,
        asked: Asked::default(),
        ..operation.clone()
    }
}

/// The entries of a file.
fn entries(text: &str) -> Tuning {
    let line = |at: usize| 1 + text[..at.min(text.len())].matches('\n').count();
    let file = toml_span::parse(text).map_err(|error| {
        let words = error.to_string();
        vec![format!("{FILE}, line {}: {words}", line(error.span.start))]
    })?;
    let mut found = Reader { entries: Vec::new(), messages: Vec::new() };
    for (key, value) in file.as_table().into_iter().flatten() {
        let at = line(key.span.start);
        match (&*key.name, value.as_array()) {
            ("layer", Some(layers)) => layers.iter().for_each(|layer| found.layer(layer, &line)),
            ("layer", None) => found.wrong(at, "`layer` is a list: write `[[layer]]` above each call"),
            (other, _) => {
                found
                    .wrong(at, &format!("there is no key `{other}`: the file has `[[layer]]`, with `call` and `plan`"));
            }
        }
    }
    if found.messages.is_empty() { Ok(found.entries) } else { Err(found.messages) }
}

/// What has been read of a file.
struct Reader {
    entries: Vec<Entry>,
    messages: Vec<String>,
}

impl Reader {
    fn wrong(&mut self, line: usize, message: &str) {
        self.messages.push(format!("{FILE}, line {line}: {message}"));
    }

    /// One `[[layer]]`.
    fn layer(&mut self, layer: &Value<'_>, line: &impl Fn(usize) -> usize) {
        let Some(table) = layer.as_table() else {
            return self.wrong(line(layer.span.start), "write `[[layer]]`, and below it `call` and `plan`");
        };
        for key in table.keys().filter(|key| !KEYS.contains(&&*key.name)) {
            let message = format!("a layer has no key `{}`: it has {}", key.name, list(KEYS, "and"));
            self.wrong(line(key.span.start), &message);
        }
        let texts = KEYS.map(|key| self.text(table, key, (line(layer.span.start), line)));
        let [Some((call, at)), Some((plan, below))] = texts else { return };
        let choice = Choice::read(plan).map_err(|why| format!("`plan` cannot be `{plan}`: {why}"));
        match (operation(call, choice.as_ref().ok()), choice) {
            (Ok(operation), Ok(choice)) => match self.entries.iter().find(|entry| entry.operation == operation) {
                Some(Entry { line, .. }) => {
                    let message = format!("line {line} says something of this call already: keep one");
                    self.wrong(at, &message);
                }
                None => self.entries.push(Entry { operation, choice, line: below }),
            },
            (operation, choice) => {
                operation.err().into_iter().flatten().for_each(|message| self.wrong(at, &message));
                choice.err().iter().for_each(|message| self.wrong(below, message));
            }
        }
    }

    /// The text of a key, and its line.
    fn text<'a>(
        &mut self,
        table: &'a Table<'_>,
        key: &str,
        (start, line): (usize, &impl Fn(usize) -> usize),
    ) -> Option<(&'a str, usize)> {
        let Some(value) = table.get(key) else {
            self.wrong(start, &format!("the layer has no `{key}`: it has `call` and `plan`"));
            return None;
        };
        let at = line(value.span.start);
        if value.as_str().is_none() {
            self.wrong(at, &format!("`{key}` is text: write it in quotes"));
        }
        value.as_str().map(|text| (text, at))
    }
}

/// The operation of a call, as far as its plan depends on it, or what is wrong with the call, or with `choice` as its plan.
fn operation(call: &str, choice: Option<&Choice>) -> Result<Operation, Vec<String>> {
    let operation = || {
        let (operator, inside) = source::operator_of(call)?;
        let mut cx = Errors::new();
        let call = Call::read(inside, true, &mut cx);
        let operation = parse::spec(operator, &call, &mut cx).and_then(|mut spec| {
            if spec.asked.value.choice.is_some() {
                cx.push(TokenStream::new(), "the call has a `plan` of its own, which goes first: remove it");
            }
            spec.asked.value.choice = choice.cloned();
            let operation = check::operation(&spec, &mut cx)?;
            if !operation.inner.is_weighted() {
                cx.push(TokenStream::new(), "without weights there is one way to compute it: remove the entry");
            }
            Some(operation)
        });
        cx.gate(operation)
    };
    operation()
        .map(|operation| plain(&operation))
        .map_err(|errors: syn::Error| source::Error::from(errors).messages().to_vec())
}

#[cfg(test)]
mod tests {
    use super::entries;

    /// The lines of messages about a file.
    fn messages(text: &str) -> Vec<String> {
        entries(text).err().unwrap_or_default()
    }

    #[test]
    fn calls_are_the_same_that_compute_the_same() {
        let file = r#"
            [[layer]]
            call = "conv2d!< in: 14x14x32, kernel: 5x5x64, padding: same >"
            plan = "winograd 4x4"
            [[layer]]
            call = "conv2d!< kernel: 5x5x64, in: 14x14x32 >"
            plan = "[avx2: 1x6x2]"
        "#;
        let entries = entries(file).unwrap();
        let other =
            super::operation("conv2d!(in: 14x14x32, kernel: 5x5x64, padding: 2, activation: relu, bias: false)", None);
        let other = other.unwrap();
        let found: Vec<usize> =
            entries.iter().filter(|entry| entry.operation == other).map(|entry| entry.line).collect();
        assert_eq!(found, [4]);
    }

    #[test]
    fn all_mistakes_are_told_with_their_lines() {
        let file = r#"
            colour = 1
            [[layer]]
            call = "conv2d!< in: 14x14x32, kernel: 5x5x64 >"
            plan = "winograd 4"
            [[layer]]
            call = "conv2d!< in: 4x4x32, kernel: 5x5x64 >"
            plan = 3
            speed = "much"
            [[layer]]
            call = "conv4d!< in: 4x4x32, kernel: 5x5x64 >"
            plan = "winograd 4x4"
        "#;
        let messages = messages(file);
        for (line, says) in
            [(2, "no key `colour`"), (5, "rows x columns"), (8, "in quotes"), (9, "no key `speed`"), (11, "conv4d")]
        {
            let line = format!("toeplitz.toml, line {line}: ");
            assert!(
                messages.iter().any(|message| message.starts_with(&line) && message.contains(says)),
                "{messages:#?}"
            );
        }
        assert_eq!(messages.len(), 5, "{messages:#?}");
    }

    #[test]
    fn what_is_not_toml_says_where() {
        let messages = messages("[[layer]]\ncall = conv2d\n");
        assert!(messages.len() == 1 && messages[0].starts_with("toeplitz.toml, line 2: "), "{messages:?}");
    }

    #[test]
    fn a_plan_has_to_fit_its_call() {
        let messages = |call: &str, plan: &str| messages(&format!("[[layer]]\ncall = \"{call}\"\nplan = \"{plan}\"\n"));
        let exact = messages("conv2d!< in: 9x9x16, kernel: 3x3x16, accuracy: exact >", "winograd 2x2");
        assert!(exact.len() == 1 && exact[0].contains("`accuracy: exact` allows no such thing"), "{exact:?}");
        let strided = messages("conv2d!< in: 9x9x16, kernel: 3x3x16, stride: 2 >", "winograd 2x2");
        assert!(strided.len() == 1 && strided[0].contains("it takes `stride: 1`"), "{strided:?}");
        let pool = messages("max_pool2d!< in: 9x9x16, window: 3x3 >", "[avx2: 1x1x1]");
        assert!(pool.len() == 1 && pool[0].ends_with("remove the entry"), "{pool:?}");
        let twice = messages("conv2d!< in: 9x9x16, kernel: 3x3x16, plan: winograd 4x4 >", "winograd 2x2");
        assert!(twice.len() == 1 && twice[0].ends_with("remove it"), "{twice:?}");
    }

    #[test]
    fn a_call_is_there_once() {
        let entry =
            "[[layer]]\ncall = \"conv2d!< in: 9x9x2, kernel: 3x3x4, padding: same >\"\nplan = \"[avx2: 1x3x1]\"\n";
        let messages = messages(&format!("{entry}{}", entry.replace("padding: same", "padding: 1")));
        assert_eq!(messages, ["toeplitz.toml, line 5: line 3 says something of this call already: keep one"]);
    }
}
