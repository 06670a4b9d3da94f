//! `burn`, by its backend `burn-flex`: see the module of its single layers.

use anyhow::{Result, anyhow, ensure};
use burn_backend::TensorData;
use burn_backend::ops::{ActivationOps, ConvOptions, FloatTensorOps, ModuleOps, PadMode};
use burn_flex::{Flex, FlexTensor};

use super::Operators;
use crate::graph::{Node, Operation};

type Function = Box<dyn Fn(&[FlexTensor]) -> FlexTensor>;

/// A function of tensors.
pub struct Operator(Function);

fn tensor(shape: &[usize], values: &[f32]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values.to_vec(), shape))
}

impl Operators for Operator {
    type Value = FlexTensor;

    fn value(shape: &[usize], values: Vec<f32>) -> Result<FlexTensor> {
        Ok(tensor(shape, &values))
    }

    // Clones of these tensors share their storage.
    fn prepare(node: &Node) -> Result<Self> {
        Ok(Self(match &node.operation {
            Operation::Convolution { axes, groups, weights, bias } => {
                let [h, w] = axes.map(|axis| axis.kernel);
                let inner = weights.len() / bias.len() / h / w;
                let (weights, bias) = (tensor(&[bias.len(), inner, h, w], weights), tensor(&[bias.len()], bias));
                let options = ConvOptions {
                    stride: axes.map(|axis| axis.stride),
                    padding: axes.map(|axis| (axis.before, axis.after)),
                    dilation: [1, 1],
                    groups: *groups,
                };
                Box::new(move |x| Flex::conv2d(x[0].clone(), weights.clone(), Some(bias.clone()), options.clone()))
            }
            Operation::Dense { weights, bias } => {
                let weights = tensor(&[weights.len() / bias.len(), bias.len()], weights);
                let bias = tensor(&[bias.len()], bias);
                Box::new(move |x| Flex::linear(x[0].clone(), weights.clone(), Some(bias.clone())))
            }
            Operation::MaxPool(axes) => {
                ensure!(axes.iter().all(|axis| axis.before == 0), "burn pads both ends of a pool alike");
                // A window that hangs over the end, in place of padding there.
                let ceil_mode = axes.iter().any(|axis| axis.after > 0);
                let (kernel, stride) = (axes.map(|axis| axis.kernel), axes.map(|axis| axis.stride));
                Box::new(move |x| Flex::max_pool2d(x[0].clone(), kernel, stride, [0, 0], [1, 1], ceil_mode))
            }
            Operation::Relu => Box::new(|x| Flex::relu(x[0].clone())),
            Operation::Prelu(slopes) => {
                let mut shape = vec![1; node.shape.len() + 1];
                shape[1] = slopes.len();
                let slopes = tensor(&shape, slopes);
                Box::new(move |x| Flex::prelu(x[0].clone(), slopes.clone()))
            }
            Operation::Softmax => Box::new(|x| Flex::softmax(x[0].clone(), 1)),
            Operation::Add => {
                Box::new(|x| x[1..].iter().fold(x[0].clone(), |sum, term| Flex::float_add(sum, term.clone())))
            }
            Operation::Concat => Box::new(|x| Flex::float_cat(x.to_vec(), 1)),
            &Operation::PadChannels(zeros) => Box::new(move |x| {
                Flex::float_pad(x[0].clone(), &[(0, 0), (0, zeros), (0, 0), (0, 0)], PadMode::Constant(0.0))
            }),
            Operation::Flatten => {
                let len = node.shape[0];
                Box::new(move |x| Flex::float_reshape(x[0].clone(), [1, len].into()))
            }
        }))
    }

    fn compute(&self, inputs: &[FlexTensor]) -> Result<FlexTensor> {
        Ok(self.0(inputs))
    }

    fn elements(value: FlexTensor) -> Result<Vec<f32>> {
        value.into_data().try_to_vec::<f32>().map_err(|error| anyhow!("{error:?}"))
    }
}
