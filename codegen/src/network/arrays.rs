//! The arrays of a layer while it is joined: what a file calls them, how they lie there, and their elements.
//!
//! Comes in: a statement and its operation. Goes out: [`Array`]s, or errors at what the statement says about them, or at the path of the
//! file. Must not know: other layers, beyond what the elements of a list were before.

use super::graph::{Output, Work};
use super::joints::Joints;
use super::tensors::{self, Array, Source, role};
use crate::diag::{Errors, list};
use crate::operation::Operation;
use crate::operator::Kind;
use crate::parse::Statement;

impl Joints<'_> {
    /// The arrays of the layer of a statement, which takes `input`.
    pub(super) fn arrays(
        &mut self,
        statement: &Statement,
        input: &Output,
        operation: &Operation,
        cx: &mut Errors,
    ) -> Vec<Array> {
        let own = tensors::layout(operation.format);
        let layout = self.spec.weights_layout.unwrap_or(own);
        let map = self.map(input.value).unwrap_or_else(|| {
            if layout != own && is_of_a_list(statement.operator.kind(), operation) {
                let name = &statement.name;
                let message = format_args!(
                    "`{name}` takes several maps behind each other, and weights for them cannot be brought from `{}` to `{}`: \
                     remove `weights_layout`, and write the file in the order of the network's `layout`",
                    layout.name(),
                    own.name(),
                );
                cx.push(name, message);
            }
            vec![operation.in_channels]
        });
        let source = Source { operator: statement.operator, operation, map: &map, layout };
        let parameters = source.parameters();
        check_names(statement, &parameters, cx);
        let mut arrays: Vec<Array> = Vec::new();
        for parameter in parameters {
            let mut array = source.array(parameter, name(statement, parameter));
            if let Some(weights) = &mut self.weights {
                weights.read(&mut array, operation.element, cx);
            }
            arrays.push(array);
        }
        arrays
    }

    /// The sizes that a value had before it became a list, channels last; of one that is no list its own. Nothing where several such are
    /// behind each other.
    fn map(&self, value: usize) -> Option<Vec<usize>> {
        // Each step so far gave one value.
        let Some(step) = value.checked_sub(1).map(|at| &self.steps[at]) else {
            return Some(self.spec.input.value.clone());
        };
        if step.sizes.len() > 1 {
            return Some(step.sizes.clone());
        }
        let mut sources = step.sources.iter().map(|&source| self.map(source));
        match &step.work {
            Work::Layer(layer) if layer.spec.operator.kind() == Kind::Dense => Some(step.sizes.clone()),
            Work::Layer(_) => sources.next()?,
            Work::Add(_) => {
                let first = sources.next()??;
                sources.all(|other| other.as_ref() == Some(&first)).then_some(first)
            }
            // Of another item nothing is known but how long the list is.
            Work::Nested(_) => Some(step.sizes.clone()),
            Work::Concat(_) | Work::Pad { .. } => {
                let lists = sources.all(|source| source.is_some_and(|sizes| sizes.len() == 1));
                lists.then(|| step.sizes.clone())
            }
        }
    }
}

/// Whether an operator has weights for each element of what may have been a map.
fn is_of_a_list(kind: Kind, operation: &Operation) -> bool {
    kind == Kind::Dense || kind == Kind::BatchNorm && operation.axes.is_empty()
}

/// What a file calls the array `parameter`.
fn name(statement: &Statement, parameter: &str) -> String {
    let names = &statement.names;
    if let Some((_, name)) = names.single.iter().find(|(word, _)| word == short(role(parameter))) {
        return name.clone();
    }
    let layer = names.layer.clone().unwrap_or_else(|| statement.name.to_string());
    format!("{layer}.{}", role(parameter))
}

/// The word for what a tensor is to a layer.
fn short(role: &str) -> &str {
    role.strip_suffix(".weight").unwrap_or(role)
}

/// Reports names for what the layer does not have, and for what has one already.
pub(super) fn check_names(statement: &Statement, parameters: &[&str], cx: &mut Errors) {
    let (name, names) = (&statement.name, &statement.names);
    let roles: Vec<&str> = parameters.iter().map(|parameter| short(role(parameter))).collect();
    if roles.is_empty() && !names.tokens.is_empty() {
        cx.push(&names.tokens, format_args!("`{name}` has no weights: remove `weights`"));
        return;
    }
    for (at, (word, _)) in names.single.iter().enumerate() {
        if !roles.iter().any(|role| word == role) {
            let has = list(roles.iter().copied(), "and");
            cx.push(word, format_args!("`{name}` has no tensor `{word}`: it has {has}"));
        }
        if names.single[..at].iter().any(|(other, _)| other == word) {
            cx.push(word, format_args!("`{word}` is given more than once: keep one"));
        }
    }
}
