//! The keys: which exist, which operator takes them, and what reads their values.
//!
//! Comes in: the value of a key. Goes out: what it says, in a [`Draft`]. A new key is a line in [`KEYS`], a new operator a word in
//! some of those lines. Must not know: how sizes and words are spelled.

use super::Draft;
use super::activations;
use super::dtype;
use super::entries::{Entry, brief};
use super::padding;
use super::sizes::{self, Expected};
use super::weights;
use super::words::{self, Words};
use crate::diag::{Errors, Spanned};
use crate::operation::{Algorithm, DataFormat, Unroll};
use crate::spec::Kind::{
    self, Add, Adder, AvgPool, BatchNorm, Conv, ConvTranspose, Dense, Depthwise, GlobalAvgPool, GlobalMaxPool, Layer,
    LogSoftmax, MaxPool, Network, Pad, Separable, Softmax,
};
use crate::spec::{Accuracy, Operator};

/// A key of some operators.
pub(super) struct Key {
    /// As it is written.
    pub(super) name: &'static str,
    /// The operators that have it.
    pub(super) takers: &'static [Kind],
    pub(super) required: bool,
    /// Whether the shapes depend on it.
    pub(super) shapes: bool,
    /// A value that would do, for each rank up to the last, which is for all others too.
    examples: &'static [&'static str],
    /// Reads a value into the draft; reports and leaves the draft as it is where that fails.
    pub(super) read: fn(Operator, &Entry, &mut Draft, &mut Errors),
}

pub(super) const SLIDING: &[Kind] = &[Conv, ConvTranspose, Depthwise, Separable, Adder, MaxPool, AvgPool];
pub(super) const WEIGHTED: &[Kind] = &[Conv, ConvTranspose, Depthwise, Separable, Adder, Dense];
/// Those with a function of their outputs.
pub(super) const ACTIVATED: &[Kind] = &[Conv, ConvTranspose, Depthwise, Separable, Adder, BatchNorm, Dense, Add];
/// Those that are computed tile by tile.
const TILED: &[Kind] = &[
    Conv,
    ConvTranspose,
    Depthwise,
    Separable,
    Adder,
    MaxPool,
    AvgPool,
    GlobalMaxPool,
    GlobalAvgPool,
    BatchNorm,
    Dense,
];
/// Those whose windows have elements in the padding: not pools, and not what crops.
pub(super) const PADDED: &[Kind] = &[Conv, Depthwise, Separable, Adder];
const IN: &[&str] = &["7x7x64", "16000x1", "28x28x1", "16x32x32x3"];
const KERNEL: &[&str] = &["", "80x64", "5x5x32", "3x3x3x8"];
const DEPTHWISE: &[&str] = &["", "3", "3x3", "3x3x3"];
const WINDOW: &[&str] = &["", "2", "2x2", "2x2x2"];

