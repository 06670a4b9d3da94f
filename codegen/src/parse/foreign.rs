//! What other tools call things: names of keys, and what they are here.
//!
//! Comes in: nothing. Goes out: the table [`FOREIGN`], of which each row has names with one meaning. Must not know: values.

use super::keys::{ACTIVATED, Key, PADDED, SLIDING, WEIGHTED};
use crate::operator::Kind::{
    self, Add, Adder, AvgPool, BatchNorm, Concat, Conv, ConvTranspose, Dense, Depthwise, Flatten, GlobalAvgPool,
    GlobalMaxPool, Layer, LogSoftmax, MaxPool, Network, Pad, Separable, Softmax,
};
use crate::operator::Operator;
use Hint::{NotYet, Nothing, Part, Same};

/// What an unknown key is here. In the texts, [`unknown`](super::unknown) puts what depends on the operator's axes in place of words in braces.
#[derive(Clone, Copy)]
pub(super) enum Hint {
    /// A key with the same kind of value.
    Same(&'static str),
    /// A part of a key's value, or a value of it: the key, and how to write it.
    Part(&'static str, &'static str),
    /// Nothing: why not.
    Nothing(&'static str),
    /// Nothing so far: what holds instead.
    NotYet(&'static str),
}

impl Hint {
    /// The key that says, at least in part, what the unknown one was to say.
    pub(super) fn key(self, operator: Operator) -> Option<&'static Key> {
        match self {
            Same(key) | Part(key, _) => Key::find(operator, key),
            Nothing(_) | NotYet(_) => None,
        }
    }
}

/// Names with one meaning, and what they are called here, operator by operator.
pub(super) type Foreign = (&'static [&'static str], &'static [(&'static [Kind], Hint)]);

const CONV: &[Kind] = &[Conv, ConvTranspose, Separable, Adder];
const DEPTHWISE: &[Kind] = &[Depthwise];
const POOL: &[Kind] = &[MaxPool, AvgPool];
/// Pools whose window is their input.
const GLOBAL: &[Kind] = &[GlobalMaxPool, GlobalAvgPool];
const DENSE: &[Kind] = &[Dense];
/// Those without a window.
const PIXELWISE: &[Kind] = &[BatchNorm, Softmax, LogSoftmax];
const SOFTMAX: &[Kind] = &[Softmax, LogSoftmax];
/// What is there in networks alone.
const JOINTS: &[Kind] = &[Add, Concat, Pad, Flatten, Layer];
const ALL: &[Kind] = Kind::ALL;

const IN_CHANNELS: Hint = Part("in", "the input channels are the last number of `in`, as in `in: {in}`");
const OUT_CHANNELS: Hint =
    Part("kernel", "the output channels are the last number of `kernel`, as in `kernel: {kernel}`");
const KERNEL: Hint = Part("kernel", "write {axes} x output channels into `kernel`, as in `kernel: {kernel}`");
const NO_OUT_CHANNELS: Hint = Nothing("a pool has as many channels as its input, remove this");
const MULTIPLIER: Hint =
    Part("multiplier", "there are `multiplier` output channels for each input channel, as in `multiplier: 2`");
const NO_MULTIPLIER: Hint = Part(
    "kernel",
    "it is a key of `depthwise_conv{flat}d!` and `separable_conv2d!`, whose channels are filtered one by one; here the last number of \
     `kernel` is that of all output channels, as in `kernel: {kernel}`",
);
const DEPTHWISE_KERNEL: Hint = Part("kernel", "write {numbers} into `kernel`, as in `kernel: {kernel}`");
const NO_WINDOW: Hint = Nothing("it has no window, and as many outputs as inputs: remove this");
const WHOLE_INPUT: Hint = Nothing("its window is the whole input, which it neither pads nor slides over: remove this");
const NO_BORDER: Hint =
    Nothing("each output meets all inputs, so that nothing slides and nothing is padded: remove this");
const NO_PADDING: Hint = Nothing("it takes pixels one by one, and pads nothing: remove this");
const NORMALISED: Hint = Nothing(
    "it is an operator of its own, `batch_norm!`, or `toeplitz::fold_batch_norm` folds it into the weights and the bias that `new` takes",
);
const STATISTICS: Hint = Nothing("gamma, beta, mean and variance are the arguments of `new`");
const ENDS: Hint =
    Part("padding", "what goes before and after each axis stands in `padding`, as in `padding: {pairs}`");

