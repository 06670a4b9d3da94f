//! The lengths that a specification asks for, and whether they can be.
//!
//! Comes in: a [`Spec`] with any numbers in it. Goes out: lengths that later arithmetic in `usize` cannot overflow, or
//! what is wrong with them. Has a padding rule of its own; see [`reference`](super).

use alloc::vec::Vec;

use super::Error;
use crate::{Activation, Axis, Operator, Padding, PaddingMode, Spec};

/// Most elements of a buffer, as of the macros': 8 GB of `f32`, beyond which a shape is a mistake.
const MAX_ELEMENTS: u128 = 1 << 31;

/// Elements of everything that [`forward`](super::forward) reads and writes.
pub(super) struct Sizes {
    /// Spatial sizes of the output, then its channels.
    pub(super) shape: Vec<usize>,
    /// Elements of padding before the input, along each axis.
    pub(super) before: Vec<usize>,
    /// Length of the input with its padding, along each axis; of a transposed convolution, nothing.
    pub(super) padded: Vec<usize>,
    /// Elements of the output.
    pub(super) output: usize,
    /// Kernel elements of one channel.
    pub(super) window: usize,
    /// Weights, with the slopes of the activation; 0 for a pool.
    pub(super) weights: usize,
    /// Those of the weights that are slopes: the last.
    pub(super) slopes: usize,
    /// Bias values; 0 without bias.
    pub(super) bias: usize,
    /// Elements of the input.
    pub(super) input: usize,
}

impl Sizes {
    pub(super) fn new(spec: &Spec) -> Result<Self, Error> {
        let shape = shape(spec)?;
        let inputs = spec.axes.iter().map(|axis| axis.input).chain([spec.in_channels]);
        let window = elements("window", spec.axes.iter().map(|axis| axis.kernel))?;
        let weights = match spec.operator {
            Operator::Convolution | Operator::TransposedConvolution | Operator::Adder => {
                elements("weights", [window, spec.in_channels / spec.groups, spec.out_channels])?
            }
            Operator::SeparableConvolution { multiplier } => {
                let between = elements("row between", [spec.in_channels, multiplier])?;
                let depthwise = elements("weights", [window, between])?;
                elements("weights", [depthwise + elements("weights", [between, spec.out_channels])?])?
            }
            Operator::BatchNorm { .. } => elements("weights", [4, spec.in_channels])?,
            Operator::MaxPool { .. }
            | Operator::AveragePool { .. }
            | Operator::Softmax { .. }
            | Operator::Network { .. } => 0,
        };
        let slopes = if spec.activation == Activation::Prelu { spec.out_channels } else { 0 };
        // `shape` has found each padded input, and each output before it is cropped, to fit a `usize`.
        let transposed = spec.operator == Operator::TransposedConvolution;
        let before = |axis| if transposed { cropping(axis).0 } else { padding(axis).0 };
        let before = spec.axes.iter().map(|axis| before(axis) as usize).collect();
        let padded = |axis: &Axis| {
            let (before, after) = padding(axis);
            axis.input + (before + after) as usize
        };
        Ok(Self {
            before,
            padded: if transposed { Vec::new() } else { spec.axes.iter().map(padded).collect() },
            output: elements("output", shape.iter().copied())?,
            window,
            weights: weights + slopes,
            slopes,
            bias: if spec.bias { spec.out_channels } else { 0 },
            input: elements("input", inputs)?,
            shape,
        })
    }
}

/// Spatial sizes of the output, then its channels.
pub(super) fn shape(spec: &Spec) -> Result<Vec<usize>, Error> {
    let Spec { in_channels, out_channels, groups, bias, .. } = *spec;
    positive("in_channels", in_channels, None)?;
    positive("out_channels", out_channels, None)?;
    positive("groups", groups, None)?;
    if let Operator::SeparableConvolution { multiplier } = spec.operator {
        positive("multiplier", multiplier, None)?;
    }
    if !in_channels.is_multiple_of(groups) || !out_channels.is_multiple_of(groups) {
        return Err(Error::Groups { groups, in_channels, out_channels });
    }
    let pool = matches!(spec.operator, Operator::MaxPool { .. } | Operator::AveragePool { .. });
    if pool && (in_channels != out_channels || bias) {
        return Err(Error::Pool { in_channels, out_channels, bias });
    }
    let alone = |axis: &Axis| (axis.kernel, axis.stride, axis.padding) == (1, 1, Padding::Valid);
    if matches!(spec.operator, Operator::BatchNorm { .. } | Operator::Softmax { .. })
        && !(in_channels == out_channels && groups == 1 && !bias && spec.axes.iter().all(alone))
    {
        return Err(Error::NoWindow);
    }
    let padded = !pool && spec.operator != Operator::TransposedConvolution;
    if !padded && spec.padding_mode != PaddingMode::Zeros {
        return Err(Error::PaddingMode);
    }
    let mut shape = Vec::with_capacity(spec.axes.len() + 1);
    for (index, axis) in spec.axes.iter().enumerate() {
        for (what, number) in
            [("input", axis.input), ("kernel", axis.kernel), ("stride", axis.stride), ("dilation", axis.dilation)]
        {
            positive(what, number, Some(index))?;
        }
        if spec.operator == Operator::TransposedConvolution {
            shape.push(transposed_output(axis, index)?);
            continue;
        }
        if axis.output_padding > 0 {
            return Err(Error::OutputPadding { axis: index, found: axis.output_padding, limit: 0 });
        }
        let (before, after) = padding(axis);
        let kernel = length("kernel with its gaps", extent(axis), index)?;
        let padded = length("padded input", (axis.input as u128).saturating_add(before).saturating_add(after), index)?;
        let widest = before.max(after) as usize;
        let limit = match spec.padding_mode {
            PaddingMode::Zeros | PaddingMode::Replicate => usize::MAX,
            PaddingMode::Reflect => axis.input - 1,
            PaddingMode::Circular => axis.input,
        };
        if widest > limit {
            return Err(Error::PaddingTooWide { axis: index, found: widest, limit });
        }
        if hangs_over(spec) {
            shape.push(hanging_output(axis, index, (kernel, padded))?);
            continue;
        }
        if kernel > padded {
            return Err(Error::NoOutput { axis: index, kernel, padded });
        }
        // Cannot overflow, for the kernel spans 1 or more.
        shape.push((padded - kernel) / axis.stride + 1);
    }
    shape.push(out_channels);
    Ok(shape)
}

