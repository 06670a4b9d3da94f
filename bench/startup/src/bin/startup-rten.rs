//! One digit, by rten: the argument is an ONNX file.

use std::error::Error;

use rten::{ModelOptions, op_registry};
use rten_tensor::Tensor;
use rten_tensor::prelude::*;
use rustix::stdio::{stdin, stdout};
use toeplitz_startup::answer;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).unwrap_or_default();
    answer(stdin(), stdout(), |pixels| {
        // No more operators than the network needs: all of them make the program larger.
        let operators = op_registry!(Conv, Flatten, Gemm, MaxPool, Relu);
        let model = ModelOptions::with_ops(operators).load_file(&path)?;
        let input = Tensor::from_data(&[1, 1, 28, 28], pixels.to_vec());
        let output: Tensor<f32> = model.run_one(input.view().into(), None)?.try_into()?;
        let mut logits = [0.0; 10];
        output.iter().zip(&mut logits).for_each(|(&value, logit)| *logit = value);
        Ok(logits)
    })
}
