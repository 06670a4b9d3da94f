//! What pads an input: how much, by words or by numbers, and with what.
//!
//! Comes in: the entry `padding` or `padding_mode`. Goes out: a rule for each axis, or a mode, or errors that list what is allowed. Must
//! not know: sizes of the input.

use super::Draft;
use super::entries::{Entry, brief};
use super::keys::PADDED;
use super::sizes::{self, Expected};
use super::values::one_or_each;
use super::words::{Words, last_word};
use crate::diag::{Errors, Spanned};
use crate::operation::PaddingMode;
use crate::operator::Kind::{Adder, Conv, ConvTranspose, Depthwise, Separable};
use crate::operator::Operator;
use crate::shape::Padding;
use proc_macro2::{Delimiter, TokenTree};

/// What goes before and after each axis, by the number of axes.
pub(super) const PAIRS: [&str; 4] = ["", "[1, 2]", "[1, 2]x[0, 1]", "[1, 2]x[0, 1]x[0, 0]"];

/// Reads `padding`.
pub(super) fn padding(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const ELSEWHERE: &[(&str, &str)] = &[("same_upper", "same"), ("zero", "valid"), ("none", "valid"), ("no", "valid")];
    const BESIDES: [&str; 4] = [
        "",
        ", or numbers such as `2` or `[1, 2]`",
        ", or numbers such as `2`, `1x2` or `[1, 2]x[0, 1]`",
        ", or numbers such as `2`, `1x2x2` or `[1, 2]x[0, 1]x[0, 0]`",
    ];
    const EACH: [&str; 4] = ["", "1", "1x2", "1x2x2"];
    const RULES: &[(&str, Padding)] = &[
        ("valid", Padding::Valid),
        ("same", Padding::Same),
        ("same_lower", Padding::SameLower),
        ("full", Padding::Full),
        ("causal", Padding::Causal),
    ];
    let rank = operator.rank();
    if is_mode_of(operator, entry, cx) {
        return;
    }
    let Some(allowed) = allowed_paddings(operator, RULES, entry, cx) else { return };
    let words = Words { allowed, elsewhere: ELSEWHERE, besides: BESIDES[rank] };
    // Before and after on each axis, as Keras has it.
    if let Some(meant) = sizes::pairs(&entry.value, rank) {
        let found = brief(&entry.stream());
        cx.push(entry.stream(), format_args!("`padding` cannot be `{found}`: write `padding: {meant}`"));
        return;
    }
    draft.padding = match entry.value.as_slice() {
        [TokenTree::Ident(_)] | [TokenTree::Ident(_), TokenTree::Punct(_), ..] => {
            words.read(entry, cx).map(|rule| Spanned { value: vec![rule; rank], tokens: entry.stream() })
        }
        // Before and after on one axis, or one number an axis? Whoever writes this may mean either.
        [TokenTree::Group(group)] if rank > 1 && group.delimiter() == Delimiter::Bracket => {
            let (pair, pairs, each) = (brief(&entry.stream()), PAIRS[rank], EACH[rank]);
            cx.push(
                entry.stream(),
                format_args!(
                    "`padding` cannot be `{pair}` alone: brackets hold what goes before and after one axis, as in \
                     `padding: {pairs}`; without them there is one number for each axis, as in `padding: {each}`"
                ),
            );
            None
        }
        _ => sizes::paddings(entry, Expected { pairs: true, ..one_or_each(operator, &EACH) }, cx),
    };
}

