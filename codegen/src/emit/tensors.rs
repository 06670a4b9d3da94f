//! The arrays of a network's layers as named tensors.
//!
//! Comes in: a layer. Goes out: the name and the shape of each array that its constructor takes, as training frameworks write them. Takes
//! no decisions.

use proc_macro2::TokenStream;
use quote::quote;

use super::vector::number;
use crate::network::Layer;
use crate::operation::{DataFormat, Operation};
use crate::spec::Kind;

/// What an array is called behind the layer's name: as `PyTorch` does, `slope` for what it has no name of its own.
fn suffix(parameter: &str) -> &'static str {
    match parameter {
        "bias" | "beta" => "bias",
        "depthwise" => "depthwise.weight",
        "pointwise" => "pointwise.weight",
        "slopes" => "slope",
        "mean" => "running_mean",
        "variance" => "running_var",
        _ => "weight",
    }
}

/// The sizes of an array.
fn shape(layer: &Layer, parameter: &str) -> Vec<usize> {
    let Operation { in_channels, out_channels, groups, transposed, format, .. } = layer.operation;
    let first = format == DataFormat::ChannelsFirst;
    let kernel = || layer.operation.axes.iter().map(|axis| axis.kernel);
    let with = |last: [usize; 2], first_channels: [usize; 2]| -> Vec<usize> {
        if first { first_channels.into_iter().chain(kernel()).collect() } else { kernel().chain(last).collect() }
    };
    let each = [in_channels / groups, out_channels / groups];
    let apart = matches!(layer.spec.operator.kind(), Kind::Depthwise | Kind::Separable);
    match parameter {
        "weights" | "depthwise" if apart => with([in_channels, each[1]], [out_channels, 1]),
        "weights" if layer.operation.epsilon.is_some() => vec![out_channels],
        "weights" if transposed => with([each[1], in_channels], [in_channels, each[1]]),
        "weights" => with([each[0], out_channels], [out_channels, each[0]]),
        "pointwise" => {
            let (from, to) = (out_channels, layer.operation.last().out_channels);
            if first { vec![to, from, 1, 1] } else { vec![1, 1, from, to] }
        }
        _ => vec![layer.operation.last().out_channels],
    }
}

/// The tensor of the array `parameter` of the layer `name`.
pub(super) fn tensor(name: &str, layer: &Layer, parameter: &str, is_bias: bool) -> TokenStream {
    let name = format!("{name}.{}", suffix(parameter));
    let shape = shape(layer, parameter).into_iter().map(number);
    quote!(rt::Tensor { name: #name, shape: &[#(#shape),*], is_bias: #is_bias })
}
