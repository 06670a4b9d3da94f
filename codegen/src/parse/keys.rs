//! The keys: which exist, which operator takes them, and what reads their values.
//!
//! Comes in: the entries of a call. Goes out: a [`Draft`]. A new key is a line in [`KEYS`], a new operator a word in
//! some of those lines. Must not know: how sizes and words are spelled.

use super::Draft;
use super::call::Call;
use super::entries::{Entry, brief};
use super::sizes::{self, Expected};
use super::words::{self, Words};
use crate::diag::{Errors, Spanned, closest, list};
use crate::operation::Unroll;
use crate::shape::Padding;
use crate::spec::Operator::{self, Conv2d, Dense, MaxPool2d};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A key of some operators.
struct Key {
    name: &'static str,
    takers: &'static [Operator],
    required: bool,
    /// A value that would do.
    example: &'static str,
    /// Reads a value into the draft; reports and leaves the draft as it is where that fails.
    read: fn(Operator, &Entry, &mut Draft, &mut Errors),
}

const SLIDING: &[Operator] = &[Conv2d, MaxPool2d];
const WEIGHTED: &[Operator] = &[Conv2d, Dense];

/// Every key, in the order in which messages list them.
const KEYS: &[Key] = &[
    Key { name: "in", takers: Operator::ALL, required: true, example: "28x28x1", read: input },
    Key { name: "kernel", takers: &[Conv2d], required: true, example: "5x5x32", read: kernel },
    Key { name: "window", takers: &[MaxPool2d], required: true, example: "2x2", read: window },
    Key { name: "units", takers: &[Dense], required: true, example: "10", read: units },
    Key { name: "padding", takers: SLIDING, required: false, example: "same", read: padding },
    Key { name: "stride", takers: SLIDING, required: false, example: "2", read: stride },
    Key { name: "dilation", takers: SLIDING, required: false, example: "2", read: dilation },
    Key { name: "bias", takers: WEIGHTED, required: false, example: "false", read: bias },
    Key { name: "activation", takers: WEIGHTED, required: false, example: "relu", read: activation },
    Key { name: "unroll", takers: Operator::ALL, required: false, example: "auto", read: unroll },
    Key { name: "crate", takers: Operator::ALL, required: false, example: "::toeplitz", read: crate_path },
];

/// What other operators and other tools call a key, and what it may be called here: the first that the operator takes.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("input", &["in"]),
    ("input_shape", &["in"]),
    ("shape", &["in"]),
    ("in_features", &["in"]),
    ("kernel", &["window", "units"]),
    ("kernel_size", &["kernel", "window"]),
    ("kernel_shape", &["kernel", "window"]),
    ("window", &["kernel"]),
    ("pool_size", &["window"]),
    ("size", &["window", "kernel"]),
    ("units", &["kernel"]),
    ("filters", &["kernel", "units"]),
    ("out", &["kernel", "units"]),
    ("out_channels", &["kernel", "units"]),
    ("out_features", &["units", "kernel"]),
    ("pad", &["padding"]),
    ("pads", &["padding"]),
    ("strides", &["stride"]),
    ("dilations", &["dilation"]),
    ("dilation_rate", &["dilation"]),
    ("use_bias", &["bias"]),
    ("act", &["activation"]),
];

/// Those of the above that mean a number of outputs.
const OUTPUT_COUNTS: &[&str] = &["units", "filters", "out", "out_channels", "out_features"];

/// Keys that one may well expect and that do not exist.
const UNSUPPORTED: &[&str] = &[
    "groups",
    "multiplier",
    "depth_multiplier",
    "dtype",
    "layout",
    "data_format",
    "algorithm",
    "padding_mode",
    "ceil_mode",
];

/// Reads all entries. Reports unknown, duplicate and absent keys and malformed values.
pub(super) fn read(operator: Operator, call: &Call, cx: &mut Errors) -> Draft {
    let mut draft = Draft::default();
    // Keys that are there, or that a misspelt one was meant to be.
    let mut seen: Vec<&str> = Vec::new();
    for entry in &call.entries.list {
        let name = entry.name();
        let Some(key) = KEYS.iter().find(|key| key.name == name && key.takers.contains(&operator)) else {
            seen.extend(unknown(operator, entry, cx));
            continue;
        };
        if seen.contains(&key.name) {
            cx.push(&entry.key, format_args!("`{name}` is given more than once: keep one"));
            continue;
        }
        seen.push(key.name);
        if entry.value.is_empty() {
            cx.push(&entry.key, format_args!("`{name}` has no value: write one, as in `{name}: {}`", key.example));
            continue;
        }
        (key.read)(operator, entry, &mut draft, cx);
    }
    if call.entries.complete {
        for key in KEYS.iter().filter(|key| key.required && key.takers.contains(&operator) && !seen.contains(&key.name))
        {
            let name = operator.macro_name();
            cx.push(
                TokenStream::new(),
                format_args!("`{}` is missing: `{name}!` needs it, as in `{}: {}`", key.name, key.name, key.example),
            );
        }
    }
    draft
}

