//! One convolution as plain integers and numbers, with the output it must have.
//!
//! Comes in: a layer's `Spec`. Goes out: geometry, random input, weights and bias in the layouts the contenders want, and the
//! output by direct loops in `f64`. Must not know: the layer's layout, its plan, or any contender.

use anyhow::{Result, bail, ensure};
use toeplitz::{DataFormat, Operator, Padding, Spec};

use crate::buffer::AlignedVec;

/// What a layer or a network computes with, each in the order in which it takes it.
pub struct Numbers {
    /// One input.
    pub input: Vec<f32>,
    /// All weights, of a network those of its layers one behind the other.
    pub weights: Vec<f32>,
    /// All biases.
    pub bias: Vec<f32>,
}

/// The largest error of `output`, relative to the largest value that is `expected`. Infinite if the length is wrong or an element
/// is not a number.
pub fn error(output: &[f32], expected: &[f64]) -> f64 {
    if output.len() != expected.len() || output.iter().any(|value| value.is_nan()) {
        return f64::INFINITY;
    }
    let largest = expected.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
    let errors = output.iter().zip(expected).map(|(&a, b)| (f64::from(a) - b).abs());
    errors.fold(0.0, f64::max) / largest
}

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
    /// Distance between neighbouring windows: of a transposed convolution, those of the output.
    pub stride: usize,
    /// Padding before the first element; of a transposed convolution, what is cropped there.
    pub before: usize,
    /// Padding after the last element, or what is cropped there.
    pub after: usize,
    /// Output length.
    pub output: usize,
}

impl Axis {
    /// An axis that changes nothing.
    const UNIT: Self = Self { input: 1, kernel: 1, stride: 1, before: 0, after: 0, output: 1 };

    /// An axis of a layer.
    ///
    /// # Errors
    ///
    /// If it is dilated, or padded in a way that is not benchmarked.
    pub fn new(axis: &toeplitz::Axis, direction: Direction) -> Result<Self> {
        let toeplitz::Axis { input, kernel, stride, dilation, padding, output_padding, .. } = *axis;
        ensure!(dilation == 1 && output_padding == 0, "the peers are prepared for undilated kernels only");
        // Of a transposed convolution `same` is that of the convolution from its output to its input.
        let (long, short) = match direction {
            Direction::Forward => (input, input.div_ceil(stride)),
            Direction::Transposed => (input * stride, input),
        };
        let total = match padding {
            Padding::Valid => 0,
            Padding::Same => ((short - 1) * stride + kernel).saturating_sub(long),
            other => bail!("padding {other:?} is not benchmarked"),
        };
        let output = match direction {
            Direction::Forward => (input + total - kernel) / stride + 1,
            Direction::Transposed => (input - 1) * stride + kernel - total,
        };
        Ok(Self { input, kernel, stride, before: total / 2, after: total - total / 2, output })
    }

    /// Which input, tap and output meet.
    pub fn meetings(&self, direction: Direction) -> Vec<[usize; 3]> {
        let (windows, elements) = match direction {
            Direction::Forward => (self.output, self.input),
            Direction::Transposed => (self.input, self.output),
        };
        let mut meetings = Vec::new();
        for (window, tap) in (0..windows).flat_map(|window| (0..self.kernel).map(move |tap| (window, tap))) {
            let Some(element) = (window * self.stride + tap).checked_sub(self.before) else { continue };
            if element < elements {
                meetings.push(match direction {
                    Direction::Forward => [element, tap, window],
                    Direction::Transposed => [window, tap, element],
                });
            }
        }
        meetings
    }
}

/// Which side of a convolution the windows lie on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A window of the input makes an output.
    Forward,
    /// A transposed convolution: an input is spread over a window of the output.
    Transposed,
}

