//! The arrays of a layer as named tensors.
//!
//! Comes in: an operator. Goes out: the name and the shape of each array that its constructor takes, as training frameworks write them. Takes
//! no decisions.

use proc_macro2::TokenStream;
use quote::quote;

use super::stages::Parameter;
use super::vector::number;
use crate::operation::{DataFormat, Operation};
use crate::spec::{Kind, Spec};

/// What an array is called, in a network behind the layer's name and a dot: as `PyTorch` does, `slope` for what it has no name of its own.
fn name(parameter: &str) -> &'static str {
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
fn shape(spec: &Spec, operation: &Operation, parameter: &str) -> Vec<usize> {
    let Operation { in_channels, out_channels, groups, transposed, format, .. } = *operation;
    let first = format == DataFormat::ChannelsFirst;
    let kernel = || operation.axes.iter().map(|axis| axis.kernel);
    let with = |last: [usize; 2], first_channels: [usize; 2]| -> Vec<usize> {
        if first { first_channels.into_iter().chain(kernel()).collect() } else { kernel().chain(last).collect() }
    };
    let each = [in_channels / groups, out_channels / groups];
    let apart = matches!(spec.operator.kind(), Kind::Depthwise | Kind::Separable);
    match parameter {
        "weights" | "depthwise" if apart => with([in_channels, each[1]], [out_channels, 1]),
        "weights" if operation.epsilon.is_some() => vec![out_channels],
        "weights" if transposed => with([each[1], in_channels], [in_channels, each[1]]),
        "weights" => with([each[0], out_channels], [out_channels, each[0]]),
        "pointwise" => {
            let (from, to) = (out_channels, operation.last().out_channels);
            if first { vec![to, from, 1, 1] } else { vec![1, 1, from, to] }
        }
        _ => vec![operation.last().out_channels],
    }
}

/// The tensor of an array that the constructors take.
pub(super) fn tensor(spec: &Spec, operation: &Operation, parameter: &Parameter) -> TokenStream {
    let (own, is_bias) = (parameter.ident().to_string(), parameter.is_bias());
    let (name, shape) = (name(&own), shape(spec, operation, &own).into_iter().map(number));
    quote!(rt::Tensor { name: #name, shape: &[#(#shape),*], is_bias: #is_bias })
}
