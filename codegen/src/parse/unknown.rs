//! Keys that an operator does not have: what their author is likely to have meant.
//!
//! Comes in: a key's name. Goes out: a message, and the key that was meant, where that is clear. A name that other tools
//! use is a line in [`FOREIGN`]. Must not know: values.

use super::keys::{ACTIVATED, FORMATTED, KEYS, Key, PADDED, SLIDING, WEIGHTED};
use super::padding::PAIRS;
use crate::diag::{closest, list};
use crate::spec::Kind::{
    self, Adder, AvgPool, BatchNorm, Conv, ConvTranspose, Dense, Depthwise, LogSoftmax, MaxPool, Separable, Softmax,
};
use crate::spec::Operator;

/// What an unknown key is here. In the texts, [`filled`] puts what depends on the operator's axes in place of words in braces.
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

use Hint::{NotYet, Nothing, Part, Same};

/// Names with one meaning, and what they are called here, operator by operator.
type Foreign = (&'static [&'static str], &'static [(&'static [Kind], Hint)]);

const CONV: &[Kind] = &[Conv, ConvTranspose, Separable, Adder];
const DEPTHWISE: &[Kind] = &[Depthwise];
const POOL: &[Kind] = &[MaxPool, AvgPool];
const DENSE: &[Kind] = &[Dense];
/// Those without a window.
const PIXELWISE: &[Kind] = &[BatchNorm, Softmax, LogSoftmax];
const SOFTMAX: &[Kind] = &[Softmax, LogSoftmax];
const ALL: &[Kind] = Kind::ALL;

const IN_CHANNELS: Hint = Part("in", "the input channels are the last number of `in`, as in `in: {in}`");
const OUT_CHANNELS: Hint =
    Part("kernel", "the output channels are the last number of `kernel`, as in `kernel: {kernel}`");
const KERNEL: Hint = Part("kernel", "write {axes} x output channels into `kernel`, as in `kernel: {kernel}`");
const NO_OUT_CHANNELS: Hint = Nothing("a pool has as many channels as its input, remove this");
const MULTIPLIER: Hint =
    Part("multiplier", "there are `multiplier` output channels for each input channel, as in `multiplier: 2`");
const DEPTHWISE_KERNEL: Hint = Part("kernel", "write {numbers} into `kernel`, as in `kernel: {kernel}`");
const NO_WINDOW: Hint = Nothing("it has no window, and as many outputs as inputs: remove this");
const STATISTICS: Hint = Nothing("gamma, beta, mean and variance are the arguments of `new`");
const ENDS: Hint =
    Part("padding", "what goes before and after each axis stands in `padding`, as in `padding: {pairs}`");

