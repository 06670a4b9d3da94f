//! The activations of generated code: how exact they are at every SIMD level, and what they make of special values.
#![cfg(feature = "std")]

use fearless_simd::{Simd, SimdBase, f32x8};
use toeplitz::__private::{self as rt, dispatch};
use toeplitz::{Level, level_name, levels};

/// Bits between one tested number and the next: about 600,000 numbers from all of `f32`.
const STEP: usize = 7001;
/// So near to 0, a result may be 0: 128 times the smallest normal number, because a factor of up to 88 is applied to what was
/// less than that number.
const NEGLIGIBLE: f64 = 128.0 * f32::MIN_POSITIVE as f64;

/// One activation: the vector code, the exact function, and how far the one may be from the other at an input, in units in the
/// last place.
struct Case {
    name: &'static str,
    exact: fn(f64) -> f64,
    run: fn(Level, &mut [f32]),
    units: fn(f64) -> f64,
}

/// The function that applies `$call` to a slice at a level.
macro_rules! run {
    ($simd:ident, $x:ident => $call:expr) => {{
        fn apply<S: Simd>($simd: S, values: &mut [f32]) {
            for chunk in values.as_chunks_mut::<8>().0 {
                let $x = f32x8::from_slice($simd, &*chunk);
                $call.store_slice(chunk);
            }
        }
        |level, values| dispatch!(level; avx512: apply, avx2: apply, neon: apply, narrow: apply; (values))
    }};
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Both tails of the normal distribution, each without cancellation.
fn normal(x: f64) -> f64 {
    libm::erfc(-x / 2.0_f64.sqrt()) / 2.0
}

fn elu(x: f64, alpha: f64) -> f64 {
    if x < 0.0 { alpha * x.exp_m1() } else { x }
}

/// What is multiplied by an infinity is 0 in the limit, and so is the product.
fn gated(x: f64, gate: f64) -> f64 {
    if gate == 0.0 { 0.0 } else { x * gate }
}

/// Twice what the approximation of `gelu` takes the `tanh` of.
fn gelu_exponent(x: f64) -> f64 {
    (8.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3))
}

fn cases() -> [Case; 10] {
    let case = |name, units, exact, run| Case { name, exact, run, units };
    [
        case("sigmoid", |_| 2.5, sigmoid, run!(simd, x => rt::sigmoid(simd, x))),
        case("tanh", |_| 3.0, f64::tanh, run!(simd, x => rt::tanh(simd, x))),
        case("silu", |_| 3.5, |x| gated(x, sigmoid(x)), run!(simd, x => rt::silu(simd, x))),
        case("gelu", |_| 5.5, |x| gated(x, normal(x)), run!(simd, x => rt::gelu(simd, x))),
        // What the exponent is off by, as a part of itself, is off the result in whole.
        case(
            "gelu(tanh)",
            |x| 4.0 + 4.0 * gelu_exponent(x).abs().min(100.0),
            |x| gated(x, sigmoid(gelu_exponent(x))),
            run!(simd, x => rt::gelu_tanh(simd, x)),
        ),
        case("elu", |_| 2.0, |x| elu(x, 1.0), run!(simd, x => rt::elu(simd, x, 1.0))),
        case("elu(0.3)", |_| 2.5, |x| elu(x, f64::from(0.3_f32)), run!(simd, x => rt::elu(simd, x, 0.3))),
        case(
            "hard_swish",
            |_| 2.5,
            |x| gated(x, (x + 3.0).clamp(0.0, 6.0) / 6.0),
            run!(simd, x => rt::hard_swish(simd, x)),
        ),
        case(
            "leaky_relu",
            |_| 0.5,
            |x| if x < 0.0 { 0.25 * x } else { x },
            run!(simd, x => rt::leaky_relu(simd, x, 0.25)),
        ),
        case("relu6", |_| 0.0, |x| x.clamp(0.0, 6.0), run!(simd, x => rt::relu6(simd, x))),
    ]
}

/// Numbers all over `f32`, of both signs, and every magnitude of them around 1 in finer steps; no NaN.
fn numbers() -> Vec<f32> {
    let coarse = (0..=u32::MAX).step_by(STEP).map(f32::from_bits);
    let fine = (-1_600_000..1_600_000).step_by(13).map(|at| at as f32 / 1e5);
    let mut numbers: Vec<f32> = coarse.filter(|x| !x.is_nan()).chain(fine).collect();
    numbers.truncate(numbers.len() / 8 * 8);
    numbers
}

