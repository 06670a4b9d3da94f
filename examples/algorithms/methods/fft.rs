//! FFT: in the frequency domain a convolution is a product.
//!
//! A row of `N` numbers `x` has a spectrum `X`, also of `N` numbers, its discrete Fourier transform. For two rows,
//!
//! ```text
//!   y[n] = sum over t of  x[(n + t) mod N] * w[t]      has the spectrum      Y[f] = X[f] * conj(W[f])
//! ```
//!
//! so three transforms and `N` products give all `N` sums at once. (`conj` is there because the kernel is not turned
//! around, see [`direct`](super::direct).) The fast Fourier transform makes a transform cost `N log N`
//! instead of `N * N`.
//!
//! **Round and round.** Sums that run past the end go on at the beginning. So the image is padded first; then every
//! window that is wanted ends before the end. Worked example, `N = 6`, where the last two sums are not wanted:
//!
//! ```text
//!   x = 0 1 2 0 3 0     w = 1 10 100 0 0 0     y = 210 21 302 30 3 100
//!   X[0] = sum of x = 6     W[0] = sum of w = 111     Y[0] = 6 * 111 = 666 = sum of y
//! ```
//!
//! **Two axes by one.** The padded image, row after row, is one long row: a step down is a step of the padded width. So
//! a kernel with gaps of that width between its rows does both axes by one transform: without dilation tap `(ky, kx)` is
//! element `ky * padded_width + kx`. No window crosses from one row into the next, for it would leave the padded image.
//!
//! **Channels.** Spectra are added like what they are the spectra of: one transform for each input channel, one back
//! for each output channel, and in between a product for each pair of channels and frequency. The weights' spectra are
//! made once. The spectrum of real numbers is symmetric, so `N / 2 + 1` frequencies suffice.
//!
//! Cost, in flops: `2.5 N log2 N` for each transform of real numbers, half of the `5 N log2 N` of complex ones, which
//! is what the radix-2 algorithm takes: `N / 2 * log2 N` butterflies of one complex product (6 flops) and two complex
//! sums (4). FFTW's benchmarks count like that, whatever an implementation really does
//! (<http://www.fftw.org/speed/method.html>). And 8 flops for each product of two complex numbers and its sum. The
//! kernel's size hardly matters, which is the point: large kernels are where the transform wins. A stride does not
//! help: all sums are computed, and those between are thrown away.
//!
//! The memory counted is spectra and scratch; the transforms' own tables are the library's.
//!
//! **Rounding.** A transform mixes all numbers, so an error anywhere reaches every output, and even one that is small
//! or zero. With `u = 2^-24`, a transform of radix 2 errs by no more than about `7 u log2 N` of the length (2-norm) of
//! what it transforms (N. Higham, "Accuracy and Stability of Numerical Algorithms", theorem 24.2). We allow `8 u` for
//! each doubling begun, as other radices are used too, for three transforms, and `(in + 4) u` for the products and
//! their sum. By Parseval and Young an output is then off by no more than
//!
//! ```text
//!   (24 ceil(log2 N) + in + 4) u * sum over ic of  |x[ic]|_2 * |w[ic][oc]|_1
//! ```

use std::sync::Arc;

use realfft::{ComplexToReal, FftError, RealFftPlanner, RealToComplex, num_complex::Complex};

use super::{Method, Operations};
use crate::{check::UNIT, geometry::Geometry};

/// Transforms, the weights' spectra, and room for the input's.
pub(crate) struct Fft<'a> {
    geometry: &'a Geometry,
    /// `[kernel_h][kernel_w][in][out]`.
    weights: &'a [f32],
    transforms: Transforms,
    /// Conjugated, and divided by `N`, for the transforms there and back multiply by it: `[out][in][frequencies]`.
    kernels: Vec<Complex<f32>>,
    /// `[in][frequencies]`.
    images: Vec<Complex<f32>>,
    /// The spectrum of one output channel, `[frequencies]`.
    sum: Vec<Complex<f32>>,
}

