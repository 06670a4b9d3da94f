//! How far a program may be from the reference that computes a convolution by Winograd's algorithm.
//!
//! Comes in: the growth of products, weights and input. Goes out: magnitudes and numbers of roundings, in place of those of direct sums.
//! Must not know: points, tiles.
//!
//! Outputs of a tile are `A (sum of (G w G') * (B x B')) A'`, summed over input channels. With `w` and `x` replaced by the largest magnitude that a channel
//! has, and all matrices by their magnitudes, that is at most `growth` times the sum of products of these magnitudes. Each of the roundings on the way
//! from an input or a weight to the output errs by a unit of what is rounded, and all of them by no more than their number times that
//! bound.

use alloc::vec::Vec;

use super::{Error, Output, filled};
use crate::{Element, Spec};

/// Roundings beside those of the sum over input channels: sums of up to eight products along each axis, of inputs and of products; one for a
/// weight, and one for each constant that is rounded itself.
const ROUNDINGS: usize = 2 * (2 * 8 + 2 * 8) + 2;

/// Puts the bounds of the algorithm in place of those of direct sums.
pub(super) fn widen<E: Element>(
    spec: &Spec,
    growth: f64,
    (weights, bias, input): (&[E], &[E], &[E]),
    output: &mut Output,
) -> Result<(), Error> {
    let largest = |values: &mut dyn Iterator<Item = E>| values.fold(0.0, |most, value| value.to_f64().abs().max(most));
    let inputs: Vec<f64> = (0..spec.in_channels)
        .map(|channel| largest(&mut input[channel..].iter().step_by(spec.in_channels).copied()))
        .collect();
    let mut bounds: Vec<f64> = filled(0.0, spec.out_channels)?;
    for (out, bound) in bounds.iter_mut().enumerate() {
        for (channel, most) in inputs.iter().enumerate() {
            let first = channel * spec.out_channels + out;
            let mut taps = weights[first..].iter().step_by(spec.in_channels * spec.out_channels).copied();
            *bound += most * largest(&mut taps);
        }
        *bound = growth * *bound + bias.get(out).map_or(0.0, |bias| bias.to_f64().abs());
    }
    for (magnitudes, terms) in
        output.magnitudes.chunks_exact_mut(spec.out_channels).zip(output.terms.chunks_exact_mut(spec.out_channels))
    {
        magnitudes.copy_from_slice(&bounds);
        terms.fill(spec.in_channels + ROUNDINGS);
    }
    Ok(())
}
