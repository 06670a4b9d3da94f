//! Direct loops: the definition of a convolution, written down.
//!
//! ```text
//!   y[oy][ox][oc] = sum over ky, kx, ic of  x[iy][ix][ic] * w[ky][kx][ic][oc]
//!                   where iy = meet(oy, ky) and ix = meet(ox, kx), see geometry
//! ```
//!
//! (Mathematicians turn the kernel around and call this a correlation; in neural networks it is a convolution.)
//!
//! Worked example: `y[2] = 2 * 1 + 0 * 10 + 3 * 100 = 302`. `y[0] = 1 * 10 + 2 * 100 = 210`: its first tap lies in the
//! padding, and is skipped.
//!
//! The order of the loops is free, since a sum is. Here the output channels are innermost: HWIO puts the weights of
//! neighbouring output channels side by side, so the innermost loop reads and writes memory in order, and the compiler
//! can take several channels at once.
//!
//! Cost: one multiply-add for each tap inside the input, the least there is without a transform (FFT, Winograd); no
//! memory. Slow all the same: for every tap each sum is loaded, added to and stored again, where
//! [`generated`](super::generated) keeps it in a register.

use super::{Method, Operations};
use crate::geometry::Geometry;

/// The loops.
pub(crate) struct Direct<'a> {
    geometry: &'a Geometry,
    /// `[kernel_h][kernel_w][in][out]`.
    weights: &'a [f32],
}

impl<'a> Direct<'a> {
    pub(crate) fn new(geometry: &'a Geometry, weights: &'a [f32]) -> Self {
        Self { geometry, weights }
    }
}

impl Method for Direct<'_> {
    fn run(&mut self, input: &[f32], output: &mut [f32]) {
        let Geometry { height, width, in_c, out_c } = *self.geometry;
        output.fill(0.0);
        for oy in 0..height.output {
            for ox in 0..width.output {
                let sums = &mut output[(oy * width.output + ox) * out_c..][..out_c];
                for ky in 0..height.kernel {
                    let Some(iy) = height.meet(oy, ky) else { continue };
                    for kx in 0..width.kernel {
                        let Some(ix) = width.meet(ox, kx) else { continue };
                        for ic in 0..in_c {
                            let x = input[(iy * width.input + ix) * in_c + ic];
                            let tap = (ky * width.kernel + kx) * in_c + ic;
                            let weights = &self.weights[tap * out_c..][..out_c];
                            for (sum, weight) in sums.iter_mut().zip(weights) {
                                *sum += x * weight;
                            }
                        }
                    }
                }
            }
        }
    }

    fn extra_bytes(&self) -> usize {
        0
    }

    fn operations(&self) -> Operations {
        Operations::MultiplyAdds(self.geometry.true_products())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{WORKED_INPUT, WORKED_WEIGHTS, output, worked_geometry};

    #[test]
    fn the_worked_example_skips_its_padding() {
        let geometry = worked_geometry();
        let mut direct = Direct::new(&geometry, &WORKED_WEIGHTS);
        assert_eq!(output(&mut direct, &geometry, &WORKED_INPUT), [210.0, 21.0, 302.0, 30.0]);
        assert_eq!((direct.extra_bytes(), direct.operations()), (0, Operations::MultiplyAdds(10)));
    }
}
