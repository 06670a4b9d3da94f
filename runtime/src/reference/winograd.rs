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
use crate::{DataFormat, Element, Spec};

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
    let Spec { in_channels, out_channels, .. } = *spec;
    let first = spec.format == DataFormat::ChannelsFirst;
    let (pixels, taps) = (input.len() / in_channels, weights.len() / (in_channels * out_channels));
    let of_channel = |channel: usize| {
        let (from, step) = if first { (channel * pixels, 1) } else { (channel, in_channels) };
        largest(&mut input[from..].iter().step_by(step).take(pixels).copied())
    };
    let of_pair = |channel: usize, out: usize| {
        let (from, step) = if first {
            ((out * in_channels + channel) * taps, 1)
        } else {
            (channel * out_channels + out, in_channels * out_channels)
        };
        largest(&mut weights[from..].iter().step_by(step).take(taps).copied())
    };
    let inputs: Vec<f64> = (0..in_channels).map(of_channel).collect();
    let mut bounds: Vec<f64> = filled(0.0, out_channels)?;
    for (out, bound) in bounds.iter_mut().enumerate() {
        *bound = inputs.iter().enumerate().map(|(channel, most)| most * of_pair(channel, out)).sum();
        *bound = growth * *bound + bias.get(out).map_or(0.0, |bias| bias.to_f64().abs());
    }
    let pixels = output.magnitudes.len() / out_channels;
    for (at, magnitude) in output.magnitudes.iter_mut().enumerate() {
        *magnitude = bounds[if first { at / pixels } else { at % out_channels }];
    }
    output.terms.fill(in_channels + ROUNDINGS);
    Ok(())
}