/// A convolution to be computed, of one image or of several.
pub struct Problem {
    /// How many images.
    pub images: usize,
    /// Forward or transposed.
    pub direction: Direction,
    /// One entry a spatial axis, outermost first.
    pub axes: Vec<Axis>,
    /// Input channels.
    pub in_c: usize,
    /// Output channels.
    pub out_c: usize,
    /// Equal groups of channels: as many as input channels where it is depthwise.
    pub groups: usize,
    /// `[images][spatial...][in]`, row-major and flat, like all that follow.
    pub input: AlignedVec,
    /// `[kernel...][in / groups][out]`, transposed `[kernel...][out / groups][in]`.
    pub weights: Vec<f32>,
    /// `[out]`.
    pub bias: Vec<f32>,
    /// `[images][spatial...][out]`.
    pub expected: Vec<f64>,
}

impl Problem {
    /// Random data for a layer and so many images, the same for every run, and the output that belongs to it.
    ///
    /// # Errors
    ///
    /// If the layer is not an undilated convolution with bias and no activation.
    pub fn new(spec: &Spec, images: usize) -> Result<Self> {
        let direction = match spec.operator {
            Operator::Convolution => Direction::Forward,
            Operator::TransposedConvolution => Direction::Transposed,
            other => bail!("{other:?} is not benchmarked"),
        };
        ensure!(spec.bias, "only convolutions with bias are benchmarked");
        ensure!((1..=3).contains(&spec.axes.len()), "only convolutions along one to three axes are benchmarked");
        let axes: Vec<Axis> = spec.axes.iter().map(|axis| Axis::new(axis, direction)).collect::<Result<_>>()?;
        let (in_c, out_c, groups) = (spec.in_channels, spec.out_channels, spec.groups);
        let mut random = Random::default();
        let mut numbers = |count: usize| random.numbers(count);
        let input = numbers(images * axes.iter().map(|axis| axis.input).product::<usize>() * in_c);
        let weights = numbers(axes.iter().map(|axis| axis.kernel).product::<usize>() * in_c * out_c / groups);
        let bias = numbers(out_c);
        let mut problem = Self {
            images,
            direction,
            axes,
            in_c,
            out_c,
            groups,
            input: AlignedVec::from_slice(&input),
            weights,
            bias,
            expected: Vec::new(),
        };
        let image = problem.input.as_slice().len() / images;
        problem.expected =
            problem.input.as_slice().chunks_exact(image).flat_map(|image| problem.solve(image)).collect();
        Ok(problem)
    }

    /// The axes with those in front that make them three.
    pub fn three_axes(&self) -> [Axis; 3] {
        let mut three = [Axis::UNIT; 3];
        three[3 - self.axes.len()..].copy_from_slice(&self.axes);
        three
    }

    /// The output of one image by the definition of a convolution.
    fn solve(&self, image: &[f32]) -> Vec<f64> {
        let axes @ [d, h, w] = self.three_axes();
        let [z, y, x] = axes.map(|axis| axis.meetings(self.direction));
        let taps = d.kernel * h.kernel * w.kernel;
        let weights = self.blocks(taps);
        let block = weights.len() / taps;
        let (in_g, out_g) = (self.in_c / self.groups, self.out_c / self.groups);
        let bias = self.bias.iter().copied().map(f64::from);
        let mut output: Vec<f64> = bias.cycle().take(d.output * h.output * w.output * self.out_c).collect();
        let rows = z.iter().flat_map(|z| y.iter().map(move |y| (z, y)));
        for ((&[iz, kz, oz], &[iy, ky, oy]), &[ix, kx, ox]) in rows.flat_map(|row| x.iter().map(move |x| (row, x))) {
            let pixel = &image[((iz * h.input + iy) * w.input + ix) * self.in_c..][..self.in_c];
            let weights = &weights[((kz * h.kernel + ky) * w.kernel + kx) * block..][..block];
            let sums = &mut output[((oz * h.output + oy) * w.output + ox) * self.out_c..][..self.out_c];
            for (group, sums) in sums.chunks_exact_mut(out_g).enumerate() {
                for (i, &x) in pixel[group * in_g..][..in_g].iter().enumerate() {
                    for (sum, weight) in sums.iter_mut().zip(&weights[i * self.out_c + group * out_g..][..out_g]) {
                        *sum += f64::from(x) * weight;
                    }
                }
            }
        }
        output
    }

