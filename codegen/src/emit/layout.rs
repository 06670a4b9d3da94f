//! The layout and the call's own words as constants: `TOEPLITZ` and `SPEC`.
//!
//! Comes in: bands, and the call as it was written. Goes out: constant expressions. Takes no decisions.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::vector::number;
use crate::layout::{Band, Channels, Run, Toeplitz};
use crate::operation::{Activation, DataFormat, Inner, Operation, PaddingMode};
use crate::plan::{Instead, Plan};
use crate::shape::Padding;
use crate::spec::Spec;

/// The layout as a constant expression.
pub(super) fn toeplitz(layout: &Toeplitz) -> TokenStream {
    let bands = layout.bands.iter().map(band);
    let (input, output) = (number(layout.in_channels), number(layout.out_channels));
    let channels = match layout.channels {
        Channels::Dense => quote!(rt::Channels::Dense { input: #input, output: #output }),
        Channels::Grouped(groups) => {
            let (input, output) = (number(layout.in_channels / groups), number(layout.out_channels / groups));
            let groups = number(groups);
            quote!(rt::Channels::Grouped { groups: #groups, input: #input, output: #output })
        }
        Channels::Diagonal => quote!(rt::Channels::Diagonal(#output)),
    };
    let order = if layout.transposed { quote!(OutIn) } else { quote!(InOut) };
    let format = format(layout.format);
    quote!(rt::Toeplitz { bands: [#(#bands),*], channels: #channels, order: rt::WeightOrder::#order, format: #format })
}

/// One axis.
fn band(band: &Band) -> TokenStream {
    let (input, output, kernel, runs) = (number(band.input), number(band.output), number(band.kernel), runs(band));
    quote!(rt::Band { input: #input, output: #output, kernel: #kernel, runs: #runs })
}

/// The runs of an axis, as a slice.
pub(super) fn runs(band: &Band) -> TokenStream {
    let runs = band.runs.iter().map(|run| {
        let Run { start, step, len, advance, taps } = run;
        let (start, step, len, advance) = (number(*start), number(*step), number(*len), number(*advance));
        let taps = taps.iter().map(|tap| {
            let (kernel, input) = (number(tap.kernel), number(tap.input));
            quote!(rt::Tap { kernel: #kernel, input: #input })
        });
        quote!(rt::Run { start: #start, step: #step, len: #len, advance: #advance, taps: &[#(#taps),*] })
    });
    quote!(&[#(#runs),*])
}

/// What was asked for, for the reference: nothing here was worked out but how it is computed.
pub(super) fn spec(spec: &Spec, operation: &Operation, plan: &Plan) -> TokenStream {
    let paddings = spec.padding.value.iter().zip(&spec.output_padding.value);
    let axes = operation.axes.iter().zip(paddings).map(|(axis, (padding, output_padding))| {
        let output_padding = number(*output_padding);
        let (input, kernel) = (number(axis.input), number(axis.kernel));
        let (stride, dilation, padding) = (number(axis.stride), number(axis.dilation), self::padding(*padding));
        quote! {
            rt::Axis {
                input: #input,
                kernel: #kernel,
                stride: #stride,
                dilation: #dilation,
                padding: #padding,
                output_padding: #output_padding,
            }
        }
    });
    let operator = operator(spec, operation);
    let last = operation.last();
    let (input, output) = (number(operation.in_channels), number(last.out_channels));
    let normalises = operation.epsilon.is_some();
    // Those of a depthwise half are in the operator's name.
    let groups = number(if operation.then.is_some() || normalises { 1 } else { operation.groups });
    let bias = last.bias && !normalises;
    let (activation, format) = (activation(last.activation), format(operation.format));
    let padding_mode = padding_mode(spec.padding_mode);
    let algorithm = algorithm(plan);
    quote! {
        rt::Spec {
            operator: #operator,
            axes: &[#(#axes),*],
            in_channels: #input,
            out_channels: #output,
            groups: #groups,
            bias: #bias,
            activation: #activation,
            format: #format,
            padding_mode: #padding_mode,
            algorithm: #algorithm,
        }
    }
}

/// The operator, for the reference.
fn operator(spec: &Spec, operation: &Operation) -> TokenStream {
    let ceil_mode = spec.ceil_mode.value;
    match operation.inner {
        _ if operation.epsilon.is_some() => {
            let epsilon = operation.epsilon.map(Literal::f64_suffixed);
            quote!(rt::Operator::BatchNorm { epsilon: #epsilon })
        }
        _ if operation.then.is_some() => {
            let multiplier = number(operation.out_channels / operation.in_channels);
            quote!(rt::Operator::SeparableConvolution { multiplier: #multiplier })
        }
        Inner::MultiplyAdd if operation.transposed => quote!(rt::Operator::TransposedConvolution),
        Inner::MultiplyAdd => quote!(rt::Operator::Convolution),
        Inner::AbsoluteDifference => quote!(rt::Operator::Adder),
        Inner::Softmax { log } => quote!(rt::Operator::Softmax { log: #log }),
        Inner::Max => quote!(rt::Operator::MaxPool { ceil_mode: #ceil_mode }),
        Inner::Mean { padding } => {
            quote!(rt::Operator::AveragePool { count_include_pad: #padding, ceil_mode: #ceil_mode })
        }
    }
}

/// How it is computed.
fn algorithm(plan: &Plan) -> TokenStream {
    match &plan.instead {
        Some(Instead::Winograd(winograd)) => {
            let growth = Literal::f64_unsuffixed(winograd.growth());
            quote!(rt::Algorithm::Winograd { growth: #growth })
        }
        Some(Instead::Fourier(fourier)) => {
            let size = number(fourier.size);
            quote!(rt::Algorithm::Fft { size: #size })
        }
        Some(Instead::Factored(_)) => quote!(rt::Algorithm::Factored),
        None => quote!(rt::Algorithm::Direct),
    }
}

/// A data format.
pub(super) fn format(format: DataFormat) -> TokenStream {
    match format {
        DataFormat::ChannelsLast => quote!(rt::DataFormat::ChannelsLast),
        DataFormat::ChannelsFirst => quote!(rt::DataFormat::ChannelsFirst),
    }
}

/// A padding rule.
fn padding(padding: Padding) -> TokenStream {
    match padding {
        Padding::Valid => quote!(rt::Padding::Valid),
        Padding::Same => quote!(rt::Padding::Same),
        Padding::SameLower => quote!(rt::Padding::SameLower),
        Padding::Full => quote!(rt::Padding::Full),
        Padding::Causal => quote!(rt::Padding::Causal),
        Padding::Explicit { before, after } => {
            let (before, after) = (number(before), number(after));
            quote!(rt::Padding::Explicit { before: #before, after: #after })
        }
    }
}

/// A padding mode.
fn padding_mode(mode: PaddingMode) -> TokenStream {
    match mode {
        PaddingMode::Zeros => quote!(rt::PaddingMode::Zeros),
        PaddingMode::Reflect => quote!(rt::PaddingMode::Reflect),
        PaddingMode::Replicate => quote!(rt::PaddingMode::Replicate),
        PaddingMode::Circular => quote!(rt::PaddingMode::Circular),
    }
}

/// An activation.
pub(super) fn activation(activation: Activation) -> TokenStream {
    let name = match activation {
        Activation::None => quote!(None),
        Activation::Relu => quote!(Relu),
        Activation::Relu6 => quote!(Relu6),
        Activation::LeakyRelu(alpha) => quote!(LeakyRelu(#alpha)),
        Activation::Prelu => quote!(Prelu),
        Activation::Elu(alpha) => quote!(Elu(#alpha)),
        Activation::Sigmoid => quote!(Sigmoid),
        Activation::Tanh => quote!(Tanh),
        Activation::Silu => quote!(Silu),
        Activation::HardSigmoid { alpha, beta } => quote!(HardSigmoid { alpha: #alpha, beta: #beta }),
        Activation::HardSwish => quote!(HardSwish),
        Activation::Gelu => quote!(Gelu),
        Activation::GeluTanh => quote!(GeluTanh),
    };
    quote!(rt::Activation::#name)
}
