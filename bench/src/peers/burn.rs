//! `burn`, by its backend `burn-flex`: its fast one for the CPU that needs no compiler at run time. Called without the
//! layers above the backend, which only add to the time.

use anyhow::{Context, Result, anyhow};
use burn_backend::TensorData;
use burn_backend::ops::{ConvOptions, ModuleOps};
use burn_flex::{Flex, FlexTensor};

use crate::contender::Convolution;
use crate::problem::Problem;

struct Burn {
    input: FlexTensor,
    weights: FlexTensor,
    bias: FlexTensor,
    options: ConvOptions<2>,
    out_c: usize,
    output: Option<FlexTensor>,
}

/// Prepares the problem.
#[expect(clippy::unnecessary_wraps, reason = "every peer is prepared by the same signature")]
pub fn prepare(problem: &Problem) -> Result<Box<dyn Convolution>> {
    let Problem { h, w, in_c, out_c, .. } = *problem;
    let tensor = |values: Vec<f32>, shape: &[usize]| FlexTensor::from_data(TensorData::new(values, shape));
    Ok(Box::new(Burn {
        input: tensor(problem.input_chw(), &[1, in_c, h.input, w.input]),
        weights: tensor(problem.weights_oihw(), &[out_c, in_c, h.kernel, w.kernel]),
        bias: tensor(problem.bias.clone(), &[out_c]),
        options: ConvOptions {
            stride: [h.stride, w.stride],
            padding: [(h.before, h.after), (w.before, w.after)],
            dilation: [1, 1],
            groups: 1,
        },
        out_c,
        output: None,
    }))
}

impl Convolution for Burn {
    fn run(&mut self) -> Result<()> {
        // Clones of these tensors share their storage.
        let (input, weights, bias) = (self.input.clone(), self.weights.clone(), self.bias.clone());
        self.output = Some(Flex::conv2d(input, weights, Some(bias), self.options.clone()));
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        let output = self.output.clone().context("nothing was run")?;
        let values = output.into_data().try_to_vec::<f32>().map_err(|error| anyhow!("{error:?}"))?;
        Ok(Problem::hwc(&values, self.out_c))
    }
}
