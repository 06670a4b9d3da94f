//! The same network by the runtime's generic reference, in `f64`: what the compiled layers are compared with.
//!
//! Comes in: trained weights and a digit. Goes out: ten logits. Must not know: any generated code; of a layer it reads
//! only the description of what was asked for.

use anyhow::Result;
use toeplitz::{Layer, reference};

use crate::{
    data::{Digit, Weights},
    network::{Conv1, Conv2, Dense, Pool1, Pool2, scaled},
};

/// Reads one digit, slowly.
pub(crate) fn classify(weights: &Weights, digit: &Digit) -> Result<Vec<f64>> {
    let image: Vec<f64> = digit.iter().map(|&pixel| f64::from(scaled(pixel))).collect();
    let map = forward::<Conv1>(&weights.conv1[..], &weights.conv1_bias[..], &image)?;
    let map = forward::<Pool1>(&[], &[], &map)?;
    let map = forward::<Conv2>(&weights.conv2[..], &weights.conv2_bias[..], &map)?;
    let map = forward::<Pool2>(&[], &[], &map)?;
    forward::<Dense>(&weights.dense[..], &weights.dense_bias[..], &map)
}

/// One layer; maps between layers are rounded to `f32`, as they are in the network.
fn forward<L: Layer>(weights: &[f32], bias: &[f32], input: &[f64]) -> Result<Vec<f64>> {
    let input: Vec<f32> = input.iter().map(|&value| value as f32).collect();
    Ok(reference::forward(&L::SPEC, weights, bias, &input)?.values)
}
