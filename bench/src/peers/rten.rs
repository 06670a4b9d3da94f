//! `rten`: an ONNX runtime in Rust, with its weights packed when the model is loaded.

use anyhow::{Context, Result, anyhow};
use rten::{Model, ModelOptions, Value};
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

use crate::contender::Convolution;
use crate::peers::onnx;
use crate::problem::Problem;

struct Rten {
    model: Model,
    input: Tensor<f32>,
    out_c: usize,
    output: Option<Value>,
}

/// Prepares the problem.
pub fn prepare(problem: &Problem) -> Result<Box<dyn Convolution>> {
    let model = ModelOptions::with_all_ops().prepack_weights(true).load(onnx::model(problem))?;
    let input = Tensor::from_data(&problem.input_shape(), problem.input_channels_first());
    Ok(Box::new(Rten { model, input, out_c: problem.out_c, output: None }))
}

impl Convolution for Rten {
    fn run(&mut self) -> Result<()> {
        self.output = Some(self.model.run_one(self.input.view().into(), None)?);
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        let output = self.output.clone().context("nothing was run")?;
        let tensor: Tensor<f32> = output.try_into().map_err(|error| anyhow!("{error:?}"))?;
        Ok(Problem::channels_last(&tensor.to_vec(), self.out_c))
    }
}
