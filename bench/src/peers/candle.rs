//! `candle`: tensors in NCHW.

use anyhow::{Context, Result};
use candle_core::{Device, Tensor};

use crate::contender::Convolution;
use crate::problem::Problem;

struct Candle {
    input: Tensor,
    weights: Tensor,
    bias: Tensor,
    /// Zeros to add before and after height and width, where the padding is not the same on every side.
    uneven: Option<[usize; 4]>,
    /// Padding on every side, where it is the same.
    padding: usize,
    stride: usize,
    output: Option<Tensor>,
}

/// Prepares the problem.
pub fn prepare(problem: &Problem) -> Result<Box<dyn Convolution>> {
    let Problem { h, w, in_c, out_c, .. } = *problem;
    anyhow::ensure!(h.stride == w.stride, "candle has one stride for both axes");
    let sides = [h.before, h.after, w.before, w.after];
    let even = sides.iter().all(|&side| side == h.before);
    Ok(Box::new(Candle {
        input: Tensor::from_vec(problem.input_chw(), (1, in_c, h.input, w.input), &Device::Cpu)?,
        weights: Tensor::from_vec(problem.weights_oihw(), (out_c, in_c, h.kernel, w.kernel), &Device::Cpu)?,
        bias: Tensor::from_vec(problem.bias.clone(), (1, out_c, 1, 1), &Device::Cpu)?,
        uneven: (!even).then_some(sides),
        padding: if even { h.before } else { 0 },
        stride: h.stride,
        output: None,
    }))
}

impl Convolution for Candle {
    fn run(&mut self) -> Result<()> {
        let padded = match self.uneven {
            Some([top, bottom, left, right]) => {
                self.input.pad_with_zeros(2, top, bottom)?.pad_with_zeros(3, left, right)?
            }
            None => self.input.clone(),
        };
        let sums = padded.conv2d(&self.weights, self.padding, self.stride, 1, 1)?;
        self.output = Some(sums.broadcast_add(&self.bias)?);
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        let output = self.output.as_ref().context("nothing was run")?;
        let out_c = output.dim(1)?;
        Ok(Problem::hwc(&output.flatten_all()?.to_vec1::<f32>()?, out_c))
    }
}
