//! Softmax and its logarithm by their formulas.
//!
//! Comes in: a pixel. Goes out: values, and how far a program may be from them. Must not know: how generated code computes them.

use crate::Element;

/// One pixel.
///
/// A program rounds the distance from the maximum, and a part of an exponent is that part of it, times itself, of the power. Powers
/// are off by 6 units in the last place besides, what is below the smallest normal number may be 0, and a sum rounds once a channel;
/// the sum has the mean of its powers' parts, weighted by the powers. A quotient or a logarithm rounds once more.
pub(super) fn probabilities<E: Element>(pixel: &[E], log: bool, values: &mut [f64], allowances: &mut [f64], unit: f64) {
    let most = pixel.iter().map(|x| x.to_f64()).fold(f64::NEG_INFINITY, f64::max);
    let (mut sum, mut exponents) = (0.0, 0.0);
    for x in pixel {
        let distance = x.to_f64() - most;
        let power = libm::exp(distance);
        sum += power;
        // In the limit nothing, of minus infinity.
        exponents += if power > 0.0 { distance.abs() * power } else { 0.0 };
    }
    let of_sum = unit * (exponents / sum + 12.0 + pixel.len() as f64);
    for ((value, allowance), x) in values.iter_mut().zip(allowances).zip(pixel) {
        let distance = x.to_f64() - most;
        if log {
            *value = distance - libm::log(sum);
            *allowance = of_sum + unit * (distance.abs() + 2.0 * libm::log(sum) + value.abs());
        } else {
            *value = libm::exp(distance) / sum;
            *allowance = *value * (of_sum + unit * (distance.abs() + 14.0)) + 1024.0 * E::SMALLEST;
        }
    }
}
