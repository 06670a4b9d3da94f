//! Batch normalisation by its formula.
//!
//! Comes in: a pixel, and the four numbers of each channel. Goes out: values, and how far a program may be from them. Must not know:
//! that the formula is a scale and a shift.

use crate::Element;

/// One pixel. `numbers` are gammas, betas, means and variances.
///
/// A program may take the formula for a sum of three products, `x` and the mean times the same scale and beta. No integers keep the
/// root from being rounded, so all that it may be off by is an allowance: a rounding of the scale, of the shift, of the product and of
/// the sum, and one for an activation; and four units in the last place of the root.
pub(super) fn normalise<E: Element>(
    pixel: &[E],
    epsilon: f64,
    numbers: &[E],
    values: &mut [f64],
    allowances: &mut [f64],
    unit: f64,
) {
    let channels = pixel.len();
    for (channel, x) in pixel.iter().enumerate() {
        let number = |which: usize| numbers[which * channels + channel].to_f64();
        let (gamma, beta, mean, variance) = (number(0), number(1), number(2), number(3));
        let root = libm::sqrt(variance + epsilon);
        values[channel] = gamma * (x.to_f64() - mean) / root + beta;
        let magnitude = (gamma.abs() * (x.to_f64().abs() + mean.abs())) / root + beta.abs();
        allowances[channel] = (5.0 * unit + 8.0 * f64::UNIT) * magnitude;
    }
}
