//! What has to be computed, in integers: the point where tokens end.
//!
//! Comes in: from `shape`, checked, so that every product of sizes fits. Goes out: to the layout, the plan and the
//! emitter. Must not know: tokens, spans, how anything was spelled.

use crate::choice::Asked;

/// A windowed operator over `axes.len()` spatial axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Spatial axes, outermost first; none for a dense layer.
    pub axes: Vec<Axis>,
    /// Input channels.
    pub in_channels: usize,
    /// Output channels.
    pub out_channels: usize,
    /// Channels are in so many equal groups, and outputs meet the inputs of their own group alone.
    pub groups: usize,
    /// What happens at a non-zero of the layout.
    pub inner: Inner,
    /// Whether the layout is the transpose of that of a convolution from output to input.
    pub transposed: bool,
    /// Whether a bias is added.
    pub bias: bool,
    /// Of a batch normalisation, what is added to a variance before its root is taken; weights and bias are made from the four numbers
    /// that each channel has.
    pub epsilon: Option<f64>,
    /// A batch normalisation of the outputs, which goes into weights and bias.
    pub norm: Option<Norm>,
    /// Applied to every output last.
    pub activation: Activation,
    /// How much is unrolled.
    pub unroll: Unroll,
    /// How products are made fewer.
    pub algorithm: Algorithm,
    /// How elements lie in memory.
    pub format: DataFormat,
    /// The type of all data.
    pub element: Element,
    /// A value that is added to every output, after the activation.
    pub sum: Option<Sum>,
    /// Another operation of the outputs, a few rows at a time, as soon as they are there: what leaves is its outputs. A pointwise
    /// convolution, or a pool.
    pub then: Option<Box<Operation>>,
    /// What is said about the plan.
    pub asked: Asked,
}

/// A batch normalisation that goes into the weights and the bias of what is before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Norm {
    /// What is added to a variance before its root is taken.
    pub epsilon: f64,
    /// Whether there is a bias before it.
    pub biased: bool,
}

/// What is added to outputs: a value of their sizes, element by element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sum {
    /// Where it lies.
    pub place: Place,
    /// Applied to the sum.
    pub activation: Activation,
}

/// Where a value lies that is added to outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where the outputs go, which take its place.
    Output,
    /// Somewhere else.
    Beside,
}

impl Operation {
    /// What the outputs that leave come from.
    pub fn last(&self) -> &Self {
        self.then.as_deref().unwrap_or(self)
    }

    /// As [`last`](Self::last).
    pub(crate) fn last_mut(&mut self) -> &mut Self {
        match self.then {
            Some(ref mut then) => then,
            None => self,
        }
    }
}

/// A type of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// `f32`
    F32,
    /// `f64`
    F64,
}

impl Element {
    /// The type's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }

    /// Bytes of an element.
    pub fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// How the elements of input, output and weights lie, all row-major.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataFormat {
    /// `[spatial sizes...][channels]`, weights `[kernel sizes...][in / groups][out]` (`[out / groups][in]` where transposed).
    ChannelsLast,
    /// `[channels][spatial sizes...]`, weights `[out][in / groups][kernel sizes...]` (`[in][out / groups]` where transposed).
    ChannelsFirst,
}

/// One spatial axis with everything resolved; lengths in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Input length.
    pub input: usize,
    /// Kernel length.
    pub kernel: usize,
    /// Distance between neighbouring windows: on the input, or, of a transposed operation, on the output.
    pub stride: usize,
    /// Distance between neighbouring taps.
    pub dilation: usize,
    /// Padding before the first input element; of a transposed operation, elements cropped before the first output.
    pub pad_before: usize,
    /// Output length.
    pub output: usize,
    /// Taps of the last window that lie beyond the padding: of a pool whose last window may hang over the end.
    pub overhang: usize,
    /// What taps in the padding meet; zeros of what is not padded, but cropped.
    pub mode: PaddingMode,
}

impl Axis {
    /// An axis along which every output is the input element of the same index.
    pub(crate) fn pointwise(len: usize) -> Self {
        let (kernel, stride, dilation) = (1, 1, 1);
        let mode = PaddingMode::Zeros;
        Axis { input: len, kernel, stride, dilation, pad_before: 0, output: len, overhang: 0, mode }
    }

    /// Whether every output is the input element of the same index.
    pub(crate) fn is_pointwise(&self) -> bool {
        self.kernel == 1 && self.stride == 1 && self.pad_before == 0 && self.input == self.output
    }
}

/// What a tap meets that lies outside the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaddingMode {
    /// Nothing: a zero.
    Zeros,
    /// The input mirrored at its edge, which is not repeated: at most one element less than the input has.
    Reflect,
    /// The edge, again and again.
    Replicate,
    /// The input once more: at most all of it.
    Circular,
}

