//! What an operator means: direct loops in `f64` over any number of axes.
//!
//! Comes in: a [`Spec`], which repeats the macro call, and flat buffers. Goes out: the output, and how far an `f32`
//! program may be from it. Must not know: layouts, plans, or anything that the code generator works out. It has its own
//! padding rule, so that a mistake in the generator's shows as a difference.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::{Activation, Axis, Operator, Padding, Spec, WrongLength};

/// The output of an operator, all vectors `[spatial sizes...][channels]`, row-major and flat.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Spatial sizes, outermost first, then channels.
    pub shape: Vec<usize>,
    /// The output after the activation.
    pub values: Vec<f64>,
    /// For each output the sum of the absolute values of all its products and of its bias, times the activation's
    /// steepest slope; 0 where nothing is added up.
    pub magnitudes: Vec<f64>,
    /// For each output the number of products, and one for a bias; 0 where nothing is added up.
    pub terms: Vec<usize>,
}

impl Output {
    /// How far an `f32` result may be from `values[index]`.
    ///
    /// Adding up `n` rounded products in any order, fused or not, errs by no more than `n * u / (1 - n * u)` times the
    /// sum of their absolute values, where `u` is `2^-24`. Four more roundings are allowed for the bias and activation.
    /// The bound of a maximum is 0: nothing is rounded.
    pub fn bound(&self, index: usize) -> f64 {
        let roundings = (self.terms[index] + 4) as f64 / f64::from(1 << 24);
        roundings / (1.0 - roundings) * self.magnitudes[index]
    }
}

/// Why there is no output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// A buffer has the wrong length.
    Length(WrongLength),
    /// The kernel does not fit into the padded input.
    NoOutput {
        /// The axis, 0 for the outermost.
        axis: usize,
        /// Length of the kernel with its gaps.
        kernel: usize,
        /// Length of the input with its padding.
        padded: usize,
    },
}

impl From<WrongLength> for Error {
    fn from(length: WrongLength) -> Self {
        Self::Length(length)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => length.fmt(f),
            Self::NoOutput { axis, kernel, padded } => {
                write!(f, "axis {axis}: the kernel spans {kernel} elements, the padded input has {padded}")
            }
        }
    }
}

impl core::error::Error for Error {}

/// The output's spatial sizes, outermost first, then its channels.
///
/// # Errors
///
/// If the kernel does not fit into the padded input.
pub fn output_shape(spec: &Spec) -> Result<Vec<usize>, Error> {
    let mut shape = Vec::with_capacity(spec.axes.len() + 1);
    for (index, axis) in spec.axes.iter().enumerate() {
        let (before, after) = padding(axis);
        let (kernel, padded) = (extent(axis), axis.input + before + after);
        if kernel > padded {
            return Err(Error::NoOutput { axis: index, kernel, padded });
        }
        shape.push((padded - kernel) / axis.stride + 1);
    }
    shape.push(spec.out_channels);
    Ok(shape)
}

/// Runs the operator. Weights are HWIO (`[kernel sizes...][in][out]`), the input `[spatial sizes...][in]`, both flat;
/// a pool takes no weights, and an operator without bias no bias.
///
/// # Errors
///
/// If a buffer has the wrong length or the kernel does not fit into the padded input.
pub fn forward(spec: &Spec, weights: &[f32], bias: &[f32], input: &[f32]) -> Result<Output, Error> {
    let shape = output_shape(spec)?;
    let kernel: usize = spec.axes.iter().map(|axis| axis.kernel).product();
    let expected_weights = match spec.operator {
        Operator::Convolution => kernel * spec.in_channels * spec.out_channels,
        Operator::MaxPool => 0,
    };
    let positions: usize = spec.axes.iter().map(|axis| axis.input).product();
    WrongLength::check("weights", expected_weights, weights.len())?;
    WrongLength::check("bias", if spec.bias { spec.out_channels } else { 0 }, bias.len())?;
    WrongLength::check("input", positions * spec.in_channels, input.len())?;

    let len = shape.iter().product();
    let mut output = Output { shape, values: vec![0.0; len], magnitudes: vec![0.0; len], terms: vec![0; len] };
    for position in 0..len / spec.out_channels {
        let pixels = (0..kernel).filter_map(|tap| {
            let pixel = input_position(spec.axes, &output.shape, position, tap)?;
            Some((tap, &input[pixel * spec.in_channels..][..spec.in_channels]))
        });
        let channels = position * spec.out_channels..(position + 1) * spec.out_channels;
        match spec.operator {
            Operator::Convolution => {
                let values = &mut output.values[channels.clone()];
                let magnitudes = &mut output.magnitudes[channels.clone()];
                output.terms[channels].fill(convolve(pixels, weights, bias, values, magnitudes));
            }
            Operator::MaxPool => largest(pixels, &mut output.values[channels]),
        }
    }
    for (value, magnitude) in output.values.iter_mut().zip(&mut output.magnitudes) {
        *value = activate(spec.activation, *value);
        *magnitude *= slope(spec.activation);
    }
    Ok(output)
}

