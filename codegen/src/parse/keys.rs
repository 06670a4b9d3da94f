//! The keys: which exist, which operator takes them, and what reads their values.
//!
//! Comes in: the name of a key. Goes out: its [`Key`]. A new key is a line in [`KEYS`], a new operator a word in some of those lines.
//! Must not know: values.

use super::Draft;
use super::entries::Entry;
use super::padding;
use super::values;
use super::weights;
use crate::diag::Errors;
use crate::operator::Kind::{
    self, Add, Adder, AvgPool, BatchNorm, Conv, ConvTranspose, Dense, Depthwise, GlobalAvgPool, GlobalMaxPool, Layer,
    MaxPool, Network, Pad, Separable,
};
use crate::operator::Operator;

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
/// Those that there are several ways to compute.
const PLANNED: &[Kind] = &[Conv, ConvTranspose, Adder, Dense];
/// Those whose windows have elements in the padding: not pools, and not what crops.
pub(super) const PADDED: &[Kind] = &[Conv, Depthwise, Separable, Adder];
pub(super) const IN: &[&str] = &["7x7x64", "16000x1", "28x28x1", "16x32x32x3"];
pub(super) const KERNEL: &[&str] = &["", "80x64", "5x5x32", "3x3x3x8"];
pub(super) const DEPTHWISE: &[&str] = &["", "3", "3x3", "3x3x3"];
pub(super) const WINDOW: &[&str] = &["", "2", "2x2", "2x2x2"];

/// Every key, in the order in which messages list them.
pub(super) const KEYS: &[Key] = &[
    Key { name: "in", takers: Kind::ALL, required: true, shapes: true, examples: IN, read: values::input },
    Key {
        name: "kernel",
        takers: &[Conv, ConvTranspose, Separable, Adder],
        required: true,
        shapes: true,
        examples: KERNEL,
        read: values::kernel,
    },
    Key {
        name: "kernel",
        takers: &[Depthwise],
        required: true,
        shapes: true,
        examples: DEPTHWISE,
        read: values::window,
    },
    Key {
        name: "window",
        takers: &[MaxPool, AvgPool],
        required: true,
        shapes: true,
        examples: WINDOW,
        read: values::window,
    },
    Key { name: "channels", takers: &[Pad], required: true, shapes: true, examples: &["32"], read: values::channels },
    Key { name: "type", takers: &[Layer], required: true, shapes: true, examples: &["Backbone"], read: values::layer },
    Key { name: "out", takers: &[Layer], required: true, shapes: true, examples: &["7x7x64"], read: values::out },
    Key { name: "units", takers: &[Dense], required: true, shapes: true, examples: &["10"], read: values::units },
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
    Key { name: "stride", takers: SLIDING, required: false, shapes: true, examples: &["2"], read: values::stride },
    Key { name: "dilation", takers: SLIDING, required: false, shapes: true, examples: &["2"], read: values::dilation },
    Key {
        name: "groups",
        takers: &[Conv, ConvTranspose, Adder],
        required: false,
        shapes: true,
        examples: &["2"],
        read: values::groups,
    },
    Key {
        name: "multiplier",
        takers: &[Depthwise, Separable],
        required: false,
        shapes: true,
        examples: &["2"],
        read: values::multiplier,
    },
    Key {
        name: "output_padding",
        takers: &[ConvTranspose],
        required: false,
        shapes: true,
        examples: &["1"],
        read: values::output_padding,
    },
    Key {
        name: "ceil_mode",
        takers: &[MaxPool, AvgPool],
        required: false,
        shapes: true,
        examples: &["true"],
        read: values::ceil_mode,
    },
    Key {
        name: "count_include_pad",
        takers: &[AvgPool],
        required: false,
        shapes: false,
        examples: &["true"],
        read: values::count_include_pad,
    },
    Key {
        name: "epsilon",
        takers: &[BatchNorm],
        required: false,
        shapes: false,
        examples: &["0.001"],
        read: values::epsilon,
    },
    Key { name: "bias", takers: WEIGHTED, required: false, shapes: false, examples: &["false"], read: values::bias },
    Key {
        name: "activation",
        takers: ACTIVATED,
        required: false,
        shapes: false,
        examples: &["relu"],
        read: values::activation,
    },
    Key {
        name: "layout",
        takers: Kind::ALL,
        required: false,
        shapes: false,
        examples: &["nchw"],
        read: values::layout,
    },
    Key { name: "dtype", takers: Kind::ALL, required: false, shapes: false, examples: &["f64"], read: values::dtype },
    Key {
        name: "outputs",
        takers: &[Network],
        required: false,
        shapes: false,
        examples: &["[scores, boxes]"],
        read: values::outputs,
    },
    Key { name: "fuse", takers: &[Network], required: false, shapes: false, examples: &["none"], read: values::fuse },
    Key {
        name: weights::KEY,
        takers: &[Network],
        required: false,
        shapes: false,
        examples: &["\"lenet.safetensors\""],
        read: values::weights,
    },
    Key {
        name: "weights_layout",
        takers: &[Network],
        required: false,
        shapes: false,
        examples: &["oihw"],
        read: values::weights_layout,
    },
    Key { name: "unroll", takers: TILED, required: false, shapes: false, examples: &["auto"], read: values::unroll },
    Key {
        name: "algorithm",
        takers: &[Conv],
        required: false,
        shapes: false,
        examples: &["direct"],
        read: values::algorithm,
    },
    Key {
        name: "accuracy",
        takers: &[Conv, Depthwise],
        required: false,
        shapes: false,
        examples: &["exact"],
        read: values::accuracy,
    },
    Key {
        name: "plan",
        takers: PLANNED,
        required: false,
        shapes: false,
        examples: &["[avx512: 2x7x2]"],
        read: values::plan,
    },
    Key {
        name: "explain",
        takers: PLANNED,
        required: false,
        shapes: false,
        examples: &["true"],
        read: values::explain,
    },
    Key {
        name: "crate",
        takers: Kind::ALL,
        required: false,
        shapes: false,
        examples: &["::toeplitz"],
        read: values::crate_path,
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