impl<'a> Fft<'a> {
    pub(crate) fn new(geometry: &'a Geometry, weights: &'a [f32]) -> Self {
        let Geometry { height, width, in_c, out_c } = *geometry;
        let padded_width = width.padded_len();
        let mut transforms = Transforms::new(height.padded_len() * padded_width);
        let frequencies = transforms.frequencies();
        let scale = 1.0 / transforms.row.len() as f32;
        let mut kernels = vec![Complex::default(); out_c * in_c * frequencies];
        for (pair, kernel) in kernels.chunks_exact_mut(frequencies).enumerate() {
            let (oc, ic) = (pair / in_c, pair % in_c);
            transforms.row.fill(0.0);
            for ky in 0..height.kernel {
                for kx in 0..width.kernel {
                    // Output 0 meets the taps at their own places in the padded image.
                    let at = height.padded(0, ky) * padded_width + width.padded(0, kx);
                    let tap = (ky * width.kernel + kx) * in_c + ic;
                    transforms.row[at] = weights[tap * out_c + oc];
                }
            }
            transforms.there(kernel);
            for value in kernel {
                *value = value.conj() * scale;
            }
        }
        let (images, sum) = (vec![Complex::default(); in_c * frequencies], vec![Complex::default(); frequencies]);
        Self { geometry, weights, transforms, kernels, images, sum }
    }

    /// Fills `images` with the spectra of the input's channels.
    fn transform_input(&mut self, input: &[f32]) {
        let Geometry { height, width, in_c, .. } = *self.geometry;
        for (ic, image) in self.images.chunks_exact_mut(self.sum.len()).enumerate() {
            let row = &mut self.transforms.row;
            row.fill(0.0);
            for iy in 0..height.input {
                for ix in 0..width.input {
                    let at = height.in_padded(iy) * width.padded_len() + width.in_padded(ix);
                    row[at] = input[(iy * width.input + ix) * in_c + ic];
                }
            }
            self.transforms.there(image);
        }
    }
}

impl Method for Fft<'_> {
    fn run(&mut self, input: &[f32], output: &mut [f32]) {
        let Geometry { height, width, in_c, out_c } = *self.geometry;
        self.transform_input(input);
        let frequencies = self.sum.len();
        for (oc, kernels) in self.kernels.chunks_exact(in_c * frequencies).enumerate() {
            self.sum.fill(Complex::default());
            for (image, kernel) in self.images.chunks_exact(frequencies).zip(kernels.chunks_exact(frequencies)) {
                for ((sum, x), w) in self.sum.iter_mut().zip(image).zip(kernel) {
                    *sum += x * w;
                }
            }
            self.transforms.back(&mut self.sum);
            for oy in 0..height.output {
                for ox in 0..width.output {
                    let at = height.padded(oy, 0) * width.padded_len() + width.padded(ox, 0);
                    output[(oy * width.output + ox) * out_c + oc] = self.transforms.row[at];
                }
            }
        }
    }

    fn extra_bytes(&self) -> usize {
        let Transforms { row, scratch, .. } = &self.transforms;
        let spectra = self.kernels.len() + self.images.len() + self.sum.len();
        size_of_val(&**row) + (scratch.len() + spectra) * size_of::<Complex<f32>>()
    }

    fn operations(&self) -> Operations {
        let Geometry { in_c, out_c, .. } = *self.geometry;
        let length = self.transforms.row.len() as f64;
        let transform = 2.5 * length * length.log2();
        let products = 8 * in_c * out_c * self.transforms.frequencies();
        Operations::Flops((transform * (in_c + out_c) as f64).round() as u64 + products as u64)
    }

    fn own_bounds(&self, input: &[f32]) -> Option<Vec<f64>> {
        let Geometry { in_c, out_c, .. } = *self.geometry;
        let magnitude = |x: &f32| f64::from(x.abs());
        let mut channels = vec![0.0; out_c];
        for ic in 0..in_c {
            let image = input[ic..].iter().step_by(in_c).map(|x| magnitude(x).powi(2)).sum::<f64>().sqrt();
            for (oc, channel) in channels.iter_mut().enumerate() {
                let kernel = self.weights[ic * out_c + oc..].iter().step_by(in_c * out_c);
                *channel += image * kernel.map(magnitude).sum::<f64>();
            }
        }
        let doublings = (self.transforms.row.len() as f64).log2().ceil();
        let roundings = 24.0 * doublings + (in_c + 4) as f64;
        Some(
            channels
                .iter()
                .map(|channel| roundings * UNIT * channel)
                .collect::<Vec<_>>()
                .repeat(self.geometry.pixels_out()),
        )
    }
}

