//! Sparse Toeplitz matrix: the same matrix, of which only what is not zero is stored.
//!
//! Compressed sparse rows (CSR) are three arrays: the non-zeros row by row, the column of each, and where each row
//! begins:
//!
//! ```text
//!   y[row] = sum over n in starts[row]..starts[row + 1] of  values[n] * x[columns[n]]
//! ```
//!
//! Worked example:
//!
//! ```text
//!    10 100   .   .      values   10 100 | 1 10 100 | 1 10 100 | 1 10
//!     1  10 100   .      columns   0   1 | 0  1   2 | 1  2   3 | 2  3
//!     .   1  10 100      starts    0       2          5          8      10
//!     .   .   1  10
//! ```
//!
//! Cost: one multiply-add for each non-zero, as many as the direct loops. But each needs eight bytes of matrix, a value
//! and a column, of which a kernel's few weights are repeated for every output: memory decides again, though there is
//! far less of it. A library for sparse matrices cannot know that the values repeat and that the columns follow a rule.

use sprs::{CsMatI, prod::mul_acc_mat_vec_csr};

use super::{Method, Operations};
use crate::geometry::Geometry;

/// The matrix. Columns and starts are 32 bits wide: half the memory of the usual `usize`.
pub(crate) struct Sparse {
    /// `[out_h * out_w * out]` rows, `[in_h * in_w * in]` columns.
    matrix: CsMatI<f32, u32>,
}

impl Sparse {
    pub(crate) fn new(geometry: &Geometry, weights: &[f32]) -> Self {
        let Geometry { height, width, in_c, out_c } = *geometry;
        let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for oy in 0..height.output {
            for ox in 0..width.output {
                for oc in 0..out_c {
                    // Taps ascend, and so do the inputs that they meet: columns come out sorted, as CSR wants them.
                    for ky in 0..height.kernel {
                        let Some(iy) = height.meet(oy, ky) else { continue };
                        for kx in 0..width.kernel {
                            let Some(ix) = width.meet(ox, kx) else { continue };
                            for ic in 0..in_c {
                                let tap = (ky * width.kernel + kx) * in_c + ic;
                                columns.push(((iy * width.input + ix) * in_c + ic) as u32);
                                values.push(weights[tap * out_c + oc]);
                            }
                        }
                    }
                    starts.push(values.len() as u32);
                }
            }
        }
        let shape = (geometry.outputs(), geometry.inputs());
        match CsMatI::try_new(shape, starts, columns, values) {
            Ok(matrix) => Self { matrix },
            Err((.., error)) => unreachable!("rows and columns were counted up: {error}"),
        }
    }
}

impl Method for Sparse {
    fn run(&mut self, input: &[f32], output: &mut [f32]) {
        output.fill(0.0);
        mul_acc_mat_vec_csr(self.matrix.view(), input, output);
    }

    fn extra_bytes(&self) -> usize {
        self.matrix.nnz() * size_of::<(f32, u32)>() + (self.matrix.rows() + 1) * size_of::<u32>()
    }

    fn operations(&self) -> Operations {
        Operations::MultiplyAdds(self.matrix.nnz() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{WORKED_INPUT, WORKED_WEIGHTS, output, worked_geometry};

    #[test]
    fn the_worked_example_is_three_arrays() {
        let geometry = worked_geometry();
        let mut sparse = Sparse::new(&geometry, &WORKED_WEIGHTS);
        assert_eq!(sparse.matrix.data(), [10.0, 100.0, 1.0, 10.0, 100.0, 1.0, 10.0, 100.0, 1.0, 10.0]);
        assert_eq!(sparse.matrix.indices(), [0, 1, 0, 1, 2, 1, 2, 3, 2, 3]);
        assert_eq!(sparse.matrix.indptr().raw_storage(), [0, 2, 5, 8, 10]);
        assert_eq!(output(&mut sparse, &geometry, &WORKED_INPUT), [210.0, 21.0, 302.0, 30.0]);
        assert_eq!((sparse.extra_bytes(), sparse.operations()), (100, Operations::MultiplyAdds(10)));
    }
}
