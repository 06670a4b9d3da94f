//! The same network by the runtime's generic reference, in `f64`: what the compiled layers are compared with.
//!
//! Comes in: trained weights and a digit. Goes out: ten logits. Must not know: any generated code; of the network it reads
//! only the description of what was asked for.

use anyhow::{Result, bail};
use toeplitz::{Layer, Operator, Work, reference};

use crate::{
    data::{Digit, Tensors},
    network::{Lenet, scaled},
};

/// Reads one digit, slowly. Maps between layers are rounded to `f32`, as they are in the network.
pub(crate) fn classify(weights: &Tensors, digit: &Digit) -> Result<Vec<f64>> {
    let Operator::Network { steps, .. } = Lenet::SPEC.operator else { bail!("a network says its steps") };
    let mut map: Vec<f32> = digit.iter().map(|&pixel| scaled(pixel)).collect();
    let mut values = Vec::new();
    for step in steps {
        let Work::Layer(spec) = step.work else { bail!("`{}` is no layer, and this is a chain of them", step.name) };
        let array = |suffix: &str| weights.get(&format!("{}.{suffix}", step.name)).map_or(&[][..], |(_, array)| array);
        values = reference::forward(&spec, array("weight"), array("bias"), &map)?.values;
        map = values.iter().map(|&value| value as f32).collect();
    }
    Ok(values)
}
