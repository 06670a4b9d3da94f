//! Dense Toeplitz matrix: a convolution as one matrix times one vector.
//!
//! Every output is a weighted sum of inputs, so with image and output as flat vectors the layer is a matrix:
//!
//! ```text
//!   y = T x       T is [out_h * out_w * out] x [in_h * in_w * in]
//!   T[row(oy, ox, oc)][col(iy, ix, ic)] = w[ky][kx][ic][oc]   where tap (ky, kx) joins the two positions, 0 elsewhere
//! ```
//!
//! Worked example: each row is the row above, moved one to the right. A matrix that is constant along its diagonals is
//! called Toeplitz; what would stick out left or right is the padding.
//!
//! ```text
//!    10 100   0   0     1     210
//!     1  10 100   0  x  2  =   21
//!     0   1  10 100     0     302
//!     0   0   1  10     3      30
//! ```
//!
//! With two axes each number stands for such a matrix in its turn (doubly block Toeplitz), and with channels each
//! number of those for a block of `out x in` weights. The program draws one.
//!
//! Cost: `rows * cols` multiply-adds and as many numbers of memory, nearly all of them zero. Each is read once and used
//! once, so the speed is that of the memory. Nobody computes like this; the matrix is there to think with. `toeplitz`
//! gives it as well, as `TOEPLITZ.to_dense(&weights)` with the feature `ndarray`.

use ndarray::{Array2, ArrayView1, ArrayViewMut1, linalg::general_mat_vec_mul};

use super::{Method, Operations};
use crate::geometry::Geometry;

/// The matrix.
pub(crate) struct Dense {
    /// `[out_h * out_w * out][in_h * in_w * in]`.
    pub(crate) matrix: Array2<f32>,
}

impl Dense {
    pub(crate) fn new(geometry: &Geometry, weights: &[f32]) -> Self {
        let Geometry { height, width, in_c, out_c } = *geometry;
        let mut matrix = Array2::zeros((geometry.outputs(), geometry.inputs()));
        for oy in 0..height.output {
            for ox in 0..width.output {
                for ky in 0..height.kernel {
                    let Some(iy) = height.meet(oy, ky) else { continue };
                    for kx in 0..width.kernel {
                        let Some(ix) = width.meet(ox, kx) else { continue };
                        for ic in 0..in_c {
                            for oc in 0..out_c {
                                let row = (oy * width.output + ox) * out_c + oc;
                                let col = (iy * width.input + ix) * in_c + ic;
                                let tap = (ky * width.kernel + kx) * in_c + ic;
                                matrix[[row, col]] = weights[tap * out_c + oc];
                            }
                        }
                    }
                }
            }
        }
        Self { matrix }
    }
}

impl Method for Dense {
    fn run(&mut self, input: &[f32], output: &mut [f32]) {
        general_mat_vec_mul(1.0, &self.matrix, &ArrayView1::from(input), 0.0, &mut ArrayViewMut1::from(output));
    }

    fn extra_bytes(&self) -> usize {
        self.matrix.len() * size_of::<f32>()
    }

    fn operations(&self) -> Operations {
        Operations::MultiplyAdds(self.matrix.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{WORKED_INPUT, WORKED_WEIGHTS, output, worked_geometry};

    #[test]
    fn the_worked_example_is_a_matrix_constant_along_diagonals() {
        let geometry = worked_geometry();
        let mut dense = Dense::new(&geometry, &WORKED_WEIGHTS);
        let rows = [[10.0, 100.0, 0.0, 0.0], [1.0, 10.0, 100.0, 0.0], [0.0, 1.0, 10.0, 100.0], [0.0, 0.0, 1.0, 10.0]];
        assert_eq!(dense.matrix, ndarray::arr2(&rows));
        assert_eq!(output(&mut dense, &geometry, &WORKED_INPUT), [210.0, 21.0, 302.0, 30.0]);
        assert_eq!((dense.extra_bytes(), dense.operations()), (64, Operations::MultiplyAdds(16)));
    }
}
