//! How far a program may be from the reference that computes a convolution by another algorithm.
//!
//! Comes in: what is known of the algorithm, weights and input. Goes out: magnitudes and numbers of roundings, in place of those of direct sums.
//! Must not know: points, tiles, passes of transforms.
//!
//! By Winograd's algorithm outputs of a tile are `A (sum of (G w G') * (B x B')) A'`, summed over input channels. With `w` and `x` replaced by the largest magnitude that a channel
//! has, and all matrices by their magnitudes, that is at most `growth` times the sum of products of these magnitudes. Each of the roundings on the way
//! from an input or a weight to the output errs by a unit of what is rounded, and all of them by no more than their number times that
//! bound.
//!
//! By transforms a pass over the elements of a block, which doubles their number, errs by a few units of the root of the sum of their squares, and
//! so do all passes by no more than so many times their number; products with a spectrum are no larger than the sum of a kernel's magnitudes times
//! that root. What a transform errs by is spread over all of its outputs: each is taken to have the mean of it. With `x` the largest magnitude that
//! a channel has, that is at most the root of two, for two blocks are one, times `x` and the sum of a kernel's magnitudes.
//!
//! Kernels that are a column times a row are so to within a few units of the sum of their magnitudes, which `x` is multiplied by then.

use alloc::vec::Vec;

use super::{Error, Output, filled};
use crate::{Algorithm, DataFormat, Element, Spec};

/// Roundings beside those of the sum over input channels: sums of up to eight products along each axis, of inputs and of products; one for a
/// weight, and one for each constant that is rounded itself.
const ROUNDINGS: usize = 2 * (2 * 8 + 2 * 8) + 2;
/// Roundings of a transform forwards and back for each doubling of its size, and of a product with a spectrum.
const PASS_ROUNDINGS: usize = 8;
/// Roundings of a kernel whose columns and rows are taken apart, and of these.
const FACTOR_ROUNDINGS: usize = 8;

/// Puts the bounds of the algorithm in place of those of direct sums, if it is another.
pub(super) fn widen<E: Element>(
    spec: &Spec,
    (weights, bias, input): (&[E], &[E], &[E]),
    output: &mut Output,
) -> Result<(), Error> {
    let largest = |values: &mut dyn Iterator<Item = E>| values.fold(0.0, |most, value| value.to_f64().abs().max(most));
    let Spec { in_channels, out_channels, .. } = *spec;
    let (growth, roundings) = match spec.algorithm {
        Algorithm::Direct => return Ok(()),
        Algorithm::Winograd { growth } => (growth, ROUNDINGS),
        Algorithm::Factored => (1.0, spec.axes.iter().map(|axis| axis.kernel).sum::<usize>() + FACTOR_ROUNDINGS),
        Algorithm::Fft { size } => (core::f64::consts::SQRT_2, PASS_ROUNDINGS * (size.max(1).ilog2() as usize + 2)),
    };
    let first = spec.format == DataFormat::ChannelsFirst;
    let (pixels, taps) = (input.len() / in_channels, weights.len() * spec.groups / (in_channels * out_channels));
    let of_channel = |channel: usize| {
        let (from, step) = if first { (channel * pixels, 1) } else { (channel, in_channels) };
        largest(&mut input[from..].iter().step_by(step).take(pixels).copied())
    };
    let depth = in_channels / spec.groups;
    let of_pair = |channel: usize, out: usize| {
        let (from, step) = if first {
            ((out * depth + channel) * taps, 1)
        } else {
            (channel * out_channels + out, depth * out_channels)
        };
        let taps = weights[from..].iter().step_by(step).take(taps);
        match spec.algorithm {
            Algorithm::Fft { .. } | Algorithm::Factored => taps.map(|weight| weight.to_f64().abs()).sum(),
            Algorithm::Direct | Algorithm::Winograd { .. } => largest(&mut taps.copied()),
        }
    };
    let inputs: Vec<f64> = (0..in_channels).map(of_channel).collect();
    let mut bounds: Vec<f64> = filled(0.0, out_channels)?;
    for (out, bound) in bounds.iter_mut().enumerate() {
        // Those of the output channel's own group.
        let inputs = &inputs[out / (out_channels / spec.groups) * depth..][..depth];
        *bound = inputs.iter().enumerate().map(|(channel, most)| most * of_pair(channel, out)).sum();
        *bound = growth * *bound + bias.get(out).map_or(0.0, |bias| bias.to_f64().abs());
    }
    let pixels = output.magnitudes.len() / out_channels;
    for (at, magnitude) in output.magnitudes.iter_mut().enumerate() {
        *magnitude = bounds[if first { at / pixels } else { at % out_channels }];
    }
    output.terms.fill(in_channels + roundings);
    Ok(())
}
