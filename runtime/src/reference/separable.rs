//! The separable convolution: each channel of a window by itself, then what that gives as one pixel.
//!
//! Comes in: a window's elements inside the input, weights and bias. Goes out: sums in the output. Must not know: how the window was
//! found.

use alloc::vec;

use crate::Element;

/// One output position. `weights` are `[kernel sizes...][in][multiplier]`, of `kernel` elements, and then
/// `[in * multiplier][out]`. Returns the number of terms.
///
/// A product of three numbers goes through the sums of both halves: it is rounded as often as their terms together say, and the
/// magnitude of an output is the sum of the magnitudes of such products.
pub(super) fn convolve<'a, E: Element>(
    pixels: impl Iterator<Item = (usize, &'a [E])>,
    multiplier: usize,
    weights: &[E],
    kernel: usize,
    bias: &[E],
    values: &mut [f64],
    magnitudes: &mut [f64],
) -> usize {
    let out_channels = values.len();
    // Kernel elements and outputs share the channels between.
    let between = weights.len() / (kernel + out_channels);
    let (depthwise, pointwise) = weights.split_at(kernel * between);
    let mut sums = vec![(0.0, 0.0); between];
    let mut taps = 0;
    for (tap, pixel) in pixels {
        for (channel, (sum, magnitude)) in sums.iter_mut().enumerate() {
            let product = pixel[channel / multiplier].to_f64() * depthwise[tap * between + channel].to_f64();
            *sum += product;
            *magnitude += product.abs();
        }
        taps += 1;
    }
    let terms = super::begin(bias, values, magnitudes);
    for out in 0..out_channels {
        for (channel, (sum, magnitude)) in sums.iter().enumerate() {
            let weight = pointwise[channel * out_channels + out].to_f64();
            values[out] += sum * weight;
            magnitudes[out] += magnitude * weight.abs();
        }
    }
    taps + between + terms
}