/// Names as other tools have them, in lower case and without underscores.
const FOREIGN: &[Foreign] = &[
    (
        &["input", "inputs", "inputshape", "inputsize", "inshape", "insize", "shape", "imageshape", "imagesize"],
        &[(ALL, Same("in"))],
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
        &[(CONV, KERNEL), (DEPTHWISE, Same("kernel")), (POOL, Same("window")), (PIXELWISE, NO_WINDOW)],
    ),
    (
        &["stride", "strides", "step", "steps", "subsample", "subsampling"],
        &[(SLIDING, Same("stride")), (PIXELWISE, NO_WINDOW)],
    ),
    (
        &["strideh", "stridew", "stridedepth", "strideheight", "stridewidth", "stridex", "stridey"],
        &[(SLIDING, Part("stride", "write {numbers} into `stride`, as in `stride: {each}`"))],
    ),
    (
        &["padding", "pad", "pads", "paddings", "padsize", "autopad", "border"],
        &[(SLIDING, Same("padding")), (PIXELWISE, NO_WINDOW)],
    ),
    (&["padtop", "padbottom", "padleft", "padright", "padh", "padw", "padbefore", "padafter"], &[(SLIDING, ENDS)]),
    (&["paddingtop", "paddingbottom", "paddingleft", "paddingright"], &[(SLIDING, ENDS)]),
    (&["padfront", "padback", "paddingfront", "paddingback"], &[(SLIDING, ENDS)]),
    (
        &["dilation", "dilations", "dilationrate", "dilate", "rate", "atrousrate"],
        &[(SLIDING, Same("dilation")), (PIXELWISE, NO_WINDOW)],
    ),
    (
        &["bias", "usebias", "hasbias", "withbias", "biasterm"],
        &[(WEIGHTED, Same("bias")), (&[BatchNorm], Nothing("beta, an argument of `new`, is its bias"))],
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
            (SLIDING, Part("padding", "only a pool has one; write padding after the input, as in `padding: {after}`")),
        ],
    ),
    (
        &["output", "outputshape", "outputsize", "outshape", "outsize", "outheight", "outwidth"],
        &[(ALL, Nothing("the output's shape follows from the other keys, and is the type's constant `OUTPUT`"))],
    ),
    (
        &["weights", "weight", "biases", "kernelinitializer", "biasinitializer"],
        &[(WEIGHTED, Nothing("weights and bias are the arguments of `new`"))],
    ),
    (&["log", "logits"], &[(SOFTMAX, Nothing("logarithms are the outputs of a macro of their own, `log_softmax!`"))]),
    (&["activation"], &[(SOFTMAX, Nothing("it is an activation itself, the last layer of a classifier"))]),
    (&["numfeatures"], &[(PIXELWISE, IN_CHANNELS)]),
    (&["eps", "epsilon", "varianceepsilon"], &[(&[BatchNorm], Same("epsilon"))]),
    (&["gamma", "beta", "mean", "variance", "var", "scale", "center", "affine"], &[(&[BatchNorm], STATISTICS)]),
    (&["runningmean", "runningvar", "movingmean", "movingvariance"], &[(&[BatchNorm], STATISTICS)]),
    (
        &["momentum", "training", "trainingmode", "trackrunningstats", "istest", "decay"],
        &[(&[BatchNorm], Nothing("it normalises by the mean and the variance that `new` takes, and learns nothing"))],
    ),
    (
        &["axis", "dim", "axes"],
        &[(PIXELWISE, Nothing("it is along the channels, the last number of `in` whatever the layout"))],
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
        &[(&[Depthwise, Separable], Same("multiplier")), (CONV, Nothing("it is a key of `depthwise_conv{flat}d!`"))],
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
        &[(&[Separable], NotYet("data is row-major with channels innermost, `{order}`")), (FORMATTED, Same("layout"))],
    ),
    (
        &["algorithm", "algo", "winograd", "method"],
        &[(ALL, NotYet("the plan chooses, and the constant `PLAN` says what"))],
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
        ],
    ),
    (
        &["paddingvalue", "padvalue", "constantvalue"],
        &[
            (PADDED, NotYet("padding is zeros, or what `padding_mode` says")),
            (POOL, Nothing("padding is no element of a pool's window")),
        ],
    ),
    (
        &["reflect", "replicate", "circular"],
        &[(PADDED, Part("padding_mode", "it is a value of `padding_mode`, as in `padding_mode: reflect`"))],
    ),
    (
        &["outputpadding", "outpad", "adj", "outputpad"],
        &[(&[ConvTranspose], Same("output_padding")), (ALL, Nothing("only a transposed convolution has one"))],
    ),
    (
        &["transposed", "transpose", "deconv", "upsample"],
        &[(SLIDING, Nothing("a transposed convolution is a macro of its own, `conv_transpose{rank}d!`"))],
    ),
];

/// What to say about `name`, which is no key of `operator`, and of which `hint` is known. `example` is a value for the key
/// that was meant; `given` are the keys that the call has.
pub(super) fn message(operator: Operator, name: &str, hint: Option<Hint>, example: &str, given: &[&str]) -> String {
    let this = operator.macro_name();
    let filled = |text| filled(text, operator);
    let all = list(Key::of(operator).map(|key| key.name), "and");
    match hint {
        Some(Same(ours)) if given.contains(&ours) => {
            format!("`{this}!` has no key `{name}`: did you mean `{ours}`? that is given too, keep one of them")
        }
        Some(Same(ours)) => {
            format!("`{this}!` has no key `{name}`: did you mean `{ours}`, as in `{ours}: {example}`?")
        }
        Some(Part(_, how)) => format!("`{this}!` has no key `{name}`: {}", filled(how)),
        Some(Nothing(why)) => format!("`{this}!` has no key `{name}`: {}", filled(why)),
        Some(NotYet(instead)) => {
            format!("`{this}!` does not support `{name}` yet, leave it out: {}", filled(instead))
        }
        None => match KEYS.iter().find(|key| key.name == name) {
            Some(key) => {
                let takers = takers(key, operator.rank());
                let takers = list(takers.iter().map(String::as_str), "and");
                format!("`{this}!` has no `{name}`, which is a key of {takers}; it takes {all}")
            }
            None => format!("`{this}!` has no key `{name}`; it takes {all}"),
        },
    }
}