/// One output position of a convolution; returns the number of terms.
fn convolve<'a>(
    pixels: impl Iterator<Item = (usize, &'a [f32])>,
    weights: &[f32],
    bias: &[f32],
    values: &mut [f64],
    magnitudes: &mut [f64],
) -> usize {
    for ((value, magnitude), &bias) in values.iter_mut().zip(&mut *magnitudes).zip(bias) {
        *value = f64::from(bias);
        *magnitude = f64::from(bias).abs();
    }
    let mut terms = usize::from(!bias.is_empty());
    let out_channels = values.len();
    for (tap, pixel) in pixels {
        let block = &weights[tap * pixel.len() * out_channels..];
        for (&x, row) in pixel.iter().zip(block.chunks_exact(out_channels)) {
            for ((value, magnitude), &weight) in values.iter_mut().zip(&mut *magnitudes).zip(row) {
                let product = f64::from(x) * f64::from(weight);
                *value += product;
                *magnitude += product.abs();
            }
        }
        terms += pixel.len();
    }
    terms
}

/// One output position of a max pool; minus infinity where the whole window lies in padding.
fn largest<'a>(pixels: impl Iterator<Item = (usize, &'a [f32])>, values: &mut [f64]) {
    values.fill(f64::NEG_INFINITY);
    for (_, pixel) in pixels {
        for (value, &x) in values.iter_mut().zip(pixel) {
            *value = value.max(f64::from(x));
        }
    }
}

/// The input position, flat, that kernel element `tap` meets at output `position`; `None` in the padding.
fn input_position(axes: &[Axis], outputs: &[usize], mut position: usize, mut tap: usize) -> Option<usize> {
    let (mut found, mut unit) = (0, 1);
    for (axis, output) in axes.iter().zip(outputs).rev() {
        let padded = position % output * axis.stride + tap % axis.kernel * axis.dilation;
        let index = padded.checked_sub(padding(axis).0).filter(|&index| index < axis.input)?;
        found += index * unit;
        unit *= axis.input;
        position /= output;
        tap /= axis.kernel;
    }
    Some(found)
}

/// Length of the kernel with its gaps.
fn extent(axis: &Axis) -> usize {
    (axis.kernel - 1) * axis.dilation + 1
}

/// Elements of padding before and after the input.
fn padding(axis: &Axis) -> (usize, usize) {
    // `same` fixes the number of outputs, and pads by what the last window lacks: nothing if the stride outruns the
    // kernel.
    let lacking = ((axis.input.div_ceil(axis.stride) - 1) * axis.stride + extent(axis)).saturating_sub(axis.input);
    match axis.padding {
        Padding::Valid => (0, 0),
        Padding::Same => (lacking / 2, lacking - lacking / 2),
        Padding::SameLower => (lacking - lacking / 2, lacking / 2),
        Padding::Full => (extent(axis) - 1, extent(axis) - 1),
        Padding::Explicit { before, after } => (before, after),
    }
}

fn activate(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::None => x,
        Activation::Relu => x.max(0.0),
        Activation::Relu6 => x.clamp(0.0, 6.0),
        Activation::LeakyRelu(alpha) => {
            if x > 0.0 {
                x
            } else {
                f64::from(alpha) * x
            }
        }
    }
}

/// By how much an activation can stretch an error.
fn slope(activation: Activation) -> f64 {
    match activation {
        Activation::None | Activation::Relu | Activation::Relu6 => 1.0,
        Activation::LeakyRelu(alpha) => f64::from(alpha).abs().max(1.0),
    }
}