#[test]
fn activations_are_as_exact_as_they_say() {
    let numbers = numbers();
    for Case { name, exact, run, units } in cases() {
        for level in levels() {
            let mut found = numbers.clone();
            run(level, &mut found);
            let mut worst = (0.0, 0.0);
            for (&x, &found) in numbers.iter().zip(&found) {
                let exact = exact(f64::from(x));
                // A unit in the last place of the exact value.
                let unit = f64::from(f32::EPSILON) * 2.0_f64.powi((exact.abs().log2().floor() as i32).max(-126));
                let error = (f64::from(found) - exact).abs();
                let of_allowed = error / unit / units(f64::from(x));
                if error > NEGLIGIBLE && of_allowed > worst.0 {
                    worst = (of_allowed, x);
                }
                assert!(found.is_finite() || exact.is_infinite(), "{name}({x}) is {found}");
            }
            let (of_allowed, at) = worst;
            let allowed = units(f64::from(at));
            println!("{name} at {}: {:.2} of {allowed} units at {at:?}", level_name(level), of_allowed * allowed);
            assert!(of_allowed <= 1.0, "{name} at {}: {of_allowed} times {allowed} units at {at:?}", level_name(level));
        }
    }
}

/// What each function makes of minus infinity and of infinity. The sign of a zero is the limit's: from below.
#[test]
fn infinities_give_limits_and_a_nan_stays_one() {
    for Case { name, run, .. } in cases() {
        let (below, above) = match name {
            "sigmoid" => (0.0, 1.0),
            "tanh" => (-1.0, 1.0),
            "silu" | "gelu" | "gelu(tanh)" | "hard_swish" => (-0.0, f32::INFINITY),
            "elu" => (-1.0, f32::INFINITY),
            "elu(0.3)" => (-0.3, f32::INFINITY),
            "leaky_relu" => (f32::NEG_INFINITY, f32::INFINITY),
            "relu6" => (0.0, 6.0),
            _ => panic!("{name} has limits that this test does not know"),
        };
        for level in levels() {
            let nan = f32::from_bits(0x7F80_0001);
            let mut values = [f32::NEG_INFINITY, f32::INFINITY, f32::NAN, -f32::NAN, nan, -1e38, 1e38, 0.0];
            run(level, &mut values);
            let level = level_name(level);
            assert_eq!(values[0].to_bits(), below.to_bits(), "{name}(-inf) at {level} is {}", values[0]);
            assert_eq!(values[1].to_bits(), above.to_bits(), "{name}(inf) at {level} is {}", values[1]);
            assert!(values[2..5].iter().all(|value| value.is_nan()), "{name} at {level}: {values:?}");
            assert!(values[5..].iter().all(|value| value.is_finite()), "{name} at {level}: {values:?}");
        }
    }
}

#[test]
fn a_hard_sigmoid_is_a_line_between_zero_and_one() {
    for level in levels() {
        let mut values = [-3.5, -3.0, -1.5, 0.0, 1.5, 3.0, f32::INFINITY, f32::NAN];
        (run!(simd, x => rt::hard_sigmoid(simd, x, 1.0 / 6.0, 0.5)) as fn(Level, &mut [f32]))(level, &mut values);
        let expected = [0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0];
        for (found, expected) in values.iter().zip(expected) {
            assert!((found - expected).abs() <= f32::EPSILON, "{values:?} at {}", level_name(level));
        }
        assert!(values[7].is_nan(), "{values:?} at {}", level_name(level));
    }
}

#[cfg(feature = "scalar")]
#[test]
fn a_lane_alone_gives_what_a_vector_gives() {
    for x in numbers().into_iter().step_by(97).chain([f32::INFINITY, f32::NEG_INFINITY]) {
        let vector = |run: fn(Level, &mut [f32])| {
            let mut values = [x; 8];
            run(Level::fallback(), &mut values);
            values[3]
        };
        let same = |name, one: f32, run| assert_eq!(one.to_bits(), vector(run).to_bits(), "{name}({x})");
        same("relu", rt::relu_scalar(x), run!(simd, x => rt::relu(simd, x)));
        same("relu6", rt::relu6_scalar(x), run!(simd, x => rt::relu6(simd, x)));
        same("leaky_relu", rt::leaky_relu_scalar(x, 0.3), run!(simd, x => rt::leaky_relu(simd, x, 0.3)));
        same("hard_swish", rt::hard_swish_scalar(x), run!(simd, x => rt::hard_swish(simd, x)));
        same(
            "hard_sigmoid",
            rt::hard_sigmoid_scalar(x, 0.2, 0.5),
            run!(simd, x => rt::hard_sigmoid(simd, x, 0.2, 0.5)),
        );
    }
}