    /// The weights of each tap as `[in / groups][out]`.
    fn blocks(&self, taps: usize) -> Vec<f64> {
        let block = self.weights.len() / taps;
        let blocks = self.weights.chunks_exact(block);
        let blocks = blocks.flat_map(|block| match self.direction {
            Direction::Forward => block.to_vec(),
            Direction::Transposed => transposed(block, self.in_c),
        });
        blocks.map(f64::from).collect()
    }

    /// The input as `[images][in][spatial...]`.
    pub fn input_channels_first(&self) -> Vec<f32> {
        let images = self.input.as_slice().chunks_exact(self.input.as_slice().len() / self.images);
        images.flat_map(|image| transposed(image, self.in_c)).collect()
    }

    /// The weights as `[out][in / groups][kernel...]`, transposed `[in][out / groups][kernel...]`.
    pub fn weights_channels_first(&self) -> Vec<f32> {
        let inner = match self.direction {
            Direction::Forward => self.out_c,
            Direction::Transposed => self.in_c,
        };
        let taps: usize = self.axes.iter().map(|axis| axis.kernel).product();
        let outer = self.weights.len() / taps / inner;
        let taps_last = transposed(&self.weights, inner * outer);
        (0..inner * outer)
            .map(|block| (block % outer) * inner + block / outer)
            .flat_map(|block| taps_last[block * taps..][..taps].iter().copied())
            .collect()
    }

    /// The output of so many images, `[images][out][spatial...]`, as `[images][spatial...][out]`.
    pub fn channels_last(output: &[f32], images: usize, out_c: usize) -> Vec<f32> {
        let image = output.len() / images;
        output.chunks_exact(image).flat_map(|output| transposed(output, image / out_c)).collect()
    }

    /// What a layer computes with, in the order of `format`.
    pub fn numbers(&self, format: DataFormat) -> Numbers {
        let (input, weights) = match format {
            DataFormat::ChannelsLast => (self.input.as_slice().to_vec(), self.weights.clone()),
            DataFormat::ChannelsFirst => (self.input_channels_first(), self.weights_channels_first()),
        };
        Numbers { input, weights, bias: self.bias.clone() }
    }
}

/// What libraries want to be told.
#[cfg(feature = "peers")]
impl Problem {
    /// One property of all axes.
    pub fn each(&self, property: fn(&Axis) -> usize) -> Vec<usize> {
        self.axes.iter().map(property).collect()
    }

    /// The input's shape with the images and the channels in front.
    pub fn input_shape(&self) -> Vec<usize> {
        [vec![self.images, self.in_c], self.each(|axis| axis.input)].concat()
    }

    /// The output's shape with the images and the channels in front.
    pub fn output_shape(&self) -> Vec<usize> {
        [vec![self.images, self.out_c], self.each(|axis| axis.output)].concat()
    }

    /// The shape of the weights with the channels in front.
    pub fn weights_shape(&self) -> Vec<usize> {
        let channels = match self.direction {
            Direction::Forward => vec![self.out_c, self.in_c / self.groups],
            Direction::Transposed => vec![self.in_c, self.out_c / self.groups],
        };
        [channels, self.each(|axis| axis.kernel)].concat()
    }
}

/// A row-major matrix of `columns` columns, transposed.
pub fn transposed(matrix: &[f32], columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| matrix.iter().skip(column).step_by(columns).copied()).collect()
}

/// A small generator (xorshift): the same numbers on every machine.
pub struct Random(u64);

impl Default for Random {
    fn default() -> Self {
        Self(1)
    }
}

impl Random {
    /// The next so many numbers.
    pub fn numbers(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.next()).collect()
    }

    /// The next number in -1..1, a multiple of 2^-23.
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / 8_388_608.0 - 1.0
    }
}
