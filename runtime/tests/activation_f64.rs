//! The activations of generated code in `f64`: how exact they are at every SIMD level, and what they make of special values.
#![cfg(feature = "std")]

mod double_double;

use double_double::Double;
use fearless_simd::{Simd, SimdBase, f64x4};
use toeplitz::__private::{self as rt, dispatch};
use toeplitz::{Level, level_name, levels};

/// So near to 0, a result may be 0: a factor of up to 709 is applied to what was less than the smallest normal number.
const NEGLIGIBLE: f64 = 1024.0 * f64::MIN_POSITIVE;

/// One activation: the vector code, the exact function of a finite number, and how far the one may be from the other, in units in the
/// last place; its limits at minus infinity and infinity.
struct Case {
    name: &'static str,
    exact: fn(f64) -> Double,
    run: fn(Level, &mut [f64]),
    units: fn(f64) -> f64,
    limits: [f64; 2],
}

/// The function that applies `$call` to a slice at a level.
macro_rules! run {
    ($simd:ident, $x:ident => $call:expr) => {{
        fn apply<S: Simd>($simd: S, values: &mut [f64]) {
            for chunk in values.as_chunks_mut::<4>().0 {
                let $x = f64x4::from_slice($simd, &*chunk);
                $call.store_slice(chunk);
            }
        }
        |level, values| dispatch!(level; avx512: apply, avx2: apply, neon: apply, narrow: apply; (values))
    }};
}

fn sigmoid(x: Double) -> Double {
    let e = if x.0 < 0.0 { x.exp() } else { (-x).exp() };
    let all = Double::from(1.0) + e;
    if x.0 < 0.0 { e / all } else { Double::from(1.0) / all }
}

fn tanh(x: f64) -> Double {
    let m = Double::from(-2.0 * x.abs()).exp_minus_one();
    let tanh = -m / (m + 2.0.into());
    if x < 0.0 { -tanh } else { tanh }
}

fn elu(x: f64) -> Double {
    if x < 0.0 { Double::from(0.3) * Double::from(x).exp_minus_one() } else { x.into() }
}

/// Twice what the approximation of `gelu` takes the `tanh` of; beyond 100 it is cut off, where its function is 0 or 1.
fn gelu_exponent(x: f64) -> Double {
    let x = Double::from(x.clamp(-100.0, 100.0));
    Double(1.595_769_121_605_730_8, -9.969_308_809_110_92e-17)
        * x
        * (Double::from(1.0) + Double::from(0.044_715) * x * x)
}

fn cases() -> [Case; 6] {
    let gate = [-0.0, f64::INFINITY];
    let case = |name, units, exact, limits, run| Case { name, exact, run, units, limits };
    [
        case("sigmoid", |_| 2.5, |x| sigmoid(x.into()), [0.0, 1.0], run!(simd, x => rt::sigmoid(simd, x))),
        case("tanh", |_| 3.0, tanh, [-1.0, 1.0], run!(simd, x => rt::tanh(simd, x))),
        case("silu", |_| 3.5, |x| Double::from(x) * sigmoid(x.into()), gate, run!(simd, x => rt::silu(simd, x))),
        case(
            "gelu",
            |_| 7.0,
            |x| Double::from(x) * Double::from(x.clamp(-40.0, 40.0)).normal(),
            gate,
            run!(simd, x => rt::gelu(simd, x)),
        ),
        // What the exponent is off by, as a part of itself, is off the result in whole.
        case(
            "gelu(tanh)",
            |x| 4.0 + 4.0 * gelu_exponent(x).0.abs().min(800.0),
            |x| Double::from(x) * sigmoid(gelu_exponent(x)),
            gate,
            run!(simd, x => rt::gelu_tanh(simd, x)),
        ),
        case("elu(0.3)", |_| 2.5, elu, [-0.3, f64::INFINITY], run!(simd, x => rt::elu(simd, x, 0.3))),
    ]
}

/// Numbers all over `f64`, of both signs, and more of those for which functions are not at their limits.
fn numbers() -> Vec<f64> {
    let coarse = (0..=u64::MAX).step_by((u64::MAX / 4001) as usize).map(f64::from_bits);
    let wide = (-30_000..30_000).map(|at| f64::from(at) * 0.025_021);
    let fine = (-20_000..20_000).map(|at| f64::from(at) * 0.000_500_17);
    let mut numbers: Vec<f64> = coarse.filter(|x| x.is_finite()).chain(wide).chain(fine).collect();
    numbers.truncate(numbers.len() / 4 * 4);
    numbers
}

#[test]
fn activations_are_as_exact_as_they_say() {
    let numbers = numbers();
    for Case { name, exact, run, units, .. } in cases() {
        let exact: Vec<Double> = numbers.iter().map(|&x| exact(x)).collect();
        for level in levels() {
            let mut found = numbers.clone();
            run(level, &mut found);
            let (mut most, mut worst) = (0.0_f64, (0.0, 0.0));
            for ((&x, &found), &Double(high, low)) in numbers.iter().zip(&found).zip(&exact) {
                // A unit in the last place of the exact value.
                let unit = f64::EPSILON * 2.0_f64.powi((high.abs().log2().floor() as i32).max(-1022));
                let error = ((found - high) - low).abs();
                assert!(found.is_finite(), "{name}({x}) is {found}");
                if error > NEGLIGIBLE {
                    most = most.max(error / unit);
                    let of_allowed = error / unit / units(x);
                    worst = if of_allowed > worst.0 { (of_allowed, x) } else { worst };
                }
            }
            let (of_allowed, at) = worst;
            println!("{name} at {}: at most {most:.2} units", level_name(level));
            assert!(of_allowed <= 1.0, "{name} at {}: {of_allowed} times what is allowed at {at:?}", level_name(level));
        }
    }
}

#[test]
fn infinities_give_limits_and_a_nan_stays_one() {
    for Case { name, run, limits, .. } in cases() {
        for level in levels() {
            let mut values = [f64::NEG_INFINITY, f64::INFINITY, f64::NAN, f64::from_bits(0x7FF0_0000_0000_0001)];
            run(level, &mut values);
            let level = level_name(level);
            for (found, limit) in values.iter().zip(limits) {
                assert_eq!(found.to_bits(), limit.to_bits(), "{name} at {level} is {found} at an infinity");
            }
            assert!(values[2..].iter().all(|value| value.is_nan()), "{name} at {level}: {values:?}");
        }
    }
}

/// The numbers against others that are known to as many digits.
#[test]
fn what_is_compared_with_is_exact() {
    for (found, expected) in [
        (Double::from(1.0).exp(), [std::f64::consts::E, 1.445_646_891_729_250_2e-16]),
        (Double::from(-600.3).exp(), [1.963_462_058_497_701_2e-261, 9.153_447_526_726_684e-279]),
        (Double::from(1e-5).exp_minus_one(), [1.000_005_000_016_666_8e-5, -3.111_926_571_619_883e-22]),
        (Double::from(-4.9).normal(), [4.791_832_765_903_19e-7, 1.523_564_596_013_434e-23]),
        (Double::from(-5.1).normal(), [1.698_267_407_147_601_4e-7, 1.039_935_413_232_900_8e-23]),
        (Double::from(-30.0).normal(), [4.906_713_927_148_187e-198, -1.177_867_140_585_931e-214]),
        (Double::from(0.7).normal(), [0.758_036_347_776_927, 4.937_435_700_328_491e-18]),
    ] {
        let error = ((found.0 - expected[0]) + (found.1 - expected[1])).abs();
        assert!(error <= 1e-23 * expected[0].abs(), "{found:?}, expected {expected:?}");
    }
}
