//! `burn`, by its backend `burn-flex`: its fast one for the CPU that needs no compiler at run time. Called without the
//! layers above the backend, which only add to the time.

use anyhow::{Context, Result, anyhow, bail, ensure};
use burn_backend::TensorData;
use burn_backend::ops::{ConvOptions, ConvTransposeOptions, ModuleOps};
use burn_flex::{Flex, FlexTensor};

use crate::contender::Forward;
use crate::problem::{Axis, Direction, Problem};

struct Burn {
    tensors: Tensors,
    operation: Operation,
    images: usize,
    out_c: usize,
    output: Option<FlexTensor>,
}

struct Tensors {
    input: FlexTensor,
    weights: FlexTensor,
    bias: FlexTensor,
}

/// What is called, and how it is told.
enum Operation {
    Conv1d(ConvOptions<1>),
    Conv2d(ConvOptions<2>),
    Conv3d(ConvOptions<3>),
    ConvTranspose2d(ConvTransposeOptions<2>),
}

impl Operation {
    fn new(problem: &Problem) -> Result<Self> {
        Ok(match (problem.direction, &problem.axes[..]) {
            (Direction::Forward, &[x]) => Self::Conv1d(options([x], problem.groups)),
            (Direction::Forward, &[y, x]) => Self::Conv2d(options([y, x], problem.groups)),
            (Direction::Forward, &[z, y, x]) => Self::Conv3d(options([z, y, x], problem.groups)),
            (Direction::Transposed, &[y, x]) => {
                let axes = [y, x];
                ensure!(axes.iter().all(|axis| axis.before == axis.after), "burn crops both ends alike");
                Self::ConvTranspose2d(ConvTransposeOptions {
                    stride: axes.map(|axis| axis.stride),
                    padding: axes.map(|axis| axis.before),
                    padding_out: [0, 0],
                    dilation: [1, 1],
                    groups: problem.groups,
                })
            }
            _ => bail!("not prepared for such a convolution"),
        })
    }
}

fn options<const N: usize>(axes: [Axis; N], groups: usize) -> ConvOptions<N> {
    ConvOptions {
        stride: axes.map(|axis| axis.stride),
        padding: axes.map(|axis| (axis.before, axis.after)),
        dilation: [1; N],
        groups,
    }
}

/// Prepares the problem.
pub fn prepare(problem: &Problem) -> Result<Box<dyn Forward>> {
    let tensor = |values: Vec<f32>, shape: &[usize]| FlexTensor::from_data(TensorData::new(values, shape));
    Ok(Box::new(Burn {
        tensors: Tensors {
            input: tensor(problem.input_channels_first(), &problem.input_shape()),
            weights: tensor(problem.weights_channels_first(), &problem.weights_shape()),
            bias: tensor(problem.bias.clone(), &[problem.out_c]),
        },
        operation: Operation::new(problem)?,
        images: problem.images,
        out_c: problem.out_c,
        output: None,
    }))
}

impl Forward for Burn {
    fn run(&mut self) -> Result<()> {
        // Clones of these tensors share their storage.
        let Tensors { input, weights, bias } = &self.tensors;
        let (input, weights, bias) = (input.clone(), weights.clone(), Some(bias.clone()));
        self.output = Some(match &self.operation {
            Operation::Conv1d(options) => Flex::conv1d(input, weights, bias, options.clone()),
            Operation::Conv2d(options) => Flex::conv2d(input, weights, bias, options.clone()),
            Operation::Conv3d(options) => Flex::conv3d(input, weights, bias, options.clone()),
            Operation::ConvTranspose2d(options) => Flex::conv_transpose2d(input, weights, bias, options.clone()),
        });
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        let output = self.output.clone().context("nothing was run")?;
        let values = output.into_data().try_to_vec::<f32>().map_err(|error| anyhow!("{error:?}"))?;
        Ok(Problem::channels_last(&values, self.images, self.out_c))
    }
}