/// Every key, in the order in which messages list them.
pub(super) const KEYS: &[Key] = &[
    Key { name: "in", takers: Kind::ALL, required: true, shapes: true, examples: IN, read: input },
    Key {
        name: "kernel",
        takers: &[Conv, ConvTranspose, Separable, Adder],
        required: true,
        shapes: true,
        examples: KERNEL,
        read: kernel,
    },
    Key { name: "kernel", takers: &[Depthwise], required: true, shapes: true, examples: DEPTHWISE, read: window },
    Key { name: "window", takers: &[MaxPool, AvgPool], required: true, shapes: true, examples: WINDOW, read: window },
    Key { name: "channels", takers: &[Pad], required: true, shapes: true, examples: &["32"], read: channels },
    Key { name: "type", takers: &[Layer], required: true, shapes: true, examples: &["Backbone"], read: layer },
    Key { name: "out", takers: &[Layer], required: true, shapes: true, examples: &["7x7x64"], read: out },
    Key { name: "units", takers: &[Dense], required: true, shapes: true, examples: &["10"], read: units },
    Key {
        name: "padding",
        takers: SLIDING,
        required: false,
        shapes: true,
        examples: &["same"],
        read: padding::padding,
    },
    Key {
        name: "padding_mode",
        takers: PADDED,
        required: false,
        shapes: true,
        examples: &["reflect"],
        read: padding::mode,
    },
    Key { name: "stride", takers: SLIDING, required: false, shapes: true, examples: &["2"], read: stride },
    Key { name: "dilation", takers: SLIDING, required: false, shapes: true, examples: &["2"], read: dilation },
    Key {
        name: "groups",
        takers: &[Conv, ConvTranspose, Adder],
        required: false,
        shapes: true,
        examples: &["2"],
        read: groups,
    },
    Key {
        name: "multiplier",
        takers: &[Depthwise, Separable],
        required: false,
        shapes: true,
        examples: &["2"],
        read: multiplier,
    },
    Key {
        name: "output_padding",
        takers: &[ConvTranspose],
        required: false,
        shapes: true,
        examples: &["1"],
        read: output_padding,
    },
    Key {
        name: "ceil_mode",
        takers: &[MaxPool, AvgPool],
        required: false,
        shapes: true,
        examples: &["true"],
        read: ceil_mode,
    },
    Key {
        name: "count_include_pad",
        takers: &[AvgPool],
        required: false,
        shapes: false,
        examples: &["true"],
        read: count_include_pad,
    },
    Key { name: "epsilon", takers: &[BatchNorm], required: false, shapes: false, examples: &["0.001"], read: epsilon },
    Key { name: "bias", takers: WEIGHTED, required: false, shapes: false, examples: &["false"], read: bias },
    Key {
        name: "activation",
        takers: ACTIVATED,
        required: false,
        shapes: false,
        examples: &["relu"],
        read: activation,
    },
    Key { name: "layout", takers: Kind::ALL, required: false, shapes: false, examples: &["nchw"], read: layout },
    Key { name: "dtype", takers: Kind::ALL, required: false, shapes: false, examples: &["f64"], read: dtype },
    Key {
        name: "outputs",
        takers: &[Network],
        required: false,
        shapes: false,
        examples: &["[scores, boxes]"],
        read: outputs,
    },
    Key { name: "fuse", takers: &[Network], required: false, shapes: false, examples: &["none"], read: fuse },
    Key {
        name: weights::KEY,
        takers: &[Network],
        required: false,
        shapes: false,
        examples: &["\"lenet.safetensors\""],
        read: weights,
    },
    Key {
        name: "weights_layout",
        takers: &[Network],
        required: false,
        shapes: false,
        examples: &["oihw"],
        read: weights_layout,
    },
    Key { name: "unroll", takers: TILED, required: false, shapes: false, examples: &["auto"], read: unroll },
    Key { name: "algorithm", takers: &[Conv], required: false, shapes: false, examples: &["direct"], read: algorithm },
    Key { name: "accuracy", takers: &[Conv], required: false, shapes: false, examples: &["exact"], read: accuracy },
    Key {
        name: "crate",
        takers: Kind::ALL,
        required: false,
        shapes: false,
        examples: &["::toeplitz"],
        read: crate_path,
    },
];

impl Operator {
    /// The names of the keys that its macro takes, in the order in which messages list them.
    pub fn keys(self) -> impl Iterator<Item = &'static str> {
        Key::of(self).map(|key| key.name)
    }
}

impl Key {
    /// Whether its value stands in quotes.
    pub(super) fn is_quoted(&self) -> bool {
        self.name == weights::KEY
    }

    /// The keys that `operator` takes.
    pub(super) fn of(operator: Operator) -> impl Iterator<Item = &'static Self> {
        KEYS.iter().filter(move |key| key.takers.contains(&operator.kind()))
    }

    /// The key `name` of `operator`.
    pub(super) fn find(operator: Operator, name: &str) -> Option<&'static Self> {
        Self::of(operator).find(|key| key.name == name)
    }

    /// A value that would do for `operator`.
    pub(super) fn example(&self, operator: Operator) -> &'static str {
        self.examples[operator.rank().min(self.examples.len() - 1)]
    }
}

