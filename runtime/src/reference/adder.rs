//! The adder layer: minus the distance between each window and each kernel.
//!
//! Comes in: a window with the zeros of its padding, weights and bias. Goes out: sums in the output. Must not know: how the window
//! was found.

use crate::Element;

/// One output position, from its window's `pixels`, one a kernel element; weights are `[kernel sizes...][in / groups][out]`.
/// Returns the number of terms.
pub(super) fn subtract<'a, E: Element>(
    pixels: impl Iterator<Item = &'a [E]>,
    groups: usize,
    weights: &[E],
    bias: &[E],
    values: &mut [f64],
    magnitudes: &mut [f64],
) -> usize {
    let mut terms = super::begin(bias, values, magnitudes);
    let out_channels = values.len();
    for (tap, pixel) in pixels.enumerate() {
        let depth = pixel.len() / groups;
        for channel in 0..depth {
            for out in 0..out_channels {
                let x = pixel[out / (out_channels / groups) * depth + channel];
                let weight = weights[(tap * depth + channel) * out_channels + out];
                let distance = (x.to_f64() - weight.to_f64()).abs();
                values[out] -= distance;
                magnitudes[out] += distance;
            }
        }
        terms += depth;
    }
    terms
}
