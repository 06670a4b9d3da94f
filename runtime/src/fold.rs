//! Batch normalisation put into the layer before it.
//!
//! Comes in: a layer's weights and bias, and what a batch normalisation of its outputs has. Goes out: weights and bias with which
//! the layer alone computes both. Must not know: how a layer packs its weights.

use crate::__private::norm_scale;
use crate::{Activation, Buffer, DataFormat, Element, Layer, Operator, Spec};

/// Folds a batch normalisation into the convolution `L` whose outputs it normalises: `L` with the new `weights` and `bias` computes
/// what the convolution with the old ones and then the normalisation did.
///
/// Give `L` a bias: there is one after folding, and zeros are its old values where the convolution was trained without. `bias: false`
/// gives all but `weights` a length of 0, and rustc refuses full arrays with "expected an array with a size of 0":
///
/// ```compile_fail
/// // Without `bias: false` this compiles.
/// toeplitz::conv2d! { struct Conv < in: 8x8x1, kernel: 3x3x2, bias: false >; }
///
/// let (mut weights, mut bias) = ([0.25; 3 * 3 * 2], [0.0; 2]);
/// toeplitz::fold_batch_norm::<Conv>(&mut weights, &mut bias, &[2.0, 1.0], &[0.5, 0.0], &[0.0, 3.0], &[4.0, 0.25], 1e-3);
/// ```
///
/// A batch normalisation scales and shifts each channel,
///
/// ```text
/// y = gamma * (x - mean) / sqrt(variance + epsilon) + beta
/// ```
///
/// (Ioffe and Szegedy, "Batch Normalization", 2015, algorithm 2), and a convolution is linear, so with `scale` for
/// `gamma / sqrt(variance + epsilon)` the weights of each output channel are multiplied by `scale`, and the bias becomes
/// `(bias - mean) * scale + beta`. Both are worked out in `f64` and rounded once.
///
/// `L` may be a convolution, transposed, depthwise or in groups too, a separable convolution, of which the pointwise half changes, or a
/// dense layer, in either layout: which weights belong to an output channel follows from its [`Spec`]. An activation of `L` comes after
/// both. (One between the two would keep them apart.) With `activation: prelu`, `weights` is the kernel and then the slopes, one for each
/// output channel, which stay as they are: the trait's [`Layer::new`] takes it whole.
///
/// `gamma`, `beta`, `mean` and `variance` have a number for each output channel. They are `weight`, `bias`, `running_mean` and
/// `running_var` in `PyTorch`, `gamma`, `beta`, `moving_mean` and `moving_variance` in Keras, `scale`, `B`, `input_mean` and
/// `input_var` in ONNX. `epsilon` is 0.001 in Keras and 0.00001 in `PyTorch` and ONNX unless the model says otherwise.
///
/// ```
/// use toeplitz::{conv2d, fold_batch_norm};
///
/// conv2d! { struct Conv < in: 8x8x1, kernel: 3x3x2, padding: same, activation: relu >; }
///
/// let (mut weights, mut bias) = ([0.25; 3 * 3 * 2], [0.0; 2]);
/// fold_batch_norm::<Conv>(&mut weights, &mut bias, &[2.0, 1.0], &[0.5, 0.0], &[0.0, 3.0], &[4.0, 0.25], 0.0);
/// assert_eq!(weights[..2], [0.25, 0.5]);
/// assert_eq!(bias, [0.5, -6.0]);
/// let conv = Conv::new(&weights, &bias);
/// ```
///
/// A model file has slices of lengths that the compiler does not know; `try_into` checks each of them once, and one of a wrong length is
/// an error to pass on:
///
/// ```
/// use std::array::TryFromSliceError;
/// use toeplitz::{conv2d, fold_batch_norm};
///
/// conv2d! { struct Conv < in: 8x8x1, kernel: 3x3x2, padding: same, activation: relu >; }
///
/// fn layer(kernel: &[f32], normalisation: [&[f32]; 4]) -> Result<Conv, TryFromSliceError> {
///     let (mut weights, mut bias): ([f32; 18], _) = (kernel.try_into()?, [0.0; 2]);
///     let [gamma, beta, mean, variance] = normalisation;
///     let (gamma, beta) = (gamma.try_into()?, beta.try_into()?);
///     fold_batch_norm::<Conv>(&mut weights, &mut bias, gamma, beta, mean.try_into()?, variance.try_into()?, 1e-3);
///     Ok(Conv::new(&weights, &bias))
/// }
///
/// assert!(layer(&[0.5; 18], [&[1.0; 2], &[0.0; 2], &[0.0; 2], &[1.0; 2]]).is_ok());
/// assert!(layer(&[0.5; 18], [&[1.0; 2], &[0.0; 3], &[0.0; 2], &[1.0; 2]]).is_err());
/// ```
///
/// `Weights` of a separable convolution are those of both halves, one after the other. Where they are arrays of their own, the pointwise
/// half is a dense layer of each pixel, and folds as one: `in` is the channels between, `units` the outputs, and the layout is the same.
///
/// ```
/// use toeplitz::{dense, fold_batch_norm, separable_conv2d};
///
/// separable_conv2d! { struct Separable < in: 1x2x1, kernel: 1x2x3, multiplier: 2, activation: relu >; }
/// dense! { struct Pointwise < in: 2, units: 3 >; }
///
/// let depthwise = [1.0, 0.5, 2.0, -1.0]; // [kernel_h][kernel_w][in][multiplier]
/// let mut pointwise = [1.0, 2.0, 3.0, 0.0, 1.0, -2.0]; // [in * multiplier][out]
/// let mut bias = [0.0, 1.0, 2.0];
/// let (gamma, beta, mean, variance) = ([1.0, 2.0, 3.0], [0.5, 0.0, -3.0], [4.0, 0.0, 1.0], [1.0, 4.0, 9.0]);
///
/// // 3 and 4 are 11 and -2.5 between the halves, and 11, 19.5 + 1 and 38 + 2 before the normalisation.
/// fold_batch_norm::<Pointwise>(&mut pointwise, &mut bias, &gamma, &beta, &mean, &variance, 0.0);
/// let mut output = [0.0; 3];
/// Separable::new(&depthwise, &pointwise, &bias).forward(&[3.0, 4.0], &mut output);
/// assert_eq!(output, [7.5, 20.5, 36.0]);
/// ```
///
/// # Errors of the compiler
///
/// An array of a wrong length is underlined, with the length that it should have, by `cargo check` too. Length 0 means that the layer has
/// no bias, as above, or that it is none that a normalisation folds into: pools, softmaxes and batch normalisations have none either.
///
/// Where the lengths are right, and the layer cannot take a normalisation all the same, `cargo build`, `run` and `test` say why, after
/// "evaluation panicked". `cargo check` does not: it never gets as far as this function's body for a certain `L`.
///
/// ```compile_fail
/// // An adder layer is not linear in its weights.
/// toeplitz::adder2d! { struct Adder < in: 8x8x1, kernel: 3x3x2 >; }
/// toeplitz::fold_batch_norm::<Adder>(&mut [0.25; 18], &mut [0.0; 2], &[1.0; 2], &[0.0; 2], &[0.0; 2], &[1.0; 2], 1e-3);
/// ```
pub fn fold_batch_norm<L: Layer>(
    weights: &mut L::Weights,
    bias: &mut L::Bias,
    gamma: &L::Bias,
    beta: &L::Bias,
    mean: &L::Bias,
    variance: &L::Bias,
    epsilon: f64,
) {
    const {
        if let Some(problem) = problem(&L::SPEC) {
            panic!("{}", problem);
        }
    }
    let bias = bias.as_mut_slice();
    let [gamma, beta, mean, variance] = [gamma, beta, mean, variance].map(Buffer::as_slice);
    for channel in 0..bias.len() {
        let scale = norm_scale(gamma[channel].to_f64(), variance[channel].to_f64(), epsilon);
        let shifted = bias[channel].to_f64() - mean[channel].to_f64();
        bias[channel] = L::Element::from_f64(shifted * scale + beta[channel].to_f64());
        let Stretches { first, step, count, len } = Stretches::of(&L::SPEC, L::Weights::LEN, channel);
        for stretch in 0..count {
            for weight in &mut weights.as_mut_slice()[first + stretch * step..][..len] {
                *weight = L::Element::from_f64(weight.to_f64() * scale);
            }
        }
    }
}

