//! Softmax and its logarithm, of the channels of each pixel.
//!
//! Comes in: flat pixels, channels innermost or outermost. Goes out: as many outputs. Must not know: operators.
//!
//! The largest channel is subtracted before the exponential, so that nothing overflows and the sum is 1 or more:
//! `e^x / sum(e^x)` is `e^(x - max) / sum(e^(x - max))`, and its logarithm `x - max - ln(sum(e^(x - max)))`. Whatever holds a NaN, or
//! an infinity as its maximum, is NaN in all channels.
//!
//! Lanes are channels of a pixel, or neighbouring pixels where channels are outermost. The last lanes of either may be empty: they
//! hold minus infinity, which is no maximum and adds nothing to a sum.

use fearless_simd::Simd;

use super::math::{Real, Vector, exp};
use crate::Element as _;

/// The functions for one type of data, whose vectors are as wide as a level has them.
macro_rules! functions {
    ($softmax:ident, $log_softmax:ident, $element:ty, $vector:ident) => {
        /// `e^x` of each channel over the sum of all of a pixel's. `first` is whether channels are outermost.
        #[inline(always)]
        pub fn $softmax<S: Simd>(simd: S, input: &[$element], output: &mut [$element], channels: usize, first: bool) {
            run::<S, S::$vector, false>(simd, input, output, channels, first);
        }

        /// The logarithm of that.
        #[inline(always)]
        pub fn $log_softmax<S: Simd>(
            simd: S,
            input: &[$element],
            output: &mut [$element],
            channels: usize,
            first: bool,
        ) {
            run::<S, S::$vector, true>(simd, input, output, channels, first);
        }
    };
}

functions!(softmax_f32, log_softmax_f32, f32, f32s);
functions!(softmax_f64, log_softmax_f64, f64, f64s);

#[inline(always)]
fn run<S: Simd, V: Vector<S>, const LOG: bool>(
    simd: S,
    input: &[V::Element],
    output: &mut [V::Element],
    channels: usize,
    first: bool,
) {
    if first {
        let pixels = input.len() / channels;
        let mut from = 0;
        while from < pixels {
            let lanes = V::LEN.min(pixels - from);
            columns::<S, V, LOG>(simd, input, output, (pixels, from, lanes));
            from += lanes;
        }
    } else {
        for (input, output) in input.chunks_exact(channels).zip(output.chunks_exact_mut(channels)) {
            row::<S, V, LOG>(simd, input, output);
        }
    }
}

/// The channels of one pixel, next to each other.
#[inline(always)]
fn row<S: Simd, V: Vector<S>, const LOG: bool>(simd: S, input: &[V::Element], output: &mut [V::Element]) {
    let mut most = V::splat(simd, lowest());
    for part in input.chunks(V::LEN) {
        most = most.max(load::<S, V>(simd, part));
    }
    let most = V::splat(simd, most.reduce_max());
    let mut sums = V::splat(simd, V::Element::ZERO);
    for (from, to) in input.chunks(V::LEN).zip(output.chunks_mut(V::LEN)) {
        let x = load::<S, V>(simd, from) - most;
        let power = exp(simd, x);
        sums += power;
        store(if LOG { x } else { power }, to);
    }
    let sum = sums.reduce_sum();
    let sum = V::splat(simd, if LOG { ln(sum) } else { sum });
    for part in output.chunks_mut(V::LEN) {
        let x = load::<S, V>(simd, part);
        store(if LOG { x - sum } else { x / sum }, part);
    }
}

/// The channels of so many `lanes` pixels `from` one on, each `pixels` after the one before.
#[inline(always)]
fn columns<S: Simd, V: Vector<S>, const LOG: bool>(
    simd: S,
    input: &[V::Element],
    output: &mut [V::Element],
    (pixels, from, lanes): (usize, usize, usize),
) {
    let mut most = V::splat(simd, lowest());
    for plane in input.chunks_exact(pixels) {
        most = most.max(load::<S, V>(simd, &plane[from..from + lanes]));
    }
    let mut sums = V::splat(simd, V::Element::ZERO);
    for (input, output) in input.chunks_exact(pixels).zip(output.chunks_exact_mut(pixels)) {
        let x = load::<S, V>(simd, &input[from..from + lanes]) - most;
        let power = exp(simd, x);
        sums += power;
        store(if LOG { x } else { power }, &mut output[from..from + lanes]);
    }
    if LOG {
        for lane in sums.as_mut_slice() {
            *lane = ln(*lane);
        }
    }
    for plane in output.chunks_exact_mut(pixels) {
        let part = &mut plane[from..from + lanes];
        let x = load::<S, V>(simd, part);
        store(if LOG { x - sums } else { x / sums }, part);
    }
}

/// A vector of the values, and of minus infinity where there are too few.
#[inline(always)]
fn load<S: Simd, V: Vector<S>>(simd: S, values: &[V::Element]) -> V {
    if values.len() == V::LEN {
        return V::from_slice(simd, values);
    }
    let mut vector = V::splat(simd, lowest());
    vector.as_mut_slice()[..values.len()].copy_from_slice(values);
    vector
}

/// The first lanes of a vector, as many as there is room for.
#[inline(always)]
fn store<S: Simd, V: Vector<S>>(vector: V, values: &mut [V::Element]) {
    values.copy_from_slice(&vector.as_slice()[..values.len()]);
}

/// Minus infinity.
#[inline(always)]
fn lowest<E: Real>() -> E {
    E::from_f64(f64::NEG_INFINITY)
}

/// The natural logarithm.
#[inline(always)]
fn ln<E: Real>(x: E) -> E {
    E::from_f64(libm::log(x.to_f64()))
}
