//! What several tests share, and the code in the workspace's README, compiled and run as documentation tests.
#![cfg_attr(doctest, doc = include_str!("../../README.md"))]

pub mod conformance;

use toeplitz::{Buffer, Element, Layer, level_name, levels, reference};

/// The largest error of `L` over its largest output, at the level that has the most of it, on numbers that follow from `seed`.
///
/// # Panics
///
/// If the reference knows no such layer.
pub fn relative_error<L: Layer>(seed: u64) -> f64 {
    let mut state = seed;
    let mut fill = |values: &mut [L::Element]| {
        for value in values {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *value = L::Element::from_f64((state >> 33) as f64 / f64::from(1 << 30) - 1.0);
        }
    };
    let (mut weights, mut bias, mut input) = (L::Weights::zeroed(), L::Bias::zeroed(), L::Input::zeroed());
    fill(weights.as_mut_slice());
    fill(bias.as_mut_slice());
    fill(input.as_mut_slice());
    let layer = L::boxed(&weights, &bias);
    let expected = reference::forward(&L::SPEC, weights.as_slice(), bias.as_slice(), input.as_slice());
    let expected = expected.expect("the reference knows the layer").values;
    let largest = expected.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let mut worst = 0.0_f64;
    for level in levels() {
        let (mut output, mut scratch) = (L::Output::zeroed(), L::Scratch::zeroed());
        // What is in the memory to work in does not matter.
        scratch.as_mut_slice().fill(L::Element::from_f64(f64::NAN));
        layer.forward_at(level, &input, &mut output, &mut scratch);
        let found = output.as_slice().iter().map(|&value| value.to_f64());
        let error = found.zip(&expected).map(|(found, expected)| (found - expected).abs());
        // A NaN is no error below any limit.
        let error = error.fold(0.0_f64, |most, error| if error <= most { most } else { error });
        println!("{} at {}: {:.2e}", core::any::type_name::<L>(), level_name(level), error / largest);
        worst = if error / largest <= worst { worst } else { error / largest };
    }
    worst
}
