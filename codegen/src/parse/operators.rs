//! Names of operators in a network, and what other tools call them.
//!
//! Comes in: the path of a call. Goes out: the operator, or what its author is likely to have meant. Must not know: keys, shapes.

use super::entries::stream;
use crate::diag::{Errors, closest};
use crate::operator::Operator;
use proc_macro2::TokenTree;

/// Names with one meaning, in lower case and without `_`, and what to write.
const FOREIGN: &[(&[&str], &str)] = &[
    (
        &[
            "relu",
            "relu6",
            "leakyrelu",
            "prelu",
            "elu",
            "sigmoid",
            "tanh",
            "silu",
            "swish",
            "hardsigmoid",
            "hardswish",
            "gelu",
        ],
        "it is a key of the layer before, or of `add!`, as in `activation: relu`",
    ),
    (&["activation", "act"], "it is a key of the layer before, or of `add!`, as in `activation: relu`"),
    (&["dropout", "identity"], "it leaves values as they are when a network runs: leave it out"),
    (
        &["input", "inputlayer", "placeholder"],
        "the input is the key `in` of the network, and a layer takes it by the name `in`",
    ),
    (
        &["output", "return"],
        "what leaves is the last layer, or the key `outputs` of the network, as in `outputs: [scores, boxes]`",
    ),
    (&["linear", "fc", "fullyconnected", "gemm", "matmul"], "write `dense!< units: 10 >`"),
    (&["sum", "eltwise", "residual", "shortcut"], "write `add!< a, b >` with the names of layers"),
    (&["cat", "concatenate", "merge", "stack"], "write `concat!< a, b >` with the names of layers"),
    (&["reshape", "view", "squeeze"], "write `flatten!<>`, and `dense!` takes values of any sizes as they are"),
    (&["batchnorm2d", "batchnorm1d", "batchnormalization", "bn"], "write `batch_norm!<>`"),
    (&["zeropadding2d", "padding"], "it is a key of the layer behind, as in `padding: same`; `pad!` adds channels"),
    (&["maxpool", "maxpooling2d"], "write `max_pool2d!< window: 2x2 >`"),
    (&["avgpool", "averagepooling2d"], "write `avg_pool2d!< window: 2x2 >`"),
    (&["globalaveragepooling2d", "adaptiveavgpool2d", "gap"], "write `global_avg_pool!<>`"),
];

/// The operator that a path names.
pub(super) fn operator(path: &[TokenTree], cx: &mut Errors) -> Option<Operator> {
    let name = match path.last() {
        Some(TokenTree::Ident(name)) => name.to_string(),
        _ => String::new(),
    };
    let found = Operator::in_networks().find(|operator| operator.macro_name() == name);
    if found.is_none() {
        cx.push(stream(path), unknown(&name));
    }
    found
}

/// What to say about a call of the function `name`, as other tools have them.
pub(super) fn called(name: &str) -> String {
    let bare = name.to_lowercase().replace('_', "");
    match Operator::in_networks().map(Operator::macro_name).find(|known| known.replace('_', "") == bare) {
        Some(known) => format!(
            "found `{name}(...)`, expected `{known}!< ... >` with keys and values, as in `conv2d!< kernel: 5x5x32 >`"
        ),
        None => unknown(name),
    }
}

/// What to say about the name of no operator.
fn unknown(name: &str) -> String {
    let bare = name.to_lowercase().replace('_', "");
    if let Some((_, what)) = FOREIGN.iter().find(|(names, _)| names.contains(&bare.as_str())) {
        return format!("there is no operator `{name}`: {what}");
    }
    let near = closest(name, Operator::in_networks().map(Operator::macro_name));
    if near.is_none() && name.starts_with(char::is_uppercase) {
        return format!(
            "there is no operator `{name}`: a layer that is a type of its own is written `layer!< type: {name}, out: 7x7x64 >`"
        );
    }
    Operator::unknown(name, Operator::in_networks)
}

#[cfg(test)]
mod tests {
    use super::{FOREIGN, unknown};
    use crate::operator::Operator;

    #[test]
    fn foreign_names_are_none_of_ours() {
        for name in FOREIGN.iter().flat_map(|(names, _)| *names) {
            assert!(!name.contains('_') && !name.contains(char::is_uppercase), "{name}");
            assert!(Operator::in_networks().all(|operator| operator.macro_name() != *name), "{name}");
        }
    }

    #[test]
    fn what_is_meant_is_said() {
        for (name, part) in [
            ("ReLU", "`activation: relu`"),
            ("Conv2d", "did you mean `conv2d`"),
            ("BatchNorm2d", "`batch_norm!<>`"),
            ("Backbone", "`layer!< type: Backbone, out: 7x7x64 >`"),
            ("sofmax", "did you mean `softmax`"),
        ] {
            assert!(unknown(name).contains(part), "{name}: {}", unknown(name));
        }
    }
}
