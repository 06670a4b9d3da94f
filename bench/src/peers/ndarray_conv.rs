//! `ndarray-conv`: convolution of n-dimensional arrays. It knows no channels: one output channel is a 3-D convolution
//! that is as deep as the image.

use anyhow::{Result, bail, ensure};
use ndarray::{Array3, Axis};
use ndarray_conv::{ConvExt, ConvMode, PaddingMode, ReverseKernel};

use crate::contender::Forward;
use crate::problem::{Direction, Problem};

struct NdarrayConv {
    /// `[in_h][in_w][in]`.
    input: Array3<f32>,
    /// One `[kernel_h][kernel_w][in]` an output channel.
    kernels: Vec<Array3<f32>>,
    bias: Vec<f32>,
    padding: [[usize; 2]; 3],
    strides: [usize; 3],
    /// `[out][out_h][out_w]`.
    output: Array3<f32>,
}

/// Prepares the problem.
pub fn prepare(problem: &Problem) -> Result<Box<dyn Forward>> {
    let &[h, w] = &problem.axes[..] else { bail!("prepared for two axes") };
    ensure!(problem.images == 1, "it takes one image at a time");
    ensure!(problem.direction == Direction::Forward && problem.groups == 1, "only convolutions with one group");
    let Problem { in_c, out_c, .. } = *problem;
    let kernel = |channel: usize| {
        let values = problem.weights.iter().skip(channel).step_by(out_c).copied().collect();
        Array3::from_shape_vec([h.kernel, w.kernel, in_c], values)
    };
    Ok(Box::new(NdarrayConv {
        input: Array3::from_shape_vec([h.input, w.input, in_c], problem.input.as_slice().to_vec())?,
        kernels: (0..out_c).map(kernel).collect::<Result<_, _>>()?,
        bias: problem.bias.clone(),
        padding: [[h.before, h.after], [w.before, w.after], [0, 0]],
        strides: [h.stride, w.stride, 1],
        output: Array3::zeros([out_c, h.output, w.output]),
    }))
}

impl Forward for NdarrayConv {
    fn run(&mut self) -> Result<()> {
        let planes = self.output.axis_iter_mut(Axis(0));
        for ((kernel, &bias), mut plane) in self.kernels.iter().zip(&self.bias).zip(planes) {
            let mode = ConvMode::Explicit { padding: self.padding, strides: self.strides };
            let sums = self.input.conv(kernel.no_reverse(), mode, PaddingMode::Zeros)?;
            plane.zip_mut_with(&sums.index_axis(Axis(2), 0), |output, sum| *output = sum + bias);
        }
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        Ok(self.output.view().permuted_axes([1, 2, 0]).iter().copied().collect())
    }
}
