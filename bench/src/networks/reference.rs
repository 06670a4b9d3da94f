//! What a network has to compute, in `f64`.
//!
//! Comes in: its `Spec` and numbers. Goes out: its outputs, one behind the other. Layers are those of `toeplitz::reference`, which
//! knows nothing of generated code.

use anyhow::{Result, bail, ensure};
use toeplitz::{Activation, Operator, Spec, Step, Tensor, Work, reference};

use crate::problem::Numbers;

/// The outputs.
///
/// # Errors
///
/// If the numbers do not fit, or the network has a step that is not benchmarked.
pub fn forward(spec: &Spec, tensors: &[Tensor<'static>], numbers: &Numbers) -> Result<Vec<f64>> {
    let Operator::Network { steps, outputs, .. } = spec.operator else { bail!("{:?} is no network", spec.operator) };
    let double = |values: &[f32]| values.iter().copied().map(f64::from).collect::<Vec<f64>>();
    let (weights, bias) = (double(&numbers.weights), double(&numbers.bias));
    let (mut weights, mut bias) = (weights.as_slice(), bias.as_slice());
    let mut values = vec![double(&numbers.input)];
    for step in steps {
        let own = |wanted: bool| {
            let of_step =
                |tensor: &&Tensor| tensor.name.split('.').next() == Some(step.name) && tensor.is_bias == wanted;
            tensors.iter().filter(of_step).map(Tensor::len).sum::<usize>()
        };
        let (step_weights, step_bias);
        (step_weights, weights) = weights.split_at(own(false));
        (step_bias, bias) = bias.split_at(own(true));
        let inputs: Vec<&[f64]> = step.inputs.iter().map(|&input| values[input].as_slice()).collect();
        let value = compute(step, step_weights, step_bias, &inputs)?;
        values.push(value);
    }
    Ok(outputs.iter().flat_map(|&output| values[output].clone()).collect())
}

fn compute(step: &Step, weights: &[f64], bias: &[f64], inputs: &[&[f64]]) -> Result<Vec<f64>> {
    Ok(match step.work {
        Work::Layer(spec) => reference::forward(&spec, weights, bias, inputs[0])?.values,
        Work::Add(activation) => {
            ensure!(matches!(activation, Activation::None | Activation::Relu), "{activation:?} of a sum");
            let least = if activation == Activation::Relu { 0.0 } else { f64::NEG_INFINITY };
            (0..inputs[0].len()).map(|at| inputs.iter().map(|input| input[at]).sum::<f64>().max(least)).collect()
        }
        Work::Concat(parts) => {
            let turns = inputs[0].len() / parts[0];
            let turn =
                |turn: usize| inputs.iter().zip(parts).flat_map(move |(input, &part)| &input[turn * part..][..part]);
            (0..turns).flat_map(turn).copied().collect()
        }
        Work::Pad { len, zeros } => {
            inputs[0].chunks(len).flat_map(|values| [values, &vec![0.0; zeros]].concat()).collect()
        }
    })
}
