//! `candle`: tensors in NCHW.

use anyhow::{Result, ensure};
use candle_core::{D, Device, Tensor};

use super::Operators;
use crate::graph::{Node, Operation};
use crate::problem::Axis;

type Function = Box<dyn Fn(&[Tensor]) -> candle_core::Result<Tensor>>;

/// A function of tensors.
pub struct Operator(Function);

impl Operators for Operator {
    type Value = Tensor;

    fn value(shape: &[usize], values: Vec<f32>) -> Result<Tensor> {
        Ok(Tensor::from_vec(values, shape, &Device::Cpu)?)
    }

    fn prepare(node: &Node) -> Result<Self> {
        let ones = |count: usize| vec![1; node.shape.len() - count];
        Ok(Self(match &node.operation {
            Operation::Convolution { axes, groups, weights, bias } => convolution(axes, *groups, weights, bias)?,
            Operation::Dense { weights, bias } => {
                let weights = Self::value(&[weights.len() / bias.len(), bias.len()], weights.clone())?;
                let bias = Self::value(&[1, bias.len()], bias.clone())?;
                Box::new(move |x| x[0].matmul(&weights)?.broadcast_add(&bias))
            }
            Operation::MaxPool(axes) => max_pool(*axes),
            Operation::Relu => Box::new(|x| x[0].relu()),
            Operation::Prelu(slopes) => {
                let slopes = Self::value(&[vec![1, slopes.len()], ones(1)].concat(), slopes.clone())?;
                Box::new(move |x| x[0].relu()? + x[0].minimum(0.0)?.broadcast_mul(&slopes)?)
            }
            Operation::Softmax => Box::new(|x| {
                let powers = x[0].broadcast_sub(&x[0].max_keepdim(D::Minus1)?)?.exp()?;
                powers.broadcast_div(&powers.sum_keepdim(D::Minus1)?)
            }),
            Operation::Add => Box::new(|x| x[1..].iter().try_fold(x[0].clone(), |sum, term| sum + term)),
            Operation::Concat => Box::new(|x| Tensor::cat(x, 1)),
            &Operation::PadChannels(zeros) => Box::new(move |x| x[0].pad_with_zeros(1, 0, zeros)),
            Operation::Flatten => Box::new(|x| x[0].flatten_from(1)),
        }))
    }

    fn compute(&self, inputs: &[Tensor]) -> Result<Tensor> {
        Ok(self.0(inputs)?)
    }

    fn elements(value: Tensor) -> Result<Vec<f32>> {
        Ok(value.flatten_all()?.to_vec1()?)
    }
}

fn convolution(axes: &[Axis; 2], groups: usize, weights: &[f32], bias: &[f32]) -> Result<Function> {
    let [h, w] = *axes;
    ensure!(h.stride == w.stride, "candle has one stride for all axes");
    let inner = weights.len() / bias.len() / h.kernel / w.kernel;
    let weights = Operator::value(&[bias.len(), inner, h.kernel, w.kernel], weights.to_vec())?;
    let bias = Operator::value(&[1, bias.len(), 1, 1], bias.to_vec())?;
    let even = [h.before, h.after, w.before, w.after].iter().all(|&padding| padding == h.before);
    Ok(Box::new(move |x| {
        let padded = if even { x[0].clone() } else { pad(&x[0], [h, w], Tensor::pad_with_zeros)? };
        let padding = if even { h.before } else { 0 };
        padded.conv2d(&weights, padding, h.stride, 1, groups)?.broadcast_add(&bias)
    }))
}

/// What is beyond the edge repeats it, which changes no maximum.
fn max_pool(axes: [Axis; 2]) -> Function {
    let [h, w] = axes;
    Box::new(move |x| {
        let padded = pad(&x[0], [h, w], Tensor::pad_with_same)?;
        padded.max_pool2d_with_stride((h.kernel, w.kernel), (h.stride, w.stride))
    })
}

fn pad(
    x: &Tensor,
    axes: [Axis; 2],
    with: impl Fn(&Tensor, usize, usize, usize) -> candle_core::Result<Tensor>,
) -> candle_core::Result<Tensor> {
    let mut padded = x.clone();
    for (axis, Axis { before, after, .. }) in axes.into_iter().enumerate() {
        if before + after > 0 {
            padded = with(&padded, 2 + axis, before, after)?;
        }
    }
    Ok(padded)
}