/// The macros that have `key`. Of those that differ in the number of their axes alone, the one with `rank` of them, or with two.
fn takers(key: &Key, rank: usize) -> Vec<String> {
    let takers = |rank: usize| {
        let takers = Operator::all().filter(|taker| key.takers.contains(&taker.kind()));
        takers.filter(move |taker| taker.rank() == 0 || taker.rank() == rank)
    };
    let rank = if rank == 0 || takers(rank).next().is_none() { 2 } else { rank };
    takers(rank).map(|taker| format!("{}!", taker.macro_name())).collect()
}

/// `text` with examples that fit `operator` in place of words in braces.
fn filled(text: &str, operator: Operator) -> String {
    const EACH: [&str; 4] = ["", "2", "2x1", "2x1x1"];
    const AFTER: [&str; 4] = ["", "[0, 1]", "[0, 1]x[0, 1]", "[0, 1]x[0, 1]x[0, 1]"];
    let rank = operator.rank();
    let example = |key| Key::find(operator, key).map_or("", |key| key.example(operator));
    let axes = operator.axes().join(" x ");
    // Along one axis there is one number, and no order to tell.
    let numbers = if rank == 1 { "one number" } else { &axes };
    let mut text = text.replace("{axes}", &axes).replace("{numbers}", numbers);
    for key in ["in", "kernel", "window"] {
        text = text.replace(&format!("{{{key}}}"), example(key));
    }
    text.replace("{rank}", &rank.to_string())
        .replace("{flat}", &rank.min(2).to_string())
        .replace("{each}", EACH[rank])
        .replace("{pairs}", PAIRS[rank])
        .replace("{after}", AFTER[rank])
}

/// What `name` is here: as a name of other tools, as a misspelt key, or as a misspelt name of other tools.
pub(super) fn hint(operator: Operator, name: &str) -> Option<Hint> {
    let bare = name.to_lowercase().replace('_', "");
    if let Some(hint) = foreign(operator, &bare) {
        return Some(hint);
    }
    if KEYS.iter().any(|key| key.name == name) {
        return None;
    }
    closest(name, Key::of(operator).map(|key| key.name)).map(Same).or_else(|| {
        // A short word is near to too many.
        let names = FOREIGN.iter().flat_map(|(names, _)| *names).copied().filter(|name| name.len() > 5);
        closest(&bare, names).and_then(|name| foreign(operator, name))
    })
}

/// What the foreign name `bare` is for `operator`.
fn foreign(operator: Operator, bare: &str) -> Option<Hint> {
    // What elsewhere is a number of channels is an axis where there are three.
    let bare = if bare == "depth" && operator.axes().contains(&bare) { "height" } else { bare };
    let mut hints = FOREIGN.iter().filter(|(names, _)| names.contains(&bare)).flat_map(|(_, hints)| *hints);
    hints.find(|(kinds, _)| kinds.contains(&operator.kind())).map(|&(_, hint)| hint)
}

#[cfg(test)]
mod tests {
    use super::{FOREIGN, Hint, Part, Same, hint, message};
    use crate::parse::keys::Key;
    use crate::spec::Operator;

    #[test]
    fn every_hint_names_a_key_of_its_operator() {
        for (names, hints) in FOREIGN {
            for name in *names {
                assert!(!name.contains('_') && !name.contains(char::is_uppercase), "{name}");
            }
            for &(kinds, hint) in *hints {
                let (Same(key) | Part(key, _)) = hint else { continue };
                let mut operators = Operator::all().filter(|operator| kinds.contains(&operator.kind()));
                assert!(operators.all(|operator| Key::find(operator, key).is_some()), "{key}");
            }
        }
    }

    #[test]
    fn no_operator_has_a_foreign_key() {
        for operator in Operator::all() {
            for key in Key::of(operator) {
                assert!(
                    !matches!(super::foreign(operator, key.name), Some(Hint::Nothing(_) | Hint::NotYet(_))),
                    "{}",
                    key.name
                );
            }
        }
    }

    #[test]
    fn names_are_found_whatever_their_case() {
        for (name, part) in [
            ("kernelSize", "into `kernel`"),
            ("OUT_CHANNELS", "the last number of `kernel`"),
            ("Stride", "did you mean `stride`"),
            ("fliters", "the last number of `kernel`"),
        ] {
            let message = message(Operator::Conv2d, name, hint(Operator::Conv2d, name), "2", &[]);
            assert!(message.contains(part), "{name}: {message}");
        }
    }
}