fn input(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
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

fn kernel(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const NAMES: [&[&str]; 4] = [
        &[],
        &["length", "output channels"],
        &["height", "width", "output channels"],
        &["depth", "height", "width", "output channels"],
    ];
    draft.kernel = sizes::sizes(entry, exactly(operator, &NAMES, KERNEL), cx);
}

fn window(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
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

fn units(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const NAMES: [&[&str]; 4] = [&["number of outputs"]; 4];
    draft.kernel = sizes::sizes(entry, exactly(operator, &NAMES, &["10"; 4]), cx);
}

fn channels(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.channels = one(entry, &["number of channels"], cx);
}

fn layer(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.layer = words::layer(entry, cx);
}

fn out(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    let any = Expected { names: &[], axes: 0, one_for_all: false, pairs: false, example: "7x7x64" };
    draft.out = sizes::sizes(entry, any, cx);
    if draft.out.as_ref().is_some_and(|out| out.value.len() > 4) {
        cx.push(entry.stream(), "`out` has up to three sizes and then the channels, as in `out: 7x7x64`");
        draft.out = None;
    }
}

fn stride(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.stride = sizes::sizes(entry, one_or_each(operator, &["2"; 4]), cx);
}

fn dilation(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.dilation = sizes::sizes(entry, one_or_each(operator, &["2"; 4]), cx);
}

fn groups(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.groups = one(entry, &["number of groups"], cx);
}

fn multiplier(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.multiplier = one(entry, &["number of outputs of each input channel"], cx);
}

fn output_padding(operator: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.output_padding = sizes::counts(entry, one_or_each(operator, &["1"; 4]), cx);
}

fn ceil_mode(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.ceil_mode = words::SWITCH.read(entry, cx).map(|value| Spanned { value, tokens: entry.stream() });
}

fn count_include_pad(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.count_include_pad = words::SWITCH.read(entry, cx);
}

fn epsilon(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
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

fn bias(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.bias = words::SWITCH.read(entry, cx);
}

fn activation(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.activation = activations::activation(entry, cx).map(|value| Spanned { value, tokens: entry.stream() });
}

fn layout(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
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

fn dtype(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.element = dtype::element(entry, cx);
}

fn unroll(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const UNROLL: Words<Unroll> = Words {
        allowed: &[("auto", Unroll::Auto), ("full", Unroll::Full), ("none", Unroll::None)],
        elsewhere: &[("true", "full"), ("all", "full"), ("yes", "full"), ("false", "none"), ("no", "none")],
        besides: "",
    };
    draft.unroll = UNROLL.read(entry, cx).map(|value| Spanned { value, tokens: entry.stream() });
}

fn algorithm(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const ALGORITHM: Words<Algorithm> = Words {
        allowed: &[("auto", Algorithm::Auto), ("direct", Algorithm::Direct), ("winograd", Algorithm::Winograd)],
        elsewhere: &[("default", "auto"), ("none", "direct"), ("gemm", "direct"), ("im2col", "direct")],
        besides: "",
    };
    draft.algorithm = ALGORITHM.read(entry, cx).map(|value| Spanned { value, tokens: entry.stream() });
}

fn accuracy(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const ACCURACY: Words<Accuracy> = Words {
        allowed: &[("fast", Accuracy::Fast), ("exact", Accuracy::Exact)],
        elsewhere: &[("low", "fast"), ("high", "exact"), ("full", "exact")],
        besides: "",
    };
    draft.accuracy = ACCURACY.read(entry, cx);
}

fn fuse(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    const FUSE: Words<bool> = Words {
        allowed: &[("auto", true), ("none", false)],
        elsewhere: &[("true", "auto"), ("all", "auto"), ("yes", "auto"), ("false", "none"), ("no", "none")],
        besides: "",
    };
    draft.fused = FUSE.read(entry, cx);
}

fn outputs(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    match words::names(entry, cx) {
        Some(names) => draft.outputs = names,
        None => draft.unclear = true,
    }
}

fn weights(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.weights = weights::path(entry, cx);
}

fn weights_layout(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
    draft.weights_layout = weights::layout(entry, cx);
}

fn crate_path(_: Operator, entry: &Entry, draft: &mut Draft, cx: &mut Errors) {
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
