//! One digit, by tract: the argument is an ONNX file.

use rustix::stdio::{stdin, stdout};
use toeplitz_startup::answer;
use tract_onnx::{onnx, prelude::*};

fn main() -> TractResult<()> {
    let path = std::env::args_os().nth(1).unwrap_or_default();
    answer(stdin(), stdout(), |pixels| {
        let plan = onnx().model_for_path(&path)?.into_optimized()?.into_runnable()?;
        let input = Tensor::from_shape(&[1, 1, 28, 28], pixels)?;
        let outputs = plan.run(tvec!(input.into_tvalue()))?;
        let mut logits = [0.0; 10];
        outputs[0].to_plain_array_view::<f32>()?.iter().zip(&mut logits).for_each(|(&value, logit)| *logit = value);
        Ok(logits)
    })
}
