//! What reads the value of each key.
//!
//! Comes in: the value of a key. Goes out: what it says, in a [`Draft`]. Must not know: how sizes and words are spelled.

use super::Draft;
use super::activations;
use super::dtype;
use super::entries::{Entry, brief};
use super::keys::{DEPTHWISE, IN, KERNEL, WINDOW};
use super::sizes::{self, Expected};
use super::weights;
use super::words::{self, Words};
use crate::choice::Choice;
use crate::diag::{Errors, Spanned};
use crate::operation::{Algorithm, DataFormat, Unroll};
use crate::operator::Kind::{BatchNorm, Depthwise, GlobalAvgPool, GlobalMaxPool, LogSoftmax, Network, Softmax};
use crate::operator::Operator;
use crate::spec::Accuracy;

pub(super) fn input(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const NAMES: [&[&str]; 4] =
        [&[], &["length", "channels"], &["height", "width", "channels"], &["depth", "height", "width", "channels"]];
    draft.input = sizes::sizes(entry, exactly(operator, &NAMES, IN), cx);
    let (most, has) = match operator.kind() {
        GlobalMaxPool | GlobalAvgPool => (2..=4, "a global pool has one to three sizes"),
        BatchNorm => (1..=4, "a batch normalisation has up to three sizes"),
        Softmax | LogSoftmax => (1..=4, "a softmax has up to three sizes"),
        Network => (1..=4, "a network's input has up to three sizes"),
        _ => return,
    };
    if let Some(input) = &draft.input
        && !most.contains(&input.value.len())
    {
        let (count, found) = (input.value.len(), brief(&entry.stream()));
        let numbers = if count == 1 { "number" } else { "numbers" };
        let message =
            format_args!("`in` has {count} {numbers}, `{found}`; {has} and then the channels, as in `in: 7x7x64`");
        cx.push(entry.stream(), message);
        draft.input = None;
    }
}

pub(super) fn kernel(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const NAMES: [&[&str]; 4] = [
        &[],
        &["length", "output channels"],
        &["height", "width", "output channels"],
        &["depth", "height", "width", "output channels"],
    ];
    draft.kernel = sizes::sizes(entry, exactly(operator, &NAMES, KERNEL), cx);
}

pub(super) fn window(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    let (examples, channels) = match operator.kind() {
        Depthwise => (DEPTHWISE, "its output channels are those of `in` times `multiplier`, which is 1 unless given"),
        _ => (WINDOW, "a pool has the channels of its input"),
    };
    if let Some((spatial, found)) = sizes::one_too_many(entry, operator.rank()) {
        let (key, axes) = (entry.name(), operator.axes().join(" x "));
        let message = format_args!(
            "`{key}` has one number too many, `{found}`: {channels}; write {axes} alone, `{key}: {spatial}`"
        );
        cx.push(entry.stream(), message);
        return;
    }
    draft.kernel = sizes::sizes(entry, Expected { one_for_all: false, ..one_or_each(operator, examples) }, cx);
}

pub(super) fn units(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const NAMES: [&[&str]; 4] = [&["number of outputs"]; 4];
    draft.kernel = sizes::sizes(entry, exactly(operator, &NAMES, &["10"; 4]), cx);
}

pub(super) fn channels(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.channels = one(entry, &["number of channels"], cx);
}

pub(super) fn layer(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.layer = words::layer(entry, cx);
}

pub(super) fn out(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    let any = Expected { names: &[], axes: 0, one_for_all: false, pairs: false, example: "7x7x64" };
    draft.out = sizes::sizes(entry, any, cx);
    if draft.out.as_ref().is_some_and(|out| out.value.len() > 4) {
        cx.push(entry.stream(), "`out` has up to three sizes and then the channels, as in `out: 7x7x64`");
        draft.out = None;
    }
}

pub(super) fn stride(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.stride = sizes::sizes(entry, one_or_each(operator, &["2"; 4]), cx);
}

pub(super) fn dilation(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.dilation = sizes::sizes(entry, one_or_each(operator, &["2"; 4]), cx);
}

pub(super) fn groups(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.groups = one(entry, &["number of groups"], cx);
}

pub(super) fn multiplier(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.multiplier = one(entry, &["number of outputs of each input channel"], cx);
}

pub(super) fn output_padding(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.output_padding = sizes::counts(entry, one_or_each(operator, &["1"; 4]), cx);
}

pub(super) fn ceil_mode(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.ceil_mode = words::SWITCH.read(entry, cx).map(|value| Spanned { value, tokens: entry.stream() });
}

pub(super) fn count_include_pad(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.count_include_pad = words::SWITCH.read(entry, cx);
}

pub(super) fn epsilon(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    let text = entry.stream().to_string().replace([' ', '_'], "");
    let digits = text.strip_suffix("f32").or_else(|| text.strip_suffix("f64")).unwrap_or(&text);
    draft.epsilon = digits.parse().ok().filter(|&number: &f64| number > 0.0 && number.is_finite());
    if draft.epsilon.is_none() {
        let mantissa = digits.split(['e', 'E']).next().unwrap_or_default();
        let why = match digits.parse::<f64>() {
            Ok(0.0) if mantissa.contains(|c| ('1'..='9').contains(&c)) => ", which no `f64` tells from 0",
            Ok(number) if number.is_infinite() => ", which is beyond the largest `f64`",
            _ => "",
        };
        let message = format_args!(
            "`epsilon` cannot be `{text}`{why}: it takes a number above 0, which keeps the root of a small variance away from 0; \
             Keras has `epsilon: 0.001` unless the model says otherwise, PyTorch and ONNX have `epsilon: 0.00001`"
        );
        cx.push(entry.stream(), message);
    }
}

