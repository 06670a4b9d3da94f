//! The transposed convolution: each input is spread over the output.
//!
//! Comes in: a checked [`Spec`] and flat buffers. Goes out: sums in the output. Must not know: layouts; it goes from the input to
//! the output, as the operator is defined, and generated code the other way.

use super::Output;
use crate::{Axis, Element, Spec};

/// Adds up every input times every weight `[kernel sizes...][out / groups][in]` where it belongs, upon the bias. `before` is how much of
/// the output is cropped at its beginning, along each axis.
pub(super) fn convolve<E: Element>(
    spec: &Spec,
    before: &[usize],
    weights: &[E],
    bias: &[E],
    input: &[E],
    output: &mut Output,
) {
    let (from, to) = (spec.in_channels, spec.out_channels);
    let (depth, each) = (from / spec.groups, to / spec.groups);
    let Output { shape, values, magnitudes, terms, .. } = output;
    if !bias.is_empty() {
        for (at, value) in values.iter_mut().enumerate() {
            *value = bias[at % to].to_f64();
            (magnitudes[at], terms[at]) = (value.abs(), 1);
        }
    }
    for (position, pixel) in input.chunks_exact(from).enumerate() {
        for (tap, block) in weights.chunks_exact(from * each).enumerate() {
            let Some(reached) = output_position(spec.axes, before, shape, position, tap) else { continue };
            for (out, row) in block.chunks_exact(from).enumerate() {
                for (channel, (&x, &weight)) in pixel.iter().zip(row).enumerate() {
                    let at = reached * to + channel / depth * each + out;
                    let product = x.to_f64() * weight.to_f64();
                    values[at] += product;
                    magnitudes[at] += product.abs();
                    terms[at] += 1;
                }
            }
        }
    }
}

/// The output position, flat, to which kernel element `tap` carries input `position`; `None` where that is cropped.
fn output_position(
    axes: &[Axis],
    before: &[usize],
    outputs: &[usize],
    mut position: usize,
    mut tap: usize,
) -> Option<usize> {
    let (mut found, mut unit) = (0, 1);
    for ((axis, before), output) in axes.iter().zip(before).zip(outputs).rev() {
        let full = position % axis.input * axis.stride + tap % axis.kernel * axis.dilation;
        let index = full.checked_sub(*before).filter(|index| index < output)?;
        found += index * unit;
        unit *= output;
        position /= axis.input;
        tap /= axis.kernel;
    }
    Some(found)
}
