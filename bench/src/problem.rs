//! One convolution as plain integers and numbers, with the output it must have.
//!
//! Comes in: a layer's `Spec`. Goes out: geometry, random input, weights and bias in the layouts the contenders want, and the
//! output by a direct loop in `f64`. Must not know: the layer's layout, its plan, or any contender.

use anyhow::{Result, bail, ensure};
use toeplitz::{Operator, Padding, Spec};

use crate::buffer::AlignedVec;

/// A relative error above this disqualifies a contender: far above rounding in `f32`, far below any shortcut in half
/// precision.
pub const TOLERANCE: f64 = 1e-4;

/// One spatial axis, all lengths in elements.
#[derive(Clone, Copy)]
pub struct Axis {
    /// Input length.
    pub input: usize,
    /// Kernel length.
    pub kernel: usize,
    /// Distance between neighbouring windows.
    pub stride: usize,
    /// Padding before the first element.
    pub before: usize,
    /// Padding after the last element.
    #[cfg_attr(not(feature = "peers"), expect(dead_code, reason = "only peers are told; the loop below sees the end"))]
    pub after: usize,
    /// Output length.
    pub output: usize,
}

impl Axis {
    fn new(axis: &toeplitz::Axis) -> Result<Self> {
        let toeplitz::Axis { input, kernel, stride, dilation, padding, .. } = *axis;
        ensure!(dilation == 1, "the peers are prepared for undilated kernels only");
        let (before, after) = match padding {
            Padding::Valid => (0, 0),
            Padding::Same => {
                let total = ((input.div_ceil(stride) - 1) * stride + kernel).saturating_sub(input);
                (total / 2, total - total / 2)
            }
            Padding::Explicit { before, after } => (before, after),
            other => bail!("padding {other:?} is not benchmarked"),
        };
        let output = (before + input + after - kernel) / stride + 1;
        Ok(Self { input, kernel, stride, before, after, output })
    }
}

/// A convolution to be computed.
pub struct Problem {
    /// Height.
    pub h: Axis,
    /// Width.
    pub w: Axis,
    /// Input channels.
    pub in_c: usize,
    /// Output channels.
    pub out_c: usize,
    /// `[in_h][in_w][in]`, row-major and flat, like all that follow.
    pub input: AlignedVec,
    /// `[kernel_h][kernel_w][in][out]`.
    pub weights: Vec<f32>,
    /// `[out]`.
    pub bias: Vec<f32>,
    /// `[out_h][out_w][out]`.
    pub expected: Vec<f64>,
}

impl Problem {
    /// Random data for a layer, the same for every run, and the output that belongs to it.
    ///
    /// # Errors
    ///
    /// If the layer is not an undilated 2-D convolution with bias and no activation.
    pub fn new(spec: &Spec) -> Result<Self> {
        let &[h, w] = spec.axes else { bail!("only 2-D convolutions are benchmarked") };
        ensure!(spec.operator == Operator::Convolution && spec.bias, "only convolutions with bias are benchmarked");
        let (h, w) = (Axis::new(&h)?, Axis::new(&w)?);
        let (in_c, out_c) = (spec.in_channels, spec.out_channels);
        let mut random = Random(1);
        let mut numbers = |count: usize| (0..count).map(|_| random.next()).collect::<Vec<f32>>();
        let input = numbers(h.input * w.input * in_c);
        let weights = numbers(h.kernel * w.kernel * in_c * out_c);
        let bias = numbers(out_c);
        let input = AlignedVec::from_slice(&input);
        let mut problem = Self { h, w, in_c, out_c, input, weights, bias, expected: Vec::new() };
        problem.expected = problem.solve();
        Ok(problem)
    }

    /// The output by the definition of a convolution.
    fn solve(&self) -> Vec<f64> {
        let Self { h, w, in_c, out_c, .. } = *self;
        let weights: Vec<f64> = self.weights.iter().copied().map(f64::from).collect();
        let bias = self.bias.iter().copied().map(f64::from);
        let mut output: Vec<f64> = bias.cycle().take(h.output * w.output * out_c).collect();
        for (position, sums) in output.chunks_exact_mut(out_c).enumerate() {
            let (oy, ox) = (position / w.output, position % w.output);
            for ky in 0..h.kernel {
                let Some(iy) = (oy * h.stride + ky).checked_sub(h.before).filter(|&iy| iy < h.input) else { continue };
                for kx in 0..w.kernel {
                    let Some(ix) = (ox * w.stride + kx).checked_sub(w.before).filter(|&ix| ix < w.input) else {
                        continue;
                    };
                    let pixel = &self.input.as_slice()[(iy * w.input + ix) * in_c..][..in_c];
                    let block = &weights[(ky * w.kernel + kx) * in_c * out_c..][..in_c * out_c];
                    for (&x, row) in pixel.iter().zip(block.chunks_exact(out_c)) {
                        for (sum, weight) in sums.iter_mut().zip(row) {
                            *sum += f64::from(x) * weight;
                        }
                    }
                }
            }
        }
        output
    }

    /// The largest error of `output`, relative to the largest value there should be. Infinite if the length is wrong or
    /// an element is not a number.
    pub fn error(&self, output: &[f32]) -> f64 {
        if output.len() != self.expected.len() || output.iter().any(|value| value.is_nan()) {
            return f64::INFINITY;
        }
        let largest = self.expected.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        let errors = output.iter().zip(&self.expected).map(|(&a, b)| (f64::from(a) - b).abs());
        errors.fold(0.0, f64::max) / largest
    }
}

/// The layouts of libraries that put channels first.
#[cfg(feature = "peers")]
impl Problem {
    /// The input as `[in][in_h][in_w]`.
    pub fn input_chw(&self) -> Vec<f32> {
        transposed(self.input.as_slice(), self.in_c)
    }

    /// The weights as `[out][in][kernel_h][kernel_w]`.
    pub fn weights_oihw(&self) -> Vec<f32> {
        let ihwo_to_oihw = transposed(&self.weights, self.in_c * self.out_c);
        let taps = self.h.kernel * self.w.kernel;
        (0..self.out_c * self.in_c)
            .map(|block| (block % self.in_c) * self.out_c + block / self.in_c)
            .flat_map(|io| ihwo_to_oihw[io * taps..][..taps].iter().copied())
            .collect()
    }

    /// An output `[out][out_h][out_w]` as `[out_h][out_w][out]`.
    pub fn hwc(output: &[f32], out_c: usize) -> Vec<f32> {
        transposed(output, output.len() / out_c)
    }
}

/// A row-major matrix of `columns` columns, transposed.
#[cfg(feature = "peers")]
fn transposed(matrix: &[f32], columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| matrix.iter().skip(column).step_by(columns).copied()).collect()
}

/// A small generator (xorshift): the same numbers on every machine.
struct Random(u64);

impl Random {
    /// The next number in -1..1, a multiple of 2^-23.
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / 8_388_608.0 - 1.0
    }
}
