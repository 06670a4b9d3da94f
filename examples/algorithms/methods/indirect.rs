//! Indirect convolution: im2col without the copy.
//!
//! What im2col copies is known before there is an image: it is always the same pixels. So keep a table that says for
//! each output position and tap where the pixel is, and multiply through the table:
//!
//! ```text
//!   y[o][oc] = sum over t, ic of  pixel(table[o][t])[ic] * w[t][ic][oc]
//!   o = 0 .. out_h * out_w    output positions
//!   t = 0 .. kernel_h * kernel_w    taps
//! ```
//!
//! Worked example, with `z` for a tap in the padding. It stands for a pixel of zeros kept beside the image, so that the
//! loops treat all taps alike:
//!
//! ```text
//!   table   z 0 1      image   1 2 0 3      z   0
//!           0 1 2
//!           1 2 3
//!           2 3 z
//! ```
//!
//! This is how `XNNPACK` convolves (M. Dukhan, "The Indirect Convolution Algorithm", 2019, arXiv:1907.02129). Its table
//! holds pointers, and the product through it takes several output positions and a block of output channels at once,
//! their sums in registers. Here the table holds offsets into the image, which outlive any one image, and the product
//! is plain loops: only the idea is shown, and not the speed.
//!
//! Cost: a multiply-add for every tap, those in the padding included. The table has one entry a pixel of a window,
//! whatever its channels: with many channels it is small where im2col's patches are large. It is made once for a shape.

use super::{Method, Operations};
use crate::geometry::Geometry;

/// The entry of a tap that lies in the padding. No image is so large that a pixel begins there.
const PADDING: u32 = u32::MAX;

/// The table.
pub(crate) struct Indirect<'a> {
    geometry: &'a Geometry,
    /// `[kernel_h][kernel_w][in][out]`.
    weights: &'a [f32],
    /// `[out_h * out_w][kernel_h * kernel_w]`: the pixel's first element in the input, or [`PADDING`].
    table: Vec<u32>,
    /// A pixel of the padding, `[in]`.
    zeros: Vec<f32>,
}

impl<'a> Indirect<'a> {
    pub(crate) fn new(geometry: &'a Geometry, weights: &'a [f32]) -> Self {
        let Geometry { height, width, in_c, .. } = *geometry;
        let mut table = Vec::with_capacity(geometry.pixels_out() * geometry.taps());
        for oy in 0..height.output {
            for ox in 0..width.output {
                for ky in 0..height.kernel {
                    for kx in 0..width.kernel {
                        table.push(match (height.meet(oy, ky), width.meet(ox, kx)) {
                            (Some(iy), Some(ix)) => ((iy * width.input + ix) * in_c) as u32,
                            _ => PADDING,
                        });
                    }
                }
            }
        }
        Self { geometry, weights, table, zeros: vec![0.0; in_c] }
    }
}

impl Method for Indirect<'_> {
    fn run(&mut self, input: &[f32], output: &mut [f32]) {
        let Geometry { in_c, out_c, .. } = *self.geometry;
        output.fill(0.0);
        for (window, sums) in self.table.chunks_exact(self.geometry.taps()).zip(output.chunks_exact_mut(out_c)) {
            for (tap, &offset) in window.iter().enumerate() {
                let pixel = if offset == PADDING { &self.zeros } else { &input[offset as usize..][..in_c] };
                for (ic, x) in pixel.iter().enumerate() {
                    let weights = &self.weights[(tap * in_c + ic) * out_c..][..out_c];
                    for (sum, weight) in sums.iter_mut().zip(weights) {
                        *sum += x * weight;
                    }
                }
            }
        }
    }

    fn extra_bytes(&self) -> usize {
        size_of_val(&*self.table) + size_of_val(&*self.zeros)
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
    fn the_table_of_the_worked_example_has_zeros_at_its_ends() {
        let geometry = worked_geometry();
        let mut indirect = Indirect::new(&geometry, &WORKED_WEIGHTS);
        assert_eq!(indirect.table, [PADDING, 0, 1, 0, 1, 2, 1, 2, 3, 2, 3, PADDING]);
        assert_eq!(output(&mut indirect, &geometry, &WORKED_INPUT), [210.0, 21.0, 302.0, 30.0]);
        assert_eq!((indirect.extra_bytes(), indirect.operations()), (52, Operations::MultiplyAdds(12)));
    }
}
