//! `tract`: an inference engine that optimises the model before it runs.

use anyhow::{Context, Result};
use tract_onnx::prelude::{
    Framework, InferenceModelExt, IntoRunnable, IntoTValue, TValue, Tensor, TypedSimpleState, tvec,
};

use crate::contender::Convolution;
use crate::peers::onnx;
use crate::problem::Problem;

struct Tract {
    state: TypedSimpleState,
    input: TValue,
    out_c: usize,
    output: Option<TValue>,
}

/// Prepares the problem.
pub fn prepare(problem: &Problem) -> Result<Box<dyn Convolution>> {
    let model = tract_onnx::onnx().model_for_read(&mut onnx::model(problem).as_slice())?;
    let state = model.into_optimized()?.into_runnable()?.spawn()?;
    let input = Tensor::from_shape(&problem.input_shape(), &problem.input_channels_first())?;
    Ok(Box::new(Tract { state, input: input.into_tvalue(), out_c: problem.out_c, output: None }))
}

impl Convolution for Tract {
    fn run(&mut self) -> Result<()> {
        // A clone of the input shares its storage.
        self.output = self.state.run(tvec!(self.input.clone()))?.pop();
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        let output = self.output.as_ref().context("nothing was run")?;
        let values: Vec<f32> = output.to_plain_array_view::<f32>()?.iter().copied().collect();
        Ok(Problem::channels_last(&values, self.out_c))
    }
}
