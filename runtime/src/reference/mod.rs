//! What an operator means: direct loops in `f64` over any number of axes.
//!
//! Comes in: a [`Spec`], which repeats the macro call, and flat buffers. Goes out: the output, and how far a
//! program in the data's type may be from it. Must not know: layouts, plans, or anything that the code generator works out. It has its own
//! padding rule, so that a mistake in the generator's shows as a difference.
//!
//! A [`Spec`] comes with every generated layer, and can as well be written by hand: whatever its numbers are, the answer
//! is an output or an [`Error`].
//!
//! ```
//! use toeplitz::{Activation, Algorithm, Axis, DataFormat, Operator, Padding, PaddingMode, Spec, reference};
//!
//! // Differences of neighbours, along one axis of one channel.
//! const ALONG: Axis =
//!     Axis { input: 4, kernel: 2, stride: 1, dilation: 1, padding: Padding::Valid, output_padding: 0 };
//! let spec = Spec {
//!     operator: Operator::Convolution,
//!     axes: &[ALONG],
//!     in_channels: 1,
//!     out_channels: 1,
//!     groups: 1,
//!     bias: false,
//!     activation: Activation::None,
//!     format: DataFormat::ChannelsLast,
//!     padding_mode: PaddingMode::Zeros,
//!     algorithm: Algorithm::Direct,
//! };
//! let output = reference::forward(&spec, &[-1.0, 1.0], &[], &[1.0, 2.0, 4.0, 8.0])?;
//! assert_eq!(output.shape, [3, 1]);
//! assert_eq!(output.values, [1.0, 2.0, 4.0]);
//!
//! const TOO_LONG: Axis = Axis { kernel: 5, ..ALONG };
//! let spec = Spec { axes: &[TOO_LONG], ..spec };
//! let error = reference::output_shape(&spec).unwrap_err();
//! assert_eq!(error.to_string(), "axis 0: the kernel spans 5 elements, the padded input has 4");
//! # Ok::<(), reference::Error>(())
//! ```

mod activation;
mod adder;
mod batch_norm;
mod channels_first;
mod error;
pub(crate) mod network;
mod rounded;
mod separable;
mod sizes;
mod softmax;
mod transposed;

use alloc::vec::Vec;

use crate::{Axis, DataFormat, Element, Operator, PaddingMode, Spec, WrongLength};

pub use error::Error;
use sizes::Sizes;

/// The output of an operator, all vectors `[spatial sizes...][channels]`, row-major and flat; `[channels][spatial sizes...]` where
/// channels come first.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Spatial sizes, outermost first, then channels.
    pub shape: Vec<usize>,
    /// The output after the activation.
    pub values: Vec<f64>,
    /// For each output the sum of the absolute values of all its products (of an adder layer: its differences) and of its bias,
    /// times the activation's steepest slope; 0 where nothing is added up. Of another [`Algorithm`](crate::Algorithm) than direct sums what the
    /// products of transformed numbers may amount to at most.
    pub magnitudes: Vec<f64>,
    /// For each output the number of products, and one for a bias; 0 where nothing is added up. Of another algorithm the number of
    /// roundings between a product and the output.
    pub terms: Vec<usize>,
    /// For each output how far off the activation itself may be, whatever it is applied to; 0 of those that round once at most,
    /// which is counted with the sums.
    pub allowances: Vec<f64>,
    /// What one rounding adds to the relative distance of a program and this reference: a unit of the data's type, and one of `f64`, in
    /// which the reference computes. See [`Element::UNIT`].
    pub unit: f64,
}

impl Output {
    /// How far a program's result may be from `values[index]`.
    ///
    /// Adding up `n` rounded products (or differences) in any order, fused or not, errs by no more than `n * u / (1 - n * u)` times the
    /// sum of their absolute values, where `u` is the type's [unit](Element::UNIT). The reference itself errs as much in `f64`, which is
    /// next to nothing beside `f32` and as much again beside `f64`. Four more roundings are allowed for the bias and activation. An
    /// activation stretches what the sum is off by no more than its steepest slope, and adds its own allowance.
    /// The bound of a maximum is 0: nothing is rounded.
    pub fn bound(&self, index: usize) -> f64 {
        let roundings = (self.terms[index] + 4) as f64 * self.unit;
        roundings / (1.0 - roundings) * self.magnitudes[index] + self.allowances[index]
    }
}

/// The output's spatial sizes, outermost first, then its channels.
///
/// # Errors
///
/// If the kernel does not fit into the padded input, a number is 0, a length does not fit a `usize`, or a pool has a bias
/// or unequal channels.
pub fn output_shape(spec: &Spec) -> Result<Vec<usize>, Error> {
    if let Operator::Network { steps, outputs, .. } = spec.operator {
        return network::shape(spec, steps, outputs);
    }
    sizes::shape(spec)
}