/// Why a batch normalisation does not fold into the layer, if so, and what to do instead.
const fn problem(spec: &Spec) -> Option<&'static str> {
    match spec.operator {
        Operator::Convolution | Operator::TransposedConvolution | Operator::SeparableConvolution { .. }
            if spec.bias =>
        {
            None
        }
        Operator::Convolution | Operator::TransposedConvolution | Operator::SeparableConvolution { .. } => Some(
            "a folded batch normalisation shifts its outputs: give the layer a bias, which `bias: false` leaves out",
        ),
        Operator::Adder => Some(
            "an adder layer is not linear in its weights, so that none scale its outputs: put a layer `batch_norm!` behind it",
        ),
        Operator::BatchNorm { .. } => Some(
            "a batch normalisation is a scale and a shift itself: fold each into the convolution or dense layer before it",
        ),
        Operator::Network { .. } => Some(
            "a network has layers of its own: fold into the weights and bias of each, before they make the network",
        ),
        Operator::MaxPool { .. } | Operator::AveragePool { .. } | Operator::Softmax { .. } => {
            Some("this layer has no weights to scale: put a layer `batch_norm!` behind it")
        }
    }
}

/// Where the weights of one output channel are: `count` stretches of `len`, each `step` after the one before.
struct Stretches {
    first: usize,
    step: usize,
    count: usize,
    len: usize,
}

