//! `rten`: an ONNX runtime in Rust, with its weights packed when the model is loaded.

use anyhow::{Result, anyhow, ensure};
use rten::{ModelOptions, NodeId, Value};
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

use crate::contender::Forward;
use crate::onnx::Model;

struct Rten {
    session: rten::Model,
    model: Model,
    input: Tensor<f32>,
    input_id: NodeId,
    outputs: Vec<Value>,
}

/// Prepares the model.
pub fn prepare(model: Model) -> Result<Box<dyn Forward>> {
    let session = ModelOptions::with_all_ops().prepack_weights(true).load(model.bytes.clone())?;
    let input = Tensor::from_data(&model.shape, model.input.clone());
    let input_id = session.input_ids()[0];
    Ok(Box::new(Rten { session, model, input, input_id, outputs: Vec::new() }))
}

impl Forward for Rten {
    fn run(&mut self) -> Result<()> {
        let inputs = vec![(self.input_id, self.input.view().into())];
        self.outputs = self.session.run(inputs, self.session.output_ids(), None)?;
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        ensure!(!self.outputs.is_empty(), "nothing was run");
        let mut values = Vec::new();
        for output in &self.outputs {
            let tensor: Tensor<f32> = output.clone().try_into().map_err(|error| anyhow!("{error:?}"))?;
            values.extend(tensor.to_vec());
        }
        Ok(self.model.ordered(&values))
    }
}