/// Runs the operator. Weights are HWIO (`[kernel sizes...][in / groups][out]`), of a transposed convolution HWOI
/// (`[kernel sizes...][out / groups][in]`), the input `[spatial sizes...][in]`, both row-major
/// and flat; a pool takes no weights, and an operator without bias no bias: pass `&[]`. With [`DataFormat::ChannelsFirst`] all of
/// them are in that order. The weights of a batch normalisation are all gammas, betas, means and variances. The slopes of [`Activation::Prelu`](crate::Activation::Prelu), one an output channel, stand behind the
/// weights.
///
/// NaN inputs: a sum with one is NaN, and activations keep it; a pool passes over it.
///
/// # Errors
///
/// As [`output_shape`], and if a buffer has the wrong length, or would have more than 2^31 elements, or if there is no
/// memory for the output. A network has no reference of its own: [`verify`](mod@crate::verify) asks for that of each step.
pub fn forward<E: Element>(spec: &Spec, weights: &[E], bias: &[E], input: &[E]) -> Result<Output, Error> {
    if let Operator::Network { .. } = spec.operator {
        return Err(Error::Network);
    }
    let sizes = Sizes::new(spec)?;
    WrongLength::check("weights", sizes.weights, weights.len())?;
    WrongLength::check("bias", sizes.bias, bias.len())?;
    WrongLength::check("input", sizes.input, input.len())?;

    if spec.format == DataFormat::ChannelsFirst {
        return channels_first::forward(spec, &sizes, weights, bias, input);
    }
    let (len, kernel) = (sizes.output, sizes.window);
    let (values, magnitudes, terms) = (filled(0.0, len)?, filled(0.0, len)?, filled(0, len)?);
    let allowances = filled(0.0, len)?;
    let mut output = Output { shape: sizes.shape, values, magnitudes, terms, allowances, unit: E::UNIT + f64::UNIT };
    let (weights, slopes) = weights.split_at(weights.len() - sizes.slopes);
    if spec.operator == Operator::TransposedConvolution {
        transposed::convolve(spec, &sizes.before, weights, bias, input, &mut output);
    }
    let zeros = filled(E::ZERO, spec.in_channels)?;
    for position in 0..len / spec.out_channels {
        let pixels = (0..kernel).filter_map(|tap| {
            let pixel = input_position(spec, &sizes.before, &output.shape, position, tap)?;
            Some((tap, &input[pixel * spec.in_channels..][..spec.in_channels]))
        });
        let channels = position * spec.out_channels..(position + 1) * spec.out_channels;
        match spec.operator {
            Operator::Convolution => {
                let values = &mut output.values[channels.clone()];
                let magnitudes = &mut output.magnitudes[channels.clone()];
                output.terms[channels].fill(convolve(pixels, spec.groups, weights, bias, values, magnitudes));
            }
            Operator::Adder => {
                let (shape, pixel) = (&output.shape, |at: usize| &input[at * spec.in_channels..][..spec.in_channels]);
                // A window has all its elements, those in the padding as zeros.
                let window = (0..kernel).map(|tap| {
                    let place = input_position(spec, &sizes.before, shape, position, tap);
                    place.map_or(&*zeros, pixel)
                });
                let values = &mut output.values[channels.clone()];
                let magnitudes = &mut output.magnitudes[channels.clone()];
                output.terms[channels].fill(adder::subtract(window, spec.groups, weights, bias, values, magnitudes));
            }
            Operator::SeparableConvolution { multiplier } => {
                let values = &mut output.values[channels.clone()];
                let magnitudes = &mut output.magnitudes[channels.clone()];
                output.terms[channels]
                    .fill(separable::convolve(pixels, multiplier, weights, kernel, bias, values, magnitudes));
            }
            Operator::BatchNorm { epsilon } => {
                let pixel = &input[channels.clone()];
                let values = &mut output.values[channels.clone()];
                batch_norm::normalise(pixel, epsilon, weights, values, &mut output.allowances[channels], output.unit);
            }
            Operator::Softmax { log } => {
                let pixel = &input[channels.clone()];
                let values = &mut output.values[channels.clone()];
                softmax::probabilities::<E>(pixel, log, values, &mut output.allowances[channels], output.unit);
            }
            Operator::TransposedConvolution | Operator::Network { .. } => {}
            Operator::MaxPool { .. } => largest(pixels, &mut output.values[channels]),
            Operator::AveragePool { count_include_pad, .. } => {
                let counts = |&tap: &usize| is_padded(spec.axes, &sizes.padded, &output.shape, position, tap);
                let counted = count_include_pad.then(|| (0..kernel).filter(counts).count());
                let values = &mut output.values[channels.clone()];
                let magnitudes = &mut output.magnitudes[channels.clone()];
                output.terms[channels].fill(mean(pixels, counted, values, magnitudes));
            }
        }
    }
    rounded::widen(spec, (weights, bias, input), &mut output)?;
    activation::apply(spec.activation, spec.out_channels, slopes, &mut output);
    Ok(output)
}