/// Transforms of one length, there and back, and memory that they share.
struct Transforms {
    there: Arc<dyn RealToComplex<f32>>,
    back: Arc<dyn ComplexToReal<f32>>,
    /// The numbers of a row, `[N]`: what goes there, and what comes back.
    row: Vec<f32>,
    scratch: Vec<Complex<f32>>,
}

impl Transforms {
    /// For at least `len` numbers: the next length whose only prime factors are 2, 3 and 5, which are fast.
    fn new(len: usize) -> Self {
        // A power of two is never further than twice the length.
        let smooth = |&len: &usize| [2, 3, 5].into_iter().fold(len, without) == 1;
        let len = (len..=2 * len).find(smooth).unwrap_or(len);
        let mut planner = RealFftPlanner::new();
        let (there, back) = (planner.plan_fft_forward(len), planner.plan_fft_inverse(len));
        let scratch = vec![Complex::default(); there.get_scratch_len().max(back.get_scratch_len())];
        Self { there, back, row: vec![0.0; len], scratch }
    }

    /// Numbers in a spectrum.
    fn frequencies(&self) -> usize {
        self.row.len() / 2 + 1
    }

    /// Turns `row` into its spectrum, and leaves nothing of use in `row`.
    fn there(&mut self, spectrum: &mut [Complex<f32>]) {
        done(self.there.process_with_scratch(&mut self.row, spectrum, &mut self.scratch));
    }

    /// Turns a spectrum into `row`, and leaves nothing of use in `spectrum`.
    fn back(&mut self, spectrum: &mut [Complex<f32>]) {
        done(self.back.process_with_scratch(spectrum, &mut self.row, &mut self.scratch));
    }
}

/// `number` divided by `factor` as often as that goes.
fn without(mut number: usize, factor: usize) -> usize {
    while number.is_multiple_of(factor) {
        number /= factor;
    }
    number
}

/// Errors of the library are about lengths, which are right, and about spectra that no row of real numbers has, which
/// products of such spectra are not.
fn done(result: Result<(), FftError>) {
    if let Err(error) = result {
        unreachable!("{error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{WORKED_INPUT, WORKED_WEIGHTS, output, worked_geometry};

    #[test]
    fn the_worked_example_goes_round_six_numbers() {
        let geometry = worked_geometry();
        let mut fft = Fft::new(&geometry, &WORKED_WEIGHTS);
        let found = output(&mut fft, &geometry, &WORKED_INPUT);
        assert_eq!(
            fft.transforms.row.iter().map(|sum| sum.round()).collect::<Vec<_>>(),
            [210.0, 21.0, 302.0, 30.0, 3.0, 100.0]
        );
        assert_eq!(found, fft.transforms.row[..4]);
        // The kernel's spectrum is divided by 6 in advance.
        let (image, kernel) = (fft.images[0].re, fft.kernels[0].re * 6.0);
        assert!((image - 6.0).abs() < 1e-5 && (kernel - 111.0).abs() < 1e-4, "{image} {kernel}");
    }

    #[test]
    fn operations_of_transforms_and_products_are_added() {
        let geometry = worked_geometry();
        // 2 transforms of 2.5 * 6 * log2(6) = 38.77, and 4 frequencies of 8.
        assert_eq!(Fft::new(&geometry, &WORKED_WEIGHTS).operations(), Operations::Flops(78 + 32));
    }

    #[test]
    fn lengths_have_small_factors_and_are_never_less() {
        for (len, expected) in [(1, 1), (6, 6), (7, 8), (884, 900), (1024, 1024), (1025, 1080)] {
            assert_eq!(Transforms::new(len).row.len(), expected);
        }
    }
}
