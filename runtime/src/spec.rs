//! What a macro call asked for, in the caller's own terms, as constants.
//!
//! Comes in: nothing; generated code fills these in. Goes out: the only description of an operator that
//! [`reference`](crate::reference) reads. Must not know: output sizes, resolved padding amounts or anything else
//! that expansion worked out, so that a mistake there cannot reach the reference.

/// What an operator does, exactly as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spec {
    /// What happens at each non-zero of the layout.
    pub operator: Operator,
    /// One entry a spatial axis, outermost first; empty for a dense layer.
    pub axes: &'static [Axis],
    /// Input channels.
    pub in_channels: usize,
    /// Output channels.
    pub out_channels: usize,
    /// Equal groups of channels, whose outputs meet the inputs of their own group alone; 1 where all meet all.
    pub groups: usize,
    /// Whether a bias is added for each output channel.
    pub bias: bool,
    /// Applied to every output last.
    pub activation: Activation,
    /// How elements lie in memory.
    pub format: DataFormat,
    /// What is in the padding, along every axis: of a pool and of a transposed convolution, zeros.
    pub padding_mode: PaddingMode,
    /// How outputs are computed, which is to say, how they are rounded.
    pub algorithm: Algorithm,
}

/// How sums of products are computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Algorithm {
    /// Product by product.
    Direct,
    /// By Winograd's short convolutions: fewer products, of sums of inputs and of weights, and outputs are sums of these. Sums of
    /// integers are rounded too.
    Winograd {
        /// By how much the products may be larger than those of the inputs and weights themselves: what rounding amounts to grows with
        /// them. For one axis that is the largest row sum of `|A| (|G| 1 * |B| 1)`, where `y = A (G w * B x)` computes the outputs
        /// `y` of a tile; for two axes, the product of both.
        growth: f64,
    },
    /// By Fourier transforms of blocks of the input along the last axis, multiplied by those of the kernels and transformed back. Sums of
    /// integers are rounded too.
    Fft {
        /// Elements of a transform.
        size: usize,
    },
    /// By a kernel of one row, and one of one column of what that gives: each channel's kernel is the product of both to within a few roundings of
    /// its numbers. Sums of integers may be rounded too.
    Factored,
}

/// What is in the padding, with the words of `PyTorch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaddingMode {
    /// Zeros.
    Zeros,
    /// The input mirrored at its edge, without the edge: `c b | a b c | b a`. At most one element less than the input has, on either
    /// side.
    Reflect,
    /// The edge, again and again: `a a | a b c | c c`.
    Replicate,
    /// The input once more, as if it were a ring: `b c | a b c | a b`. At most all of it, on either side.
    Circular,
}

/// How the elements of input, output and weights lie, all row-major. TensorFlow calls it `data_format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataFormat {
    /// `layout: nhwc`: `[spatial sizes...][channels]`; weights `[kernel sizes...][in / groups][out]`, of a transposed convolution
    /// `[kernel sizes...][out / groups][in]`.
    ChannelsLast,
    /// `layout: nchw`: `[channels][spatial sizes...]`; weights `[out][in / groups][kernel sizes...]`, of a transposed convolution
    /// `[in][out / groups][kernel sizes...]`.
    ChannelsFirst,
}

