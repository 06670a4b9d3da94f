//! What a network has to know of a layer that is in it.
//!
//! Comes in: constants of generated code. Goes out: the names and shapes of arrays, sizes, counts. Must not know: what a network is.

use crate::{Buffer, Layer, Tensor, WeightsLayout};

/// What generated types say of themselves besides what the trait asks for.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Sizes of the output, spatial ones first; nothing where its length alone is known.
    pub output: &'static [usize],
    /// The arrays of weights and bias, in the order of either; by the names that they have within the layer.
    pub tensors: &'static [Tensor<'static>],
    /// Of a network, the multiply-adds of each step.
    pub macs: &'static [u64],
}

impl Facts {
    /// What is known of any layer: all weights are one array, and so is the bias.
    pub const fn of<L: Layer>() -> Self {
        let (weights, bias) = (<L::Weights as Buffer>::LEN, <L::Bias as Buffer>::LEN);
        let tensors: &[Tensor<'static>] = const {
            &[
                Tensor {
                    name: "weight",
                    shape: &[<L::Weights as Buffer>::LEN],
                    order: &[(<L::Weights as Buffer>::LEN, 1)],
                    layout: WeightsLayout::Hwio,
                    is_bias: false,
                },
                Tensor {
                    name: "bias",
                    shape: &[<L::Bias as Buffer>::LEN],
                    order: &[(<L::Bias as Buffer>::LEN, 1)],
                    layout: WeightsLayout::Hwio,
                    is_bias: true,
                },
            ]
        };
        let tensors = match (weights, bias) {
            (0, 0) => &[],
            (_, 0) => tensors.split_at(1).0,
            (0, _) => tensors.split_at(1).1,
            _ => tensors,
        };
        Self { output: &[], tensors, macs: &[] }
    }
}