/// Reports a key that the operator does not take; gives the key that was meant, if that is clear.
fn unknown(operator: Operator, entry: &Entry, cx: &mut Errors) -> Option<&'static str> {
    let name = entry.name();
    let this = operator.macro_name();
    let own = || KEYS.iter().filter(|key| key.takers.contains(&operator));
    let all = list(own().map(|key| key.name), "and");
    let translated = ELSEWHERE.iter().filter(|(theirs, _)| *theirs == name).flat_map(|(_, ours)| *ours);
    let translated = translated.copied().find(|&ours| own().any(|key| key.name == ours));
    let meant = translated.or_else(|| closest(&name, own().map(|key| key.name)));
    let message = if let Some(taken) = KEYS.iter().find(|key| key.name == name && translated.is_none()) {
        let takers: Vec<String> = taken.takers.iter().map(|taker| format!("{}!", taker.macro_name())).collect();
        format!(
            "`{this}!` has no `{name}`, which is a key of {}; it takes {all}",
            list(takers.iter().map(String::as_str), "and")
        )
    } else if UNSUPPORTED.contains(&name.as_str()) {
        format!("`{this}!` does not support `{name}`; it takes {all}")
    } else if let Some(key) = own().find(|key| Some(key.name) == meant) {
        let count = OUTPUT_COUNTS.contains(&name.as_str()) && key.name == "kernel";
        let note = if count { ", whose last number is the output channels" } else { "" };
        format!(
            "`{this}!` has no key `{name}`: did you mean `{}`, as in `{}: {}`{note}?",
            key.name, key.name, key.example
        )
    } else {
        format!("`{this}!` has no key `{name}`; it takes {all}")
    };
    cx.push(&entry.key, message);
    meant
}

fn input(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    let expected = match operator {
        Conv2d | MaxPool2d => exactly(&["height", "width", "channels"], "28x28x1"),
        Dense => exactly(&[], "7x7x64"),
    };
    draft.input = sizes::sizes(entry, expected, cx);
}

fn kernel(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.kernel = sizes::sizes(entry, exactly(&["height", "width", "output channels"], "5x5x32"), cx);
}

fn window(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.kernel = sizes::sizes(entry, exactly(operator.axes(), "2x2"), cx);
}

fn units(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.kernel = sizes::sizes(entry, exactly(&["number of outputs"], "10"), cx);
}

fn stride(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.stride = sizes::sizes(entry, one_or_each(operator, "2"), cx);
}

fn dilation(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.dilation = sizes::sizes(entry, one_or_each(operator, "2"), cx);
}

fn padding(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const ELSEWHERE: &[(&str, &str)] = &[("same_upper", "same"), ("zero", "valid"), ("none", "valid"), ("no", "valid")];
    const BESIDES: &str = ", or numbers such as `2`, `1x2` or `[1, 2]x[0, 1]`";
    const RULES: &[(&str, Padding)] = &[
        ("valid", Padding::Valid),
        ("same", Padding::Same),
        ("same_lower", Padding::SameLower),
        ("full", Padding::Full),
    ];
    // A pool takes all but the last: `full` has windows that hold nothing but padding.
    let allowed = if operator == MaxPool2d { &RULES[..3] } else { RULES };
    let words = Words { allowed, elsewhere: ELSEWHERE, besides: BESIDES };
    draft.padding = match entry.value.as_slice() {
        [TokenTree::Ident(_)] => words
            .read(entry, cx)
            .map(|rule| Spanned { value: vec![rule; operator.axes().len()], tokens: entry.stream() }),
        // Before and after on one axis, or one number an axis? Whoever writes this may mean either.
        [TokenTree::Group(group)] if operator.axes().len() > 1 && group.delimiter() == Delimiter::Bracket => {
            let pair = brief(&entry.stream());
            cx.push(
                entry.stream(),
                format_args!(
                    "`padding` cannot be `{pair}` alone: brackets hold what goes before and after one axis, as in \
                     `padding: [1, 2]x[0, 1]`; without them there is one number for each axis, as in `padding: 1x2`"
                ),
            );
            None
        }
        _ => sizes::paddings(entry, one_or_each(operator, "1x2"), cx),
    };
}

fn bias(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.bias = words::SWITCH.read(entry, cx);
}

fn activation(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.activation = words::activation(entry, cx);
}

fn unroll(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const UNROLL: Words<Unroll> = Words {
        allowed: &[("auto", Unroll::Auto), ("full", Unroll::Full), ("none", Unroll::None)],
        elsewhere: &[("true", "full"), ("all", "full"), ("yes", "full"), ("false", "none"), ("no", "none")],
        besides: "",
    };
    draft.unroll = UNROLL.read(entry, cx).map(|value| Spanned { value, tokens: entry.stream() });
}

fn crate_path(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.crate_path = words::path(entry, cx);
}

fn exactly(names: &'static [&'static str], example: &'static str) -> Expected {
    Expected { names, one_for_all: false, example }
}

fn one_or_each(operator: Operator, example: &'static str) -> Expected {
    Expected { names: operator.axes(), one_for_all: true, example }
}
