//! Batch normalisation as a scale and a shift of each channel.
//!
//! Comes in: what a trained normalisation has. Goes out: numbers to multiply by and to add. Must not know: layers.
//!
//! All functions run at compile time for a `static` layer.

use crate::pack::Weights;

/// The numbers of a trained normalisation, one of each kind a channel.
#[derive(Clone, Copy)]
pub struct Trained<'a, E> {
    /// Factors.
    pub gamma: &'a [E],
    /// Summands.
    pub beta: &'a [E],
    /// Means of the training data.
    pub mean: &'a [E],
    /// Their variances.
    pub variance: &'a [E],
    /// What is added to each variance before its root is taken.
    pub epsilon: f64,
}

/// `gamma / sqrt(variance + epsilon)`; NaN where that is the root of a negative number.
pub const fn norm_scale(gamma: f64, variance: f64, epsilon: f64) -> f64 {
    gamma / sqrt(variance + epsilon)
}

/// The function for one type of data: constants are worked out by operators of known types alone.
macro_rules! normalise {
    ($normalise:ident, $fold:ident, $element:ty) => {
        /// Takes a batch normalisation behind a linear layer into its `weights`, which lie in `order`, and its bias, none if it has none:
        /// `shifts` is the new one. Each number is rounded once.
        pub const fn $fold(
            trained: Trained<'_, $element>,
            order: Weights,
            bias: &[$element],
            weights: &mut [$element],
            shifts: &mut [$element],
        ) {
            let Trained { gamma, beta, mean, variance, epsilon } = trained;
            let depth = weights.len() / shifts.len();
            let mut channel = 0;
            while channel < shifts.len() {
                let scale = norm_scale(gamma[channel] as f64, variance[channel] as f64, epsilon);
                let before = if bias.is_empty() { 0.0 } else { bias[channel] as f64 };
                shifts[channel] = ((before - mean[channel] as f64) * scale + beta[channel] as f64) as $element;
                let group = channel / order.out_channels * order.group;
                let mut k = 0;
                while k < depth {
                    let at = group + order.at(k, channel % order.out_channels);
                    weights[at] = (weights[at] as f64 * scale) as $element;
                    k += 1;
                }
                channel += 1;
            }
        }

        /// What a batch normalisation multiplies each channel by, and what it then adds: `gamma * (x - mean) / sqrt(variance +
        /// epsilon) + beta` as `x * scale + shift`. Both are rounded once.
        pub const fn $normalise(trained: Trained<'_, $element>, scales: &mut [$element], shifts: &mut [$element]) {
            let Trained { gamma, beta, mean, variance, epsilon } = trained;
            let mut channel = 0;
            while channel < scales.len() {
                let scale = norm_scale(gamma[channel] as f64, variance[channel] as f64, epsilon);
                scales[channel] = scale as $element;
                shifts[channel] = (beta[channel] as f64 - mean[channel] as f64 * scale) as $element;
                channel += 1;
            }
        }
    };
}

normalise!(normalise_f32, fold_f32, f32);
normalise!(normalise_f64, fold_f64, f64);

/// The square root, off by a few units in the last place at most: that of the standard library is no `const fn`.
const fn sqrt(x: f64) -> f64 {
    if x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    // Halves the exponent: within a sixteenth of the root. Each step of Newton's method squares what it is off by, and halves it.
    let mut root = f64::from_bits((x.to_bits() >> 1) + (1023 << 51));
    let mut step = 0;
    while step < 4 {
        root = f64::midpoint(root, x / root);
        step += 1;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::sqrt;

    #[test]
    fn roots_are_those_of_the_library() {
        for bits in (0..0x7FF0_0000_0000_0000_u64).step_by(0x0001_2345_6789_ABCD) {
            // Sums of two `f32` are no smaller.
            let x = f64::from_bits(bits);
            if x < f64::from(f32::from_bits(1)) {
                continue;
            }
            let (found, exact) = (sqrt(x), libm::sqrt(x));
            assert!((found - exact).abs() <= 4.0 * f64::EPSILON * exact, "{x:e}: {found:e} for {exact:e}");
        }
        assert!([0.0, f64::INFINITY].iter().all(|&x| sqrt(x).total_cmp(&x).is_eq()));
        assert!(sqrt(-1.0).is_nan() && sqrt(f64::NAN).is_nan());
    }
}