/// The inner operation of a windowed operator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operator {
    /// Sum of products over the window and all input channels.
    Convolution,
    /// The transpose of a convolution from output to input: each input is multiplied by the kernel and added to the output,
    /// from `stride` times its position on.
    TransposedConvolution,
    /// A depthwise convolution without bias, and a pointwise one of its output.
    SeparableConvolution {
        /// Channels between the two, for each input channel.
        multiplier: usize,
    },
    /// Minus the sum of absolute differences between the window and the kernel, over all input channels; the window's elements in
    /// the padding are zeros (`AdderNet`).
    Adder,
    /// Largest element of the window, channel by channel; padding never wins.
    MaxPool {
        /// Whether the last window may hang over the end.
        ceil_mode: bool,
    },
    /// Mean of the elements of the window, channel by channel.
    AveragePool {
        /// Whether elements in the padding count, as zeros; elements beyond it, where the last window hangs over, never do.
        count_include_pad: bool,
        /// Whether the last window may hang over the end.
        ceil_mode: bool,
    },
    /// `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, element by element, with four numbers for each channel. Weights are all
    /// gammas, then all betas, means and variances. Along each axis the kernel is 1.
    BatchNorm {
        /// Keeps the root away from 0.
        epsilon: f64,
    },
    /// `e^x` over the sum of it for all channels of a pixel. Along each axis the kernel is 1.
    Softmax {
        /// Whether outputs are the logarithms of those.
        log: bool,
    },
    /// Operators that take each other's outputs. `axes` and `in_channels` are the sizes of the input; `out_channels` are the elements of
    /// all outputs, which leave flat, one after the other.
    Network {
        /// In the order in which they are computed.
        steps: &'static [Step],
        /// Which steps' outputs leave, counted from 1.
        outputs: &'static [usize],
        /// Whether its weights are constants, so that its constructors take none.
        constant: bool,
    },
}

/// One step of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The layer's name.
    pub name: &'static str,
    /// What is computed.
    pub work: Work,
    /// From what: 0 is the network's input, `n` the output of the `n`-th step.
    pub inputs: &'static [usize],
}

/// What a step of a network computes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Work {
    /// An operator, with weights and bias behind those of the operators before it.
    Layer(Spec),
    /// The sum of its inputs, element by element, and an activation of it.
    Add(Activation),
    /// So many elements of each input in turn, behind each other, until all are taken.
    Concat(&'static [usize]),
    /// So many elements of its input in turn, each time with zeros behind them, until all are taken.
    Pad {
        /// Elements of the input.
        len: usize,
        /// Zeros.
        zeros: usize,
    },
}

/// One spatial axis, all lengths in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Input length.
    pub input: usize,
    /// Kernel (or window) length.
    pub kernel: usize,
    /// Distance between neighbouring windows.
    pub stride: usize,
    /// Distance between neighbouring taps of one window.
    pub dilation: usize,
    /// How the axis is padded; of a transposed convolution, how its output is cropped.
    pub padding: Padding,
    /// Elements added after the last output of a transposed convolution; 0 for other operators.
    pub output_padding: usize,
}

/// A padding rule along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// No padding.
    Valid,
    /// As many outputs as `ceil(input / stride)`; an odd unit of padding goes to the end (TensorFlow, ONNX
    /// `SAME_UPPER`).
    Same,
    /// As `Same`, with the odd unit at the beginning (ONNX `SAME_LOWER`).
    SameLower,
    /// Every position where kernel and input overlap at all.
    Full,
    /// Before the input alone, one less than the kernel spans: no output meets a later input.
    Causal,
    /// So many elements before and after.
    Explicit {
        /// Elements before the first input element.
        before: usize,
        /// Elements after the last input element.
        after: usize,
    },
}

/// A function applied to every output. Its numbers are as they were written; in a layer they have the type of its data.
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
    /// `x` where positive, `slope * x` elsewhere: a slope for each output channel, behind the layer's other weights.
    Prelu,
    /// `x` where positive, `alpha * (e^x - 1)` elsewhere.
    Elu(f64),
    /// `1 / (1 + e^-x)`
    Sigmoid,
    /// `tanh(x)`
    Tanh,
    /// `x / (1 + e^-x)`, also called swish.
    Silu,
    /// `min(max(alpha * x + beta, 0), 1)`
    HardSigmoid {
        /// The slope: 1/6 of `hard_sigmoid`.
        alpha: f64,
        /// The value at 0: 1/2 of `hard_sigmoid`.
        beta: f64,
    },
    /// `x * min(max(x + 3, 0), 6) / 6`
    HardSwish,
    /// `x * (1 + erf(x / sqrt(2))) / 2`
    Gelu,
    /// `x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2`
    GeluTanh,
}
