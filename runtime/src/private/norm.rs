//! Batch normalisation as a scale and a shift of each channel, in arrays.
//!
//! Comes in: what a trained normalisation has. Goes out: numbers to multiply by and to add. Must not know: how they are worked out,
//! which `toeplitz-tensors` knows.

pub use toeplitz_tensors::norm::norm_scale;
use toeplitz_tensors::norm::{self, Trained};
use toeplitz_tensors::pack::Weights;

/// The function for one type of data: constants are worked out by operators of known types alone.
macro_rules! normalise {
    ($normalise:ident, $fold:ident, $element:ty) => {
        /// Weights and bias with a batch normalisation in them: factors, summands, means and variances.
        pub const fn $fold<const W: usize, const B: usize, const N: usize>(
            weights: &[$element; W],
            order: Weights,
            bias: &[$element; B],
            [gamma, beta, mean, variance]: [&[$element; N]; 4],
            epsilon: f64,
        ) -> ([$element; W], [$element; N]) {
            let (mut weights, mut shifts) = (*weights, [0.0; N]);
            let trained = Trained { gamma, beta, mean, variance, epsilon };
            norm::$fold(trained, order, bias, &mut weights, &mut shifts);
            (weights, shifts)
        }

        /// The scale and the shift of each channel.
        pub const fn $normalise<const N: usize>(
            gamma: &[$element; N],
            beta: &[$element; N],
            mean: &[$element; N],
            variance: &[$element; N],
            epsilon: f64,
        ) -> ([$element; N], [$element; N]) {
            let (mut scales, mut shifts) = ([0.0; N], [0.0; N]);
            let trained = Trained { gamma, beta, mean, variance, epsilon };
            norm::$normalise(trained, &mut scales, &mut shifts);
            (scales, shifts)
        }
    };
}

normalise!(normalise_f32, fold_f32, f32);
normalise!(normalise_f64, fold_f64, f64);
