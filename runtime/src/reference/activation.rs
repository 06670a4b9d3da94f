//! Activations by their plain formulas in `f64`, and how far a program in the data's type may be from them.
//!
//! Comes in: sums. Goes out: outputs, and what was added to their bound. Must not know: how generated code computes them.

use super::Output;
use crate::{Activation, Element};

/// Applies an activation to all of `output`. `slopes` has one for each of `channels` output channels, or nothing.
pub(super) fn apply<E: Element>(activation: Activation, channels: usize, slopes: &[E], output: &mut Output) {
    let common = rounded::<E>(activation);
    for (index, value) in output.values.iter_mut().enumerate() {
        let activation = match common {
            // A slope of its own for each channel.
            Activation::Prelu => Activation::LeakyRelu(slopes[index % channels].to_f64()),
            activation => activation,
        };
        let x = *value;
        *value = activate(activation, x);
        output.magnitudes[index] *= steepest(activation);
        let before = output.allowances[index] * steepest(activation);
        output.allowances[index] = before + allowance::<E>(activation, x, *value, output.unit);
    }
}

/// The activation with its numbers as a program of the data's type has them.
fn rounded<E: Element>(activation: Activation) -> Activation {
    let round = |number| E::from_f64(number).to_f64();
    match activation {
        Activation::LeakyRelu(alpha) => Activation::LeakyRelu(round(alpha)),
        Activation::Elu(alpha) => Activation::Elu(round(alpha)),
        Activation::HardSigmoid { alpha, beta } => Activation::HardSigmoid { alpha: round(alpha), beta: round(beta) },
        activation => activation,
    }
}

/// Comparisons and no `max`, which would drop a NaN.
fn activate(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::None => x,
        Activation::Relu => {
            if x < 0.0 {
                0.0
            } else {
                x
            }
        }
        Activation::Relu6 => x.clamp(0.0, 6.0),
        Activation::LeakyRelu(alpha) => {
            if x > 0.0 {
                x
            } else {
                alpha * x
            }
        }
        Activation::Prelu => unreachable!("each output has its slope"),
        Activation::Elu(alpha) => {
            if x > 0.0 {
                x
            } else {
                alpha * libm::expm1(x)
            }
        }
        Activation::Sigmoid => sigmoid(x),
        Activation::Tanh => libm::tanh(x),
        Activation::Silu => gated(x, sigmoid(x)),
        Activation::HardSigmoid { alpha, beta } => (alpha * x + beta).clamp(0.0, 1.0),
        Activation::HardSwish => gated(x, (x + 3.0).clamp(0.0, 6.0) / 6.0),
        // `erfc` keeps the tail of negative numbers, of which `1 + erf` leaves nothing.
        Activation::Gelu => gated(x, libm::erfc(-x * core::f64::consts::FRAC_1_SQRT_2) / 2.0),
        Activation::GeluTanh => gated(x, sigmoid(gelu_exponent(x))),
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// Twice what the approximation of `gelu` takes the `tanh` of.
fn gelu_exponent(x: f64) -> f64 {
    libm::sqrt(8.0 / core::f64::consts::PI) * (x + 0.044_715 * x * x * x)
}

/// `x * gate`; 0, the limit, where the gate is shut, on minus infinity too.
fn gated(x: f64, gate: f64) -> f64 {
    if gate > 0.0 || gate.is_nan() { x * gate } else { 0.0 }
}

/// By how much an activation can stretch an error: its steepest slope, rounded up.
pub(super) fn steepest(activation: Activation) -> f64 {
    match activation {
        Activation::None | Activation::Relu | Activation::Relu6 | Activation::Prelu | Activation::Tanh => 1.0,
        Activation::LeakyRelu(alpha) | Activation::Elu(alpha) => alpha.abs().max(1.0),
        Activation::Sigmoid => 0.25,
        // At 2.4.
        Activation::Silu => 1.1,
        Activation::HardSigmoid { alpha, .. } => alpha.abs(),
        // Just below 3.
        Activation::HardSwish => 1.5,
        // At the square root of 2 and near to it.
        Activation::Gelu | Activation::GeluTanh => 1.13,
    }
}

/// How far a program of the data's type may be from `y`, the activation of `x`, because of the activation alone. `unit` is what one
/// rounding adds to their relative distance, that of the reference included.
///
/// Of functions with an exponential 6 units in the last place of the result: one for each step of a short formula, an exponential
/// and a polynomial counted as one and a half. A program may take what is below the smallest normal number for 0, also before it is
/// multiplied by `x`, which is not above 88 there, or 709 in `f64`. The approximation of `gelu` has an exponent that is rounded four
/// times, and a part of the exponent is that part of it, times itself, of the result; what `gelu` has here rounds its argument so,
/// whose square is the exponent. A straight line is off by its terms' roundings.
fn allowance<E: Element>(activation: Activation, x: f64, y: f64, unit: f64) -> f64 {
    let (last_place, negligible) = (2.0 * unit, 1024.0 * E::SMALLEST);
    match activation {
        Activation::None | Activation::Relu | Activation::Relu6 | Activation::LeakyRelu(_) | Activation::Prelu => 0.0,
        Activation::Elu(_) | Activation::Sigmoid | Activation::Tanh | Activation::Silu => {
            6.0 * last_place * y.abs() + negligible
        }
        Activation::Gelu => (6.0 * last_place + 2.0 * x * x * f64::UNIT) * y.abs() + negligible,
        Activation::GeluTanh => (6.0 + 4.0 * gelu_exponent(x).abs()) * last_place * y.abs() + negligible,
        Activation::HardSigmoid { alpha, beta } => {
            let scaled = alpha * x;
            let rounded = 2.0 * last_place * (scaled.abs() + beta.abs());
            // What is cut off so far from the line is not rounded.
            if (-rounded..=1.0 + rounded).contains(&(scaled + beta)) { rounded } else { 0.0 }
        }
        // With some room on either side of the curve, for sums that are rounded.
        Activation::HardSwish => {
            if x.abs() < 3.5 {
                3.0 * last_place * y.abs()
            } else {
                0.0
            }
        }
    }
}