/// Those of the `rules` that `operator` has; none, and an error, where the entry is one that it cannot have.
fn allowed_paddings(
    operator: Operator,
    rules: &'static [(&'static str, Padding)],
    entry: &Entry,
    cx: &mut Errors,
) -> Option<&'static [(&'static str, Padding)]> {
    // The last two are for convolutions alone: `full` gives a pool windows that hold nothing but padding, and crops what a
    // transposed convolution does with `valid`. What is causal has one axis.
    let allowed = match (operator.kind(), operator.rank()) {
        (Conv | Depthwise, 1) => return Some(rules),
        (Conv | Depthwise | Separable | Adder, _) => &rules[..4],
        _ => &rules[..3],
    };
    if entry.stream().to_string() != "causal" {
        return Some(allowed);
    }
    let macro_name = operator.macro_name();
    cx.push(
        entry.stream(),
        format_args!(
            "`padding` of `{macro_name}!` cannot be `causal`: that is for convolutions along one axis, `conv1d!` and \
             `depthwise_conv1d!`"
        ),
    );
    None
}

/// What other tools call the modes, and ours.
const MODES_ELSEWHERE: &[(&str, &str)] = &[
    ("zero", "zeros"),
    ("constant", "zeros"),
    ("none", "zeros"),
    ("reflection", "reflect"),
    ("mirror", "reflect"),
    ("reflect101", "reflect"),
    ("edge", "replicate"),
    ("nearest", "replicate"),
    ("clamp", "replicate"),
    ("border", "replicate"),
    ("replication", "replicate"),
    ("wrap", "circular"),
    ("periodic", "circular"),
    ("cyclic", "circular"),
];

const MODES: Words<PaddingMode> = Words {
    allowed: &[
        ("zeros", PaddingMode::Zeros),
        ("reflect", PaddingMode::Reflect),
        ("replicate", PaddingMode::Replicate),
        ("circular", PaddingMode::Circular),
    ],
    elsewhere: MODES_ELSEWHERE,
    besides: "",
};

/// Reads `padding_mode`.
pub(super) fn mode(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    if entry.stream().to_string() == "symmetric" {
        cx.push(
            entry.stream(),
            format_args!(
                "`padding_mode` cannot be `symmetric`, which mirrors the input with its edge: there is `reflect`, which mirrors it \
                 without, and besides `zeros`, `replicate` and `circular`"
            ),
        );
        return;
    }
    draft.padding_mode = MODES.read(entry, cx);
}

/// Whether `padding` was given a mode, ours or another tool's, which is an error that says where it belongs.
fn is_mode_of(operator: Operator, entry: &Entry, cx: &mut Errors) -> bool {
    let Some(word) = last_word(&entry.value) else { return false };
    let found = brief(&entry.stream());
    let ours = MODES.allowed.iter().map(|&(mode, _)| mode).find(|mode| *mode == word);
    let mode = match ours.or_else(|| MODES.ours(&word)) {
        // No padding at all, to most who write it here.
        Some(_) if ["none", "zero"].contains(&word.as_str()) => return false,
        Some(mode) => mode,
        // What comes nearest to it.
        None if word == "symmetric" => "reflect",
        None => return false,
    };
    let way = match operator.kind() {
        kind if PADDED.contains(&kind) && mode == "zeros" => {
            "it says how much, and zeros are what pads unless `padding_mode` says otherwise; write `padding: same`, or \
             `padding: valid` for no padding"
                .to_owned()
        }
        kind if PADDED.contains(&kind) && word == "symmetric" => {
            "it says how much, and `padding_mode` with what; there is no `symmetric`, which mirrors the input with its edge, but \
             `padding: same, padding_mode: reflect` mirrors it without"
                .to_owned()
        }
        kind if PADDED.contains(&kind) => {
            format!(
                "it says how much, and `padding_mode` with what; write `padding: same, padding_mode: {mode}`"
            )
        }
        ConvTranspose => "it crops the output of a transposed convolution, which has no padding mode; write `padding: same`, or \
                          `padding: valid` to crop nothing"
            .to_owned(),
        _ => "it says how much, and a pool has no padding mode, for padding is no element of its windows; write `padding: same`, or \
              pad the input yourself and write `padding: valid`"
            .to_owned(),
    };
    cx.push(entry.stream(), format_args!("`padding` cannot be `{found}`: {way}"));
    true
}