/// `len` times `value`; an error, and not the end of the program, where memory lacks.
fn filled<T: Clone>(value: T, len: usize) -> Result<Vec<T>, Error> {
    let mut values = Vec::new();
    values.try_reserve_exact(len).map_err(|_| Error::OutOfMemory { elements: len })?;
    values.resize(len, value);
    Ok(values)
}

/// One output position before its window: the bias, if there is one. Returns the number of terms.
fn begin<E: Element>(bias: &[E], values: &mut [f64], magnitudes: &mut [f64]) -> usize {
    for ((value, magnitude), &bias) in values.iter_mut().zip(magnitudes).zip(bias) {
        (*value, *magnitude) = (bias.to_f64(), bias.to_f64().abs());
    }
    usize::from(!bias.is_empty())
}

/// One output position of a convolution; returns the number of terms.
fn convolve<'a, E: Element>(
    pixels: impl Iterator<Item = (usize, &'a [E])>,
    groups: usize,
    weights: &[E],
    bias: &[E],
    values: &mut [f64],
    magnitudes: &mut [f64],
) -> usize {
    let mut terms = begin(bias, values, magnitudes);
    let out_channels = values.len();
    for (tap, pixel) in pixels {
        let depth = pixel.len() / groups;
        let block = &weights[tap * depth * out_channels..];
        for (channel, row) in block.chunks_exact(out_channels).take(depth).enumerate() {
            for (out, &weight) in row.iter().enumerate() {
                let group = out / (out_channels / groups);
                let product = pixel[group * depth + channel].to_f64() * weight.to_f64();
                values[out] += product;
                magnitudes[out] += product.abs();
            }
        }
        terms += depth;
    }
    terms
}

/// One output position of a max pool; minus infinity where the whole window lies in padding.
fn largest<'a, E: Element>(pixels: impl Iterator<Item = (usize, &'a [E])>, values: &mut [f64]) {
    values.fill(f64::NEG_INFINITY);
    for (_, pixel) in pixels {
        for (value, &x) in values.iter_mut().zip(pixel) {
            *value = value.max(x.to_f64());
        }
    }
}

/// One output position of an average pool, over `all` elements or those inside the input; returns the number of terms.
fn mean<'a, E: Element>(
    pixels: impl Iterator<Item = (usize, &'a [E])>,
    all: Option<usize>,
    values: &mut [f64],
    magnitudes: &mut [f64],
) -> usize {
    let mut terms = 0;
    for (_, pixel) in pixels {
        for ((value, magnitude), &x) in values.iter_mut().zip(&mut *magnitudes).zip(pixel) {
            *value += x.to_f64();
            *magnitude += x.to_f64().abs();
        }
        terms += 1;
    }
    let count = all.unwrap_or(terms) as f64;
    values.iter_mut().chain(magnitudes).for_each(|sum| *sum /= count);
    terms
}

/// The input position, flat, that kernel element `tap` meets at output `position`; `None` in padding of zeros.
fn input_position(
    spec: &Spec,
    before: &[usize],
    outputs: &[usize],
    mut position: usize,
    mut tap: usize,
) -> Option<usize> {
    let (mut found, mut unit) = (0, 1);
    for ((axis, before), output) in spec.axes.iter().zip(before).zip(outputs).rev() {
        let padded = position % output * axis.stride + tap % axis.kernel * axis.dilation;
        found += along(spec.padding_mode, axis.input, *before, padded)? * unit;
        unit *= axis.input;
        position /= output;
        tap /= axis.kernel;
    }
    Some(found)
}

/// Which of `input` elements there is at `padded`, counted from the first of `before` elements of padding; `None` for a zero.
fn along(mode: PaddingMode, input: usize, before: usize, padded: usize) -> Option<usize> {
    if (before..before + input).contains(&padded) {
        return Some(padded - before);
    }
    let last = input - 1;
    // How far it lies outside, 1 or more.
    let outside = if padded < before { Err(before - padded) } else { Ok(padded - before - last) };
    match (mode, outside) {
        (PaddingMode::Zeros, _) => None,
        (PaddingMode::Reflect, Err(left)) => Some(left),
        (PaddingMode::Reflect, Ok(right)) => Some(last - right),
        (PaddingMode::Replicate, Err(_)) => Some(0),
        (PaddingMode::Replicate, Ok(_)) => Some(last),
        (PaddingMode::Circular, Err(left)) => Some(input - left),
        (PaddingMode::Circular, Ok(right)) => Some(right - 1),
    }
}

/// Whether kernel element `tap` is inside the padded input, of lengths `padded`, at output `position`.
fn is_padded(axes: &[Axis], padded: &[usize], outputs: &[usize], mut position: usize, mut tap: usize) -> bool {
    axes.iter().zip(padded).zip(outputs).rev().all(|((axis, padded), output)| {
        let index = position % output * axis.stride + tap % axis.kernel * axis.dilation;
        position /= output;
        tap /= axis.kernel;
        index < *padded
    })
}
