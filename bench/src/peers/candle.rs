//! `candle`: tensors in NCHW.

use anyhow::{Context, Result, bail, ensure};
use candle_core::{Device, Tensor};

use crate::contender::Forward;
use crate::problem::{Direction, Problem};

struct Candle {
    input: Tensor,
    weights: Tensor,
    /// `[1, out, 1...]`.
    bias: Tensor,
    call: Call,
    /// Zeros to add before and after each axis, where the padding is not the same on every side.
    uneven: Vec<[usize; 2]>,
    /// Padding on every side, where it is the same.
    padding: usize,
    stride: usize,
    groups: usize,
    output: Option<Tensor>,
}

/// The function of a tensor that computes the problem.
enum Call {
    Conv1d,
    Conv2d,
    ConvTranspose2d,
}

/// Prepares the problem.
pub fn prepare(problem: &Problem) -> Result<Box<dyn Forward>> {
    let stride = problem.axes[0].stride;
    ensure!(problem.axes.iter().all(|axis| axis.stride == stride), "candle has one stride for all axes");
    let padding = problem.axes[0].before;
    let even = problem.axes.iter().all(|axis| [axis.before, axis.after] == [padding; 2]);
    let call = match (problem.direction, problem.axes.len()) {
        (Direction::Forward, 1) => Call::Conv1d,
        (Direction::Forward, 2) => Call::Conv2d,
        (Direction::Transposed, 2) => {
            ensure!(even && problem.groups == 1, "candle crops every side alike");
            Call::ConvTranspose2d
        }
        _ => bail!("candle has no such convolution"),
    };
    let bias_shape = [vec![1, problem.out_c], problem.each(|_| 1)].concat();
    let tensor = |values: Vec<f32>, shape: Vec<usize>| Tensor::from_vec(values, shape, &Device::Cpu);
    Ok(Box::new(Candle {
        input: tensor(problem.input_channels_first(), problem.input_shape())?,
        weights: tensor(problem.weights_channels_first(), problem.weights_shape())?,
        bias: tensor(problem.bias.clone(), bias_shape)?,
        call,
        uneven: if even { Vec::new() } else { problem.axes.iter().map(|axis| [axis.before, axis.after]).collect() },
        padding: if even { padding } else { 0 },
        stride,
        groups: problem.groups,
        output: None,
    }))
}

impl Forward for Candle {
    fn run(&mut self) -> Result<()> {
        let Self { weights, padding, stride, groups, .. } = self;
        let mut padded = self.input.clone(); // shares its storage
        for (axis, &[before, after]) in self.uneven.iter().enumerate() {
            padded = padded.pad_with_zeros(2 + axis, before, after)?;
        }
        let sums = match self.call {
            Call::Conv1d => padded.conv1d(weights, *padding, *stride, 1, *groups)?,
            Call::Conv2d => padded.conv2d(weights, *padding, *stride, 1, *groups)?,
            Call::ConvTranspose2d => padded.conv_transpose2d(weights, *padding, 0, *stride, 1)?,
        };
        self.output = Some(sums.broadcast_add(&self.bias)?);
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        let output = self.output.as_ref().context("nothing was run")?;
        let (images, out_c) = (output.dim(0)?, output.dim(1)?);
        Ok(Problem::channels_last(&output.flatten_all()?.to_vec1::<f32>()?, images, out_c))
    }
}