pub(super) fn bias(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.bias = words::SWITCH.read(entry, cx);
}

pub(super) fn activation(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.activation = activations::activation(entry, cx).map(|value| Spanned { value, tokens: entry.stream() });
}

pub(super) fn layout(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const FORMATS: Words<DataFormat> = Words {
        allowed: &[("nhwc", DataFormat::ChannelsLast), ("nchw", DataFormat::ChannelsFirst)],
        elsewhere: &[
            ("channels_last", "nhwc"),
            ("hwc", "nhwc"),
            ("nwc", "nhwc"),
            ("ndhwc", "nhwc"),
            ("channels_first", "nchw"),
            ("chw", "nchw"),
            ("ncw", "nchw"),
            ("ncdhw", "nchw"),
        ],
        besides: "",
    };
    const OF_WEIGHTS: [&str; 6] = ["oihw", "iohw", "hwio", "hwoi", "ohwi", "hwcn"];
    let word = words::last_word(&entry.value).unwrap_or_default();
    let why = if OF_WEIGHTS.contains(&word.as_str()) {
        "an order of weights: `layout` is that of the data, and weights follow it, in PyTorch's order with `layout: nchw` and in \
         Keras' with `layout: nhwc`"
    } else if word.starts_with("nchw") && word.ends_with('c') {
        "data in blocks of channels: `layout` is `nchw` or `nhwc`, and `new` packs weights into blocks by itself"
    } else {
        draft.format = FORMATS.read(entry, cx);
        return;
    };
    cx.push(entry.stream(), format_args!("`layout` cannot be `{}`, which is {why}", brief(&entry.stream())));
}

pub(super) fn dtype(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.element = dtype::element(entry, cx);
}

pub(super) fn unroll(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const UNROLL: Words<Unroll> = Words {
        allowed: &[("auto", Unroll::Auto), ("full", Unroll::Full), ("none", Unroll::None)],
        elsewhere: &[("true", "full"), ("all", "full"), ("yes", "full"), ("false", "none"), ("no", "none")],
        besides: "",
    };
    draft.unroll = UNROLL.read(entry, cx).map(|value| Spanned { value, tokens: entry.stream() });
}

pub(super) fn algorithm(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const ALGORITHM: Words<Algorithm> = Words {
        allowed: &[
            ("auto", Algorithm::Auto),
            ("direct", Algorithm::Direct),
            ("winograd", Algorithm::Winograd),
            ("fft", Algorithm::Fft),
        ],
        elsewhere: &[
            ("default", "auto"),
            ("none", "direct"),
            ("gemm", "direct"),
            ("im2col", "direct"),
            ("fourier", "fft"),
            ("overlap_save", "fft"),
        ],
        besides: "",
    };
    draft.algorithm = ALGORITHM.read(entry, cx).map(|value| Spanned { value, tokens: entry.stream() });
}

pub(super) fn accuracy(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const ACCURACY: Words<Accuracy> = Words {
        allowed: &[("fast", Accuracy::Fast), ("exact", Accuracy::Exact)],
        elsewhere: &[("low", "fast"), ("high", "exact"), ("full", "exact")],
        besides: "",
    };
    draft.accuracy = ACCURACY.read(entry, cx);
}

pub(super) fn plan(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    match Choice::read(&entry.stream().to_string()) {
        Ok(value) => draft.choice = Some(Spanned { value, tokens: entry.stream() }),
        Err(why) => {
            let (found, tokens) = (brief(&entry.stream()), entry.stream());
            cx.push(tokens, format_args!("`plan` cannot be `{found}`: {why}"));
        }
    }
}

pub(super) fn explain(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.explain = words::SWITCH.read(entry, cx);
}

pub(super) fn fuse(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const FUSE: Words<bool> = Words {
        allowed: &[("auto", true), ("none", false)],
        elsewhere: &[("true", "auto"), ("all", "auto"), ("yes", "auto"), ("false", "none"), ("no", "none")],
        besides: "",
    };
    draft.fused = FUSE.read(entry, cx);
}

pub(super) fn outputs(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    match words::names(entry, cx) {
        Some(names) => draft.outputs = names,
        None => draft.unclear = true,
    }
}

pub(super) fn weights(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.weights = weights::path(entry, cx);
}

pub(super) fn weights_layout(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.weights_layout = weights::layout(entry, cx);
}

pub(super) fn crate_path(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.crate_path = words::path(entry, cx);
}

/// A single number of at least 1, which is `names`' only one.
fn one(entry: &Entry, names: &'static [&'static str], cx: &mut Errors) -> Option<Spanned<usize>> {
    let read = sizes::sizes(entry, Expected { names, axes: 0, one_for_all: false, pairs: false, example: "2" }, cx)?;
    Some(Spanned { value: read.value[0], tokens: read.tokens })
}

/// A number for each of the `names` that stand at the operator's rank.
fn exactly(operator: Operator, names: &[&'static [&'static str]; 4], examples: &[&'static str]) -> Expected {
    let rank = operator.rank();
    Expected { names: names[rank], axes: rank, one_for_all: false, pairs: false, example: examples[rank] }
}

/// A number for each axis, or one for all of them.
pub(super) fn one_or_each(operator: Operator, examples: &[&'static str]) -> Expected {
    let rank = operator.rank();
    Expected { names: operator.axes(), axes: rank, one_for_all: true, pairs: false, example: examples[rank] }
}