impl Stretches {
    /// Those of `channel`, of a layer with so many `weights`.
    fn of(spec: &Spec, weights: usize, channel: usize) -> Self {
        let Spec { in_channels, out_channels, groups, .. } = *spec;
        let slopes = if spec.activation == Activation::Prelu { out_channels } else { 0 };
        let weights = weights - slopes;
        let (depth, each) = (in_channels / groups, out_channels / groups);
        let (group, output) = (channel / each, channel % each);
        let taps = spec.axes.iter().map(|axis| axis.kernel).product();
        match (spec.operator, spec.format) {
            // `[taps][each][in]`
            (Operator::TransposedConvolution, DataFormat::ChannelsLast) => {
                Self { first: output * in_channels + group * depth, step: each * in_channels, count: taps, len: depth }
            }
            // `[in][each][taps]`
            (Operator::TransposedConvolution, DataFormat::ChannelsFirst) => {
                Self { first: (group * depth * each + output) * taps, step: each * taps, count: depth, len: taps }
            }
            // `[taps][in][multiplier]`, which stay, and `[in * multiplier][out]`
            (Operator::SeparableConvolution { multiplier }, DataFormat::ChannelsLast) => {
                let between = in_channels * multiplier;
                Self { first: taps * between + channel, step: out_channels, count: between, len: 1 }
            }
            // `[in * multiplier][1][taps]`, which stay, and `[out][in * multiplier]`
            (Operator::SeparableConvolution { multiplier }, DataFormat::ChannelsFirst) => {
                let between = in_channels * multiplier;
                Self { first: (taps + channel) * between, step: between, count: 1, len: between }
            }
            // `[taps][depth][out]`
            (_, DataFormat::ChannelsLast) => {
                Self { first: channel, step: out_channels, count: weights / out_channels, len: 1 }
            }
            // `[out][depth][taps]`
            (_, DataFormat::ChannelsFirst) => {
                let len = weights / out_channels;
                Self { first: channel * len, step: len, count: 1, len }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::problem;
    use crate::{Activation, Algorithm, DataFormat, Operator, PaddingMode, Spec};

    #[test]
    fn each_layer_has_a_reason_of_its_own() {
        let spec = |operator, bias| Spec {
            operator,
            axes: &[],
            in_channels: 3,
            out_channels: 2,
            groups: 1,
            bias,
            activation: Activation::None,
            format: DataFormat::ChannelsLast,
            padding_mode: PaddingMode::Zeros,
            algorithm: Algorithm::Direct,
        };
        for (operator, bias, part) in [
            (Operator::Convolution, true, None),
            (Operator::SeparableConvolution { multiplier: 2 }, true, None),
            (Operator::Convolution, false, Some("give the layer a bias")),
            (Operator::TransposedConvolution, false, Some("give the layer a bias")),
            (Operator::Adder, true, Some("not linear in its weights")),
            (Operator::Adder, false, Some("not linear in its weights")),
            (Operator::BatchNorm { epsilon: 0.25 }, false, Some("is a scale and a shift itself")),
            (Operator::MaxPool { ceil_mode: false }, false, Some("no weights to scale")),
            (Operator::Softmax { log: true }, false, Some("no weights to scale")),
            (Operator::Network { steps: &[], outputs: &[], constant: false }, true, Some("layers of its own")),
        ] {
            let found = problem(&spec(operator, bias));
            assert!(found.is_some() == part.is_some() && found.unwrap_or("").contains(part.unwrap_or("")), "{found:?}");
        }
    }
}
