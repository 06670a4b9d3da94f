//! im2col: copy every window out of the image, then multiply two matrices.
//!
//! All windows meet the same weights. With one window a row, padding written out as zeros, the layer is
//!
//! ```text
//!   Y = P W       P is the patches    [out_h * out_w] x [kernel_h * kernel_w * in]
//!                 W is the weights    [kernel_h * kernel_w * in] x [out], HWIO as it lies in memory
//!                 Y is the output     [out_h * out_w] x [out], HWC as it lies in memory
//! ```
//!
//! Worked example:
//!
//! ```text
//!   0 1 2       1     210
//!   1 2 0  x   10  =   21
//!   2 0 3     100     302
//!   0 3 0              30
//! ```
//!
//! (The name is from MATLAB, `image to columns`; there a window is a column.) Beside the Toeplitz matrix the roles have
//! changed: there the weights were spread out and the image was a vector, here the image is spread out and the weights
//! stay small and dense.
//!
//! The product is that of `ndarray`, which passes it on to `matrixmultiply`: one of the best understood programs there
//! is, with blocks that fit caches and registers and the vector instructions of this CPU. (`matrixmultiply` itself
//! takes pointers, hence `unsafe` calls; `ndarray` is its safe front.)
//!
//! Cost: a multiply-add for every tap, those in the padding included. Memory for the patches, in which a pixel stands up
//! to `kernel_h * kernel_w` times; they are written and read again for every image.

use ndarray::{ArrayView2, ArrayViewMut2, linalg::general_mat_mul};

use super::{Method, Operations};
use crate::geometry::Geometry;

/// Room for the patches.
pub(crate) struct Im2col<'a> {
    geometry: &'a Geometry,
    /// `[kernel_h][kernel_w][in][out]`.
    weights: &'a [f32],
    /// `[out_h * out_w][kernel_h * kernel_w * in]`.
    patches: Vec<f32>,
}

impl<'a> Im2col<'a> {
    pub(crate) fn new(geometry: &'a Geometry, weights: &'a [f32]) -> Self {
        Self { geometry, weights, patches: vec![0.0; geometry.pixels_out() * geometry.depth()] }
    }
}

/// Writes the window of each output position to `patches`, `[out_h * out_w][kernel_h * kernel_w * in]`. What lies in
/// the padding is not written: it has to be zero, and stays so from image to image.
pub(crate) fn copy_windows(geometry: &Geometry, input: &[f32], patches: &mut [f32]) {
    let Geometry { height, width, in_c, .. } = *geometry;
    for (position, patch) in patches.chunks_exact_mut(geometry.depth()).enumerate() {
        let (oy, ox) = (position / width.output, position % width.output);
        for (ky, row) in patch.chunks_exact_mut(width.kernel * in_c).enumerate() {
            let Some(iy) = height.meet(oy, ky) else { continue };
            for (kx, copy) in row.chunks_exact_mut(in_c).enumerate() {
                let Some(ix) = width.meet(ox, kx) else { continue };
                for (ic, copy) in copy.iter_mut().enumerate() {
                    *copy = input[(iy * width.input + ix) * in_c + ic];
                }
            }
        }
    }
}

impl Method for Im2col<'_> {
    fn run(&mut self, input: &[f32], output: &mut [f32]) {
        copy_windows(self.geometry, input, &mut self.patches);
        let (pixels, depth, out_c) = (self.geometry.pixels_out(), self.geometry.depth(), self.geometry.out_c);
        let patches = ArrayView2::from_shape((pixels, depth), &self.patches);
        let weights = ArrayView2::from_shape((depth, out_c), self.weights);
        let output = ArrayViewMut2::from_shape((pixels, out_c), output);
        match (patches, weights, output) {
            (Ok(patches), Ok(weights), Ok(mut output)) => general_mat_mul(1.0, &patches, &weights, 0.0, &mut output),
            _ => unreachable!("all three have the geometry's lengths"),
        }
    }

    fn extra_bytes(&self) -> usize {
        size_of_val(&*self.patches)
    }

    fn operations(&self) -> Operations {
        Operations::MultiplyAdds(self.geometry.all_products())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{WORKED_INPUT, WORKED_WEIGHTS, output, worked_geometry};

    #[test]
    fn the_worked_example_has_a_row_for_each_window() {
        let geometry = worked_geometry();
        let mut im2col = Im2col::new(&geometry, &WORKED_WEIGHTS);
        assert_eq!(output(&mut im2col, &geometry, &WORKED_INPUT), [210.0, 21.0, 302.0, 30.0]);
        assert_eq!(im2col.patches, [0.0, 1.0, 2.0, 1.0, 2.0, 0.0, 2.0, 0.0, 3.0, 0.0, 3.0, 0.0]);
        assert_eq!((im2col.extra_bytes(), im2col.operations()), (48, Operations::MultiplyAdds(12)));
    }
}
