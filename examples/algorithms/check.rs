//! How far rounding may take a result from the exact one, and whether it did.
//!
//! Comes in: outputs in `f32`. Goes out: the largest error, and its share of what is allowed. Must not know: how the
//! outputs were computed.
//!
//! A sum of `n` rounded products, added up in any order, errs by no more than
//!
//! ```text
//!   n u / (1 - n u) * (sum of the products' absolute values)      u = 2^-24, half the spacing of f32 between 1 and 2
//! ```
//!
//! since each product meets at most `n` roundings: its own, and one for each addition after it. (N. Higham, "Accuracy
//! and Stability of Numerical Algorithms", section 3.1.) A product that is zero, as of an element of padding, is added
//! without rounding. So the bound holds for every order in which the ways add. Exact are here sums in `f64`, whose own
//! errors are half a billion times smaller, by `toeplitz::reference`: plain loops that share nothing with the ways
//! checked.
//!
//! If two ways keep their bounds, they are no further from each other than both bounds together.

use toeplitz::{Spec, reference};

/// The largest relative error of one rounding to `f32`.
pub(crate) const UNIT: f64 = 1.0 / (1 << 24) as f64;

/// The exact output, and how far an `f32` program may be from each element of it.
pub(crate) struct Exact {
    pub(crate) values: Vec<f64>,
    pub(crate) bounds: Vec<f64>,
}

/// How far outputs are off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deviation {
    /// Largest distance from the exact value.
    pub(crate) largest: f64,
    /// Largest distance as a part of its bound: up to 1 is allowed. A NaN is infinitely far off.
    pub(crate) of_bound: f64,
    /// The output where that is.
    pub(crate) at: usize,
}

impl Exact {
    /// The sums of products of a convolution, weights HWIO.
    ///
    /// # Errors
    ///
    /// If a buffer has the wrong length, or there is no memory.
    pub(crate) fn convolution(spec: &Spec, weights: &[f32], input: &[f32]) -> Result<Self, reference::Error> {
        let output = reference::forward(spec, weights, &[], input)?;
        let bounds = output.terms.iter().zip(&output.magnitudes).map(|(&terms, &sum)| sum_bound(terms, sum)).collect();
        Ok(Self { values: output.values, bounds })
    }

    /// How far `output` is from the exact values, for bounds of its own or those here.
    pub(crate) fn deviation(&self, output: &[f32], bounds: &[f64]) -> Deviation {
        let mut deviation = Deviation { largest: 0.0, of_bound: 0.0, at: 0 };
        for (at, ((&found, &exact), &bound)) in output.iter().zip(&self.values).zip(bounds).enumerate() {
            let distance = (f64::from(found) - exact).abs();
            let distance = if distance.is_nan() { f64::INFINITY } else { distance };
            // Where nothing is added up the bound is 0, and so has the distance to be.
            let of_bound = if distance > 0.0 { distance / bound } else { 0.0 };
            deviation.largest = deviation.largest.max(distance);
            if of_bound > deviation.of_bound {
                deviation = Deviation { of_bound, at, ..deviation };
            }
        }
        deviation
    }
}

/// The bound for `terms` rounded terms whose absolute values add up to `magnitude`.
pub(crate) fn sum_bound(terms: usize, magnitude: f64) -> f64 {
    let roundings = terms as f64 * UNIT;
    roundings / (1.0 - roundings) * magnitude
}