/// Whether the last window may hang over the end.
fn hangs_over(spec: &Spec) -> bool {
    match spec.operator {
        Operator::MaxPool { ceil_mode } | Operator::AveragePool { ceil_mode, .. } => ceil_mode,
        _ => false,
    }
}

/// Number of windows of a span of `kernel` over a `padded` input along `axis`, which is the `index`-th: the last may hang over the end,
/// unless it begins behind the input.
fn hanging_output(axis: &Axis, index: usize, (kernel, padded): (usize, usize)) -> Result<usize, Error> {
    let further = match padded.checked_sub(kernel) {
        Some(room) => room.div_ceil(axis.stride),
        None if kernel - padded < axis.stride => 0,
        None => return Err(Error::NoOutput { axis: index, kernel, padded }),
    };
    let begin = |window: usize| window as u128 * axis.stride as u128;
    let behind = begin(further) >= axis.input as u128 + padding(axis).0;
    let last = if behind { further - 1 } else { further };
    length("padded input", begin(last) + kernel as u128, index)?;
    Ok(last + 1)
}

/// Elements of padding before and after the input. No number of `axis` may be 0.
fn padding(axis: &Axis) -> (u128, u128) {
    let (input, stride, extent) = (axis.input as u128, axis.stride as u128, extent(axis));
    // `same` fixes the number of outputs, and pads by what the last window lacks: nothing if the stride outruns the
    // kernel.
    let lacking = ((input.div_ceil(stride) - 1) * stride).saturating_add(extent).saturating_sub(input);
    ends(axis.padding, lacking, extent)
}

/// Elements before and after, where `same` has `lacking` in all and the kernel spans `extent`.
fn ends(padding: Padding, lacking: u128, extent: u128) -> (u128, u128) {
    match padding {
        Padding::Valid => (0, 0),
        Padding::Same => (lacking / 2, lacking - lacking / 2),
        Padding::SameLower => (lacking - lacking / 2, lacking / 2),
        Padding::Full => (extent - 1, extent - 1),
        Padding::Causal => (extent - 1, 0),
        Padding::Explicit { before, after } => (before as u128, after as u128),
    }
}

/// Output length of a transposed convolution along `axis`, which is the `index`-th.
fn transposed_output(axis: &Axis, index: usize) -> Result<usize, Error> {
    let most = axis.stride.max(axis.dilation) - 1;
    let same = matches!(axis.padding, Padding::Same | Padding::SameLower);
    let limit = if same { 0 } else { most };
    if axis.output_padding > limit {
        return Err(Error::OutputPadding { axis: index, found: axis.output_padding, limit });
    }
    // Two `usize` multiplied at the most, and some more: no more than a `u128` holds.
    let spread = (axis.input as u128 - 1) * axis.stride as u128;
    let full = spread.saturating_add(extent(axis)).saturating_add(axis.output_padding as u128);
    let full = length("output before cropping", full, index)?;
    if same {
        return length("output", axis.input as u128 * axis.stride as u128, index);
    }
    let (before, after) = cropping(axis);
    match (full as u128).checked_sub(before.saturating_add(after)) {
        None | Some(0) => Err(Error::AllCropped { axis: index, full }),
        Some(output) => length("output", output, index),
    }
}

/// Elements cropped from both ends of a transposed convolution's output: what the convolution from its output to its input
/// pads.
fn cropping(axis: &Axis) -> (u128, u128) {
    let extent = extent(axis);
    ends(axis.padding, extent.saturating_sub(axis.stride as u128), extent)
}

/// Length of the kernel with its gaps. Two `usize` multiplied, and 1: no more than a `u128` holds.
fn extent(axis: &Axis) -> u128 {
    (axis.kernel as u128 - 1) * axis.dilation as u128 + 1
}

fn positive(what: &'static str, number: usize, axis: Option<usize>) -> Result<(), Error> {
    if number == 0 { Err(Error::Zero { what, axis }) } else { Ok(()) }
}

/// A length along an axis, if a `usize` holds it.
fn length(what: &'static str, found: u128, axis: usize) -> Result<usize, Error> {
    usize::try_from(found).map_err(|_| Error::TooLarge { what, axis: Some(axis), found, limit: usize::MAX as u128 })
}

/// The product of sizes, if a buffer may have so many elements.
fn elements(what: &'static str, sizes: impl IntoIterator<Item = usize>) -> Result<usize, Error> {
    let found = sizes.into_iter().fold(1, |product: u128, size| product.saturating_mul(size as u128));
    if found > MAX_ELEMENTS {
        return Err(Error::TooLarge { what, axis: None, found, limit: MAX_ELEMENTS });
    }
    Ok(found as usize)
}