impl PaddingMode {
    /// The input that a tap at `at` meets, along an axis of `input` elements, from which it is no farther away than the mode allows.
    #[expect(clippy::cast_possible_wrap, reason = "no length is beyond 2^32")]
    pub fn meet(self, at: i64, input: usize) -> Option<usize> {
        let last = input as i64 - 1;
        let met = match self {
            _ if (0..=last).contains(&at) => at,
            Self::Zeros => return None,
            Self::Reflect if at < 0 => -at,
            Self::Reflect => 2 * last - at,
            Self::Replicate => at.clamp(0, last),
            Self::Circular => at.rem_euclid(input as i64),
        };
        Some(met as usize)
    }

    /// Most elements of padding on either side of `input` elements; nothing where any number will do.
    pub fn limit(self, input: usize) -> Option<usize> {
        match self {
            Self::Zeros | Self::Replicate => None,
            Self::Reflect => Some(input - 1),
            Self::Circular => Some(input),
        }
    }
}

/// The inner operation at a non-zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inner {
    /// Multiply-add over a dense channel block.
    MultiplyAdd,
    /// Minus the absolute difference of input and weight, over a dense channel block; a tap in the padding meets a zero.
    AbsoluteDifference,
    /// Maximum, channel by channel.
    Max,
    /// Mean, channel by channel: of the elements inside the input or, with `padding`, of all that the window has.
    Mean {
        /// Whether elements in the padding count, as zeros.
        padding: bool,
    },
    /// A pixel's channels as probabilities, `e^x` over the sum of all of them. Nothing is tiled: the runtime crate has it.
    Softmax {
        /// Whether outputs are the logarithms of those.
        log: bool,
    },
}

impl Inner {
    /// Whether weights take part.
    pub fn is_weighted(self) -> bool {
        matches!(self, Self::MultiplyAdd | Self::AbsoluteDifference)
    }

    /// Instructions of one product of vectors.
    pub fn instructions(self) -> usize {
        match self {
            Self::MultiplyAdd | Self::Max | Self::Mean { .. } | Self::Softmax { .. } => 1,
            // The difference, its sign bit cleared, the sum.
            Self::AbsoluteDifference => 3,
        }
    }

    /// Registers that products take beside their operands and sums.
    pub fn temporaries(self) -> usize {
        match self {
            Self::MultiplyAdd | Self::Max | Self::Mean { .. } | Self::Softmax { .. } => 0,
            // The difference, and all bits but the sign.
            Self::AbsoluteDifference => 2,
        }
    }
}

/// A function of one output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// `x`
    None,
    /// `max(x, 0)`
    Relu,
    /// `min(max(x, 0), 6)`
    Relu6,
    /// `x` where positive, `alpha * x` elsewhere.
    LeakyRelu(f64),
    /// `x` where positive, elsewhere `slope * x`, with a slope for each output channel.
    Prelu,
    /// `x` where positive, `alpha * (e^x - 1)` elsewhere.
    Elu(f64),
    /// `1 / (1 + e^-x)`
    Sigmoid,
    /// `tanh(x)`
    Tanh,
    /// `x * sigmoid(x)`
    Silu,
    /// `min(max(alpha * x + beta, 0), 1)`
    HardSigmoid {
        /// The slope.
        alpha: f64,
        /// The value at 0.
        beta: f64,
    },
    /// `x * min(max(x + 3, 0), 6) / 6`
    HardSwish,
    /// `x` times the normal distribution below it.
    Gelu,
    /// `x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2`
    GeluTanh,
}

impl Activation {
    /// Whether it takes an exponential: so much code that it is written once a tile, in a loop, and not once an output.
    pub fn is_curved(self) -> bool {
        match self {
            Self::Elu(_) | Self::Sigmoid | Self::Tanh | Self::Silu | Self::Gelu | Self::GeluTanh => true,
            Self::None
            | Self::Relu
            | Self::Relu6
            | Self::LeakyRelu(_)
            | Self::Prelu
            | Self::HardSigmoid { .. }
            | Self::HardSwish => false,
        }
    }
}

/// How products are made fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// As the plan sees fit.
    Auto,
    /// Not at all: every product of an input and a weight is computed, and integers give integers.
    Direct,
    /// By Winograd's short convolutions.
    Winograd,
    /// By Fourier transforms of blocks of a signal.
    Fft,
    /// By a kernel of one row and one of one column, which only kernels that are known are found to be.
    Factored,
}

/// How much the emitted code unrolls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unroll {
    /// As the plan sees fit.
    Auto,
    /// Every output row, tile and tap is its own straight-line code; an error where that is over budget.
    Full,
    /// Only the register tile itself; taps and channels are looped.
    None,
}