/// Names as other tools have them, in lower case and without underscores.
pub(super) const FOREIGN: &[Foreign] = &[
    (
        &["input", "inputs", "inputshape", "inputsize", "inshape", "insize", "shape", "imageshape", "imagesize"],
        &[(JOINTS, Nothing("inputs stand before the keys, without one, as in `add!< a, b >`")), (ALL, Same("in"))],
    ),
    (&["infeatures", "inputdim", "inunits"], &[(DENSE, Same("in")), (SLIDING, IN_CHANNELS)]),
    (
        &["inchannels", "channelsin", "inputchannels", "inch", "cin"],
        &[(SLIDING, IN_CHANNELS), (DENSE, Same("in")), (PIXELWISE, IN_CHANNELS)],
    ),
    (
        &["channels", "channel", "depth", "c"],
        &[
            (
                CONV,
                Part(
                    "in",
                    "the input channels are the last number of `in`, as in `in: {in}`, and the output channels the last of \
                     `kernel`, as in `kernel: {kernel}`",
                ),
            ),
            (POOL, IN_CHANNELS),
            (DEPTHWISE, IN_CHANNELS),
            (PIXELWISE, IN_CHANNELS),
            (DENSE, Part("in", "all sizes of the input stand in `in`, as in `in: 7x7x64`")),
        ],
    ),
    (
        &[
            "height",
            "width",
            "h",
            "w",
            "inheight",
            "inwidth",
            "inputheight",
            "inputwidth",
            "inh",
            "inw",
            "rows",
            "cols",
            "length",
            "len",
            "inlength",
            "sequencelength",
        ],
        &[
            (SLIDING, Part("in", "the sizes of the input stand in `in`, {axes} x channels, as in `in: {in}`")),
            (DENSE, Part("in", "all sizes of the input stand in `in`, as in `in: 7x7x64`")),
        ],
    ),
    (
        &["filters", "numfilters", "outchannels", "channelsout", "outputchannels", "outch", "cout", "features", "out"],
        &[
            (CONV, OUT_CHANNELS),
            (DEPTHWISE, MULTIPLIER),
            (DENSE, Same("units")),
            (POOL, NO_OUT_CHANNELS),
            (PIXELWISE, NO_WINDOW),
        ],
    ),
    (
        &["units", "outfeatures", "outputs", "outunits", "outputdim", "numunits", "neurons", "classes", "numclasses"],
        &[
            (DENSE, Same("units")),
            (CONV, OUT_CHANNELS),
            (DEPTHWISE, MULTIPLIER),
            (POOL, NO_OUT_CHANNELS),
            (PIXELWISE, NO_WINDOW),
        ],
    ),
    (
        &["kernel", "kernelsize", "kernelshape", "ksize", "k", "filter", "filtersize", "filtershape", "size"],
        &[
            (CONV, KERNEL),
            (DEPTHWISE, Same("kernel")),
            (POOL, Same("window")),
            (GLOBAL, WHOLE_INPUT),
            (DENSE, Part("units", "a dense layer has no kernel but a number of outputs, as in `units: 10`")),
            (PIXELWISE, NO_WINDOW),
        ],
    ),
    (
        &["kerneldepth", "kernelheight", "kernelwidth", "kernellength", "kernelh", "kernelw", "kh", "kw"],
        &[
            (CONV, KERNEL),
            (DEPTHWISE, DEPTHWISE_KERNEL),
            (POOL, Part("window", "write {numbers} into `window`, as in `window: {window}`")),
        ],
    ),
    (
        &["window", "windowsize", "poolsize", "pool"],
        &[
            (CONV, KERNEL),
            (DEPTHWISE, Same("kernel")),
            (POOL, Same("window")),
            (GLOBAL, WHOLE_INPUT),
            (PIXELWISE, NO_WINDOW),
        ],
    ),
    (
        &["stride", "strides", "step", "steps", "subsample", "subsampling"],
        &[(SLIDING, Same("stride")), (GLOBAL, WHOLE_INPUT), (DENSE, NO_BORDER), (PIXELWISE, NO_WINDOW)],
    ),
    (
        &["strideh", "stridew", "stridedepth", "strideheight", "stridewidth", "stridex", "stridey"],
        &[(SLIDING, Part("stride", "write {numbers} into `stride`, as in `stride: {each}`"))],
    ),
    (
        &["padding", "pad", "pads", "paddings", "padsize", "autopad", "border"],
        &[(SLIDING, Same("padding")), (GLOBAL, WHOLE_INPUT), (DENSE, NO_BORDER), (PIXELWISE, NO_WINDOW)],
    ),
    (&["padtop", "padbottom", "padleft", "padright", "padh", "padw", "padbefore", "padafter"], &[(SLIDING, ENDS)]),
    (&["paddingtop", "paddingbottom", "paddingleft", "paddingright"], &[(SLIDING, ENDS)]),
    (&["padfront", "padback", "paddingfront", "paddingback"], &[(SLIDING, ENDS)]),
    (
        &["dilation", "dilations", "dilationrate", "dilate", "rate", "atrousrate"],
        &[(SLIDING, Same("dilation")), (GLOBAL, WHOLE_INPUT), (DENSE, NO_BORDER), (PIXELWISE, NO_WINDOW)],
    ),
    (
        &["bias", "usebias", "hasbias", "withbias", "biasterm"],
        &[
            (WEIGHTED, Same("bias")),
            (&[BatchNorm], Nothing("beta, an argument of `new`, is its bias; without one, pass zeros")),
        ],
    ),
    (&["nobias"], &[(WEIGHTED, Part("bias", "without one, write `bias: false`"))]),
    (&["act", "activationfn", "activationfunction", "nonlinearity"], &[(ACTIVATED, Same("activation"))]),
    (&["same", "valid", "full"], &[(SLIDING, Part("padding", "it is a value, as in `padding: same`"))]),
    (&["relu", "relu6"], &[(ACTIVATED, Part("activation", "it is a value, as in `activation: relu`"))]),
    (
        &["alpha", "slope", "negativeslope", "leakyrelu"],
        &[(ACTIVATED, Part("activation", "a slope is written as in `activation: leaky_relu(0.1)`"))],
    ),
    (
        &["includepad", "countpad", "countincludepadding"],
        &[(&[AvgPool], Same("count_include_pad")), (&[MaxPool], Nothing("padding is never the maximum"))],
    ),
    (&["countincludepad"], &[(&[MaxPool], Nothing("padding is never the maximum"))]),
    (
        &["ceilmode"],
        &[
            (POOL, Same("ceil_mode")),
            (&[ConvTranspose], Nothing("only a pool has one; for a longer output there is `output_padding`")),
            (
                SLIDING,
                Part(
                    "padding",
                    "only a pool rounds the number of its windows up, and all else rounds it down; for one window more, pad after the \
                     input by up to the stride less 1, as in `padding: {after}` for a stride of 2, or write `padding: same`",
                ),
            ),
            (GLOBAL, WHOLE_INPUT),
        ],
    ),
    (
        &["output", "outputshape", "outputsize", "outshape", "outsize", "outheight", "outwidth"],
        &[
            (&[Network], Same("outputs")),
            (ALL, Nothing("the output's shape follows from the other keys, and is the type's constant `OUTPUT`")),
        ],
    ),
    (
        &["weights", "weight", "biases", "kernelinitializer", "biasinitializer"],
        &[(WEIGHTED, Nothing("weights and bias are the arguments of `new`"))],
    ),
    (&["log", "logits"], &[(SOFTMAX, Nothing("logarithms are the outputs of a macro of their own, `log_softmax!`"))]),
    (&["activation"], &[(SOFTMAX, Nothing("it is an activation itself, the last layer of a classifier"))]),
    (
        &["batchnorm", "batchnormalization", "normalization", "normalize", "norm", "bn", "foldbatchnorm"],
        &[
            (WEIGHTED, NORMALISED),
            (POOL, Nothing("it is an operator of its own, `batch_norm!`")),
            (GLOBAL, Nothing("it is an operator of its own, `batch_norm!`")),
        ],
    ),
    (
        &["keepdim", "keepdims"],
        &[
            (
                GLOBAL,
                Nothing(
                    "its output is one number for each channel, and its shape, the constant `OUTPUT`, keeps the axes with length 1",
                ),
            ),
            (
                POOL,
                Nothing(
                    "a pool keeps all its axes: `global_max_pool!` and `global_avg_pool!` leave one number for each channel",
                ),
            ),
            (PIXELWISE, Nothing("its output has the shape of its input")),
        ],
    ),
    (
        &["returnindices", "indices", "storageorder"],
        &[(&[MaxPool, GlobalMaxPool], NotYet("its outputs are the maxima, without where they stand"))],
    ),
    (&["numfeatures"], &[(PIXELWISE, IN_CHANNELS)]),
    (&["eps", "epsilon", "varianceepsilon"], &[(&[BatchNorm], Same("epsilon"))]),
    (&["gamma", "beta", "mean", "variance", "var"], &[(&[BatchNorm], STATISTICS)]),
    (
        &["affine"],
        &[(
            &[BatchNorm],
            Nothing(
                "gamma and beta are arguments of `new`: remove this, and where a model has none, pass ones and zeros",
            ),
        )],
    ),
    (
        &["scale"],
        &[(&[BatchNorm], Nothing("gamma is an argument of `new`: remove this, and where a model has none, pass ones"))],
    ),
    (
        &["center"],
        &[(&[BatchNorm], Nothing("beta is an argument of `new`: remove this, and where a model has none, pass zeros"))],
    ),
    (&["runningmean", "runningvar", "movingmean", "movingvariance"], &[(&[BatchNorm], STATISTICS)]),
    (
        &["momentum", "training", "trainingmode", "trackrunningstats", "istest", "decay"],
        &[(&[BatchNorm], Nothing("it normalises by the mean and the variance that `new` takes, and learns nothing"))],
    ),
    (
        &["axis", "dim", "axes"],
        &[
            (&[Concat], Nothing("it joins channels, whatever the layout: remove this")),
            (
                PIXELWISE,
                Nothing(
                    "it is along the channels, the last number of `in`; where they lie in front, as in PyTorch and ONNX, write `layout: nchw`",
                ),
            ),
        ],
    ),
    (&["name"], &[(ALL, Nothing("a name stands before the keys, as in `pub struct Name < in: {in}, ... >;`"))]),
    (
        &["batch", "batchsize", "n"],
        &[(ALL, Nothing("`forward` takes one input, and `forward_batch` as many as there are"))],
    ),
    (
        &["groups", "group", "numgroups", "featuregroupcount"],
        &[
            (&[Conv, ConvTranspose, Adder], Same("groups")),
            (
                &[Separable],
                Nothing("its depthwise half has each channel in a group of its own, and its pointwise half has none"),
            ),
            (DEPTHWISE, Nothing("each channel is a group of its own")),
            (POOL, Nothing("the channels of a pool keep apart")),
        ],
    ),
    (
        &["depthmultiplier", "multiplier", "channelmultiplier"],
        &[(&[Depthwise, Separable], Same("multiplier")), (CONV, NO_MULTIPLIER)],
    ),
    (
        &["depthwise", "separable"],
        &[(
            CONV,
            Nothing(
                "a convolution whose channels keep apart is a macro of its own, `depthwise_conv{flat}d!`, and so is \
                 `separable_conv2d!`, which mixes them afterwards",
            ),
        )],
    ),
    (&["datatype", "type", "precision", "elementtype", "scalar"], &[(ALL, Same("dtype"))]),
    (
        &["layout", "dataformat", "format", "memoryformat", "channelslast", "channelsfirst"],
        &[(
            ALL,
            Part(
                "layout",
                "it is called `layout` here: `layout: nhwc` for channels last, `layout: nchw` for channels first",
            ),
        )],
    ),
    (
        &["algorithm", "algo", "method"],
        &[(&[Conv], Same("algorithm")), (ALL, NotYet("the plan chooses, and the constant `PLAN` says what"))],
    ),
    (&["winograd"], &[(&[Conv], Part("algorithm", "it is a value, as in `algorithm: winograd`"))]),
    (&["fft"], &[(&[Conv], Part("algorithm", "it is a value, as in `algorithm: fft`"))]),
    (
        &["exact", "deterministic"],
        &[(&[Conv, Depthwise], Part("accuracy", "integers give integers with `accuracy: exact`"))],
    ),
    (
        &["paddingmode", "padmode", "bordermode", "boundary"],
        &[
            (PADDED, Same("padding_mode")),
            (
                &[ConvTranspose],
                Nothing(
                    "a transposed convolution crops its output by `padding`, and pads nothing; PyTorch too has zeros alone",
                ),
            ),
            (POOL, Nothing("padding is no element of a pool's window")),
            (GLOBAL, WHOLE_INPUT),
            (DENSE, NO_BORDER),
            (PIXELWISE, NO_PADDING),
        ],
    ),
    (
        &["paddingvalue", "padvalue", "constantvalue"],
        &[
            (PADDED, NotYet("padding is zeros, or what `padding_mode` says")),
            (POOL, Nothing("padding is no element of a pool's window")),
        ],
    ),
    (&["reflect"], &[(PADDED, Part("padding_mode", "it is a value, as in `padding_mode: reflect`"))]),
    (&["replicate", "edge"], &[(PADDED, Part("padding_mode", "it is a value, as in `padding_mode: replicate`"))]),
    (&["circular", "wrap"], &[(PADDED, Part("padding_mode", "it is a value, as in `padding_mode: circular`"))]),
    (
        &["outputpadding", "outpad", "adj", "outputpad"],
        &[(&[ConvTranspose], Same("output_padding")), (ALL, Nothing("only a transposed convolution has one"))],
    ),
    (
        &["transposed", "transpose", "deconv", "upsample"],
        &[(SLIDING, Nothing("a transposed convolution is a macro of its own, `conv_transpose{rank}d!`"))],
    ),
];
