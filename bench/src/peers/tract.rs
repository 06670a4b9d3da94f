//! `tract`: an inference engine that optimises the model before it runs.

use anyhow::{Result, ensure};
use tract_onnx::prelude::{
    Framework, InferenceModelExt, IntoRunnable, IntoTValue, TValue, TVec, Tensor, TypedSimpleState, tvec,
};

use crate::contender::Forward;
use crate::onnx::Model;

struct Tract {
    state: TypedSimpleState,
    model: Model,
    input: TValue,
    outputs: TVec<TValue>,
}

/// Prepares the model.
pub fn prepare(model: Model) -> Result<Box<dyn Forward>> {
    let plan = tract_onnx::onnx().model_for_read(&mut model.bytes.as_slice())?;
    let state = plan.into_optimized()?.into_runnable()?.spawn()?;
    let input = Tensor::from_shape(&model.shape, &model.input)?;
    Ok(Box::new(Tract { state, model, input: input.into_tvalue(), outputs: tvec!() }))
}

impl Forward for Tract {
    fn run(&mut self) -> Result<()> {
        // A clone of the input shares its storage.
        self.outputs = self.state.run(tvec!(self.input.clone()))?;
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        ensure!(!self.outputs.is_empty(), "nothing was run");
        let mut values = Vec::new();
        for output in &self.outputs {
            values.extend(output.to_plain_array_view::<f32>()?.iter().copied());
        }
        Ok(self.model.ordered(&values))
    }
}
