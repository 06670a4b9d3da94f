//! The layout with weights filled in, as a dense matrix.

use ndarray::Array2;

use super::Toeplitz;
use crate::WrongLength;

impl<const N: usize> Toeplitz<N> {
    /// The matrix `[rows][cols]` for given weights (HWIO, flat): times the flat input it is the flat output, before
    /// bias and activation. A layout without weights, as of a pool, takes none and has a 1 at each non-zero.
    ///
    /// The matrix takes `4 * rows * cols` bytes: 79 MB for 28x28x1 to 28x28x32.
    ///
    /// # Errors
    ///
    /// If there are not [`weights`](Self::weights) weights.
    pub fn to_dense(&self, weights: &[f32]) -> Result<Array2<f32>, WrongLength> {
        WrongLength::check("weights", self.weights(), weights.len())?;
        let mut dense = Array2::zeros((self.rows(), self.cols()));
        for entry in self {
            dense[(entry.row, entry.col)] += entry.weight.map_or(1.0, |weight| weights[weight]);
        }
        Ok(dense)
    }
}
