//! `AdderNet`: the same windows, but distances in place of products.
//!
//! A sum of products is large where window and kernel are alike. So is the negative of their distance, which needs no
//! multiplication. H. Chen et al. (2020, arXiv:1912.13200) build networks of such layers:
//!
//! ```text
//!   y[oy][ox][oc] = - sum over ky, kx, ic of  | x[iy][ix][ic] - w[ky][kx][ic][oc] |
//! ```
//!
//! Worked example, with the kernel `1 2 0`. The second window is just that, so its output is the largest possible, 0:
//!
//! ```text
//!   windows    0 1 2   1 2 0   2 0 3   0 3 0
//!   distance   1+1+2   0+0+0   1+2+3   1+1+0
//!   output        -4       0      -6      -2
//! ```
//!
//! It is no convolution: not linear in the input, so there is no matrix, and no Fourier transform helps. Nor may taps
//! in the padding be skipped: there `x` is 0, and `|0 - w|` is not. (That is how its authors define it.)
//! The macro `adder2d!` computes the same, see [`generated`](super::generated).
//!
//! [`exact`] computes it in another form, from `|x - w| = 2 max(x, w) - x - w`: the sum falls apart into one of maxima,
//! one of the window alone and one of the kernel alone. It reads the windows from the patches of
//! [`im2col`](super::im2col), so that it shares neither arithmetic nor indices with the loops here.
//!
//! Cost: two additions a tap, those in the padding included: a subtraction, and an addition of the absolute value,
//! which only clears a sign bit. In hardware an adder is far smaller than a multiplier. On a CPU a multiply-add is one
//! instruction, and this is three: difference, absolute value, sum.

use super::{Method, Operations, im2col::copy_windows};
use crate::{check::Exact, geometry::Geometry};

/// Plain loops.
pub(crate) struct Adder<'a> {
    geometry: &'a Geometry,
    /// `[kernel_h][kernel_w][in][out]`.
    weights: &'a [f32],
}

impl<'a> Adder<'a> {
    pub(crate) fn new(geometry: &'a Geometry, weights: &'a [f32]) -> Self {
        Self { geometry, weights }
    }
}

impl Method for Adder<'_> {
    fn run(&mut self, input: &[f32], output: &mut [f32]) {
        let Geometry { height, width, in_c, out_c } = *self.geometry;
        output.fill(0.0);
        for oy in 0..height.output {
            for ox in 0..width.output {
                let sums = &mut output[(oy * width.output + ox) * out_c..][..out_c];
                for ky in 0..height.kernel {
                    for kx in 0..width.kernel {
                        let pixel = match (height.meet(oy, ky), width.meet(ox, kx)) {
                            (Some(iy), Some(ix)) => Some((iy * width.input + ix) * in_c),
                            _ => None,
                        };
                        for ic in 0..in_c {
                            let x = pixel.map_or(0.0, |pixel| input[pixel + ic]);
                            let tap = (ky * width.kernel + kx) * in_c + ic;
                            let weights = &self.weights[tap * out_c..][..out_c];
                            for (sum, weight) in sums.iter_mut().zip(weights) {
                                *sum -= (x - weight).abs();
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
        Operations::Additions(2 * self.geometry.all_products())
    }
}

/// Outputs in `f64` by the other form, and how far an `f32` program may be from them: each of `n` distances is rounded
/// when it is taken, and again by at most `n - 1` additions.
pub(crate) fn exact(geometry: &Geometry, weights: &[f32], input: &[f32]) -> Exact {
    let (depth, out_c) = (geometry.depth(), geometry.out_c);
    let mut patches = vec![0.0; geometry.pixels_out() * depth];
    copy_windows(geometry, input, &mut patches);
    let mut values = Vec::with_capacity(geometry.outputs());
    for window in patches.chunks_exact(depth) {
        for oc in 0..out_c {
            let kernel = || weights[oc..].iter().step_by(out_c);
            let maxima: f64 = window.iter().zip(kernel()).map(|(x, &weight)| f64::from(x.max(weight))).sum();
            let both: f64 = window.iter().chain(kernel()).copied().map(f64::from).sum();
            values.push(both - 2.0 * maxima);
        }
    }
    let bounds = values.iter().map(|value| crate::check::sum_bound(depth, value.abs())).collect();
    Exact { values, bounds }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{WORKED_INPUT, output, worked_geometry};

    #[test]
    fn the_worked_example_is_zero_where_the_window_is_the_kernel() {
        let (geometry, kernel) = (worked_geometry(), [1.0, 2.0, 0.0]);
        let mut adder = Adder::new(&geometry, &kernel);
        assert_eq!(output(&mut adder, &geometry, &WORKED_INPUT), [-4.0, 0.0, -6.0, -2.0]);
        assert_eq!(exact(&geometry, &kernel, &WORKED_INPUT).values, [-4.0, 0.0, -6.0, -2.0]);
        assert_eq!((adder.extra_bytes(), adder.operations()), (0, Operations::Additions(24)));
    }
}
