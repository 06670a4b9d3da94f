//! What stands in a box.
//!
//! Comes in: what a step does. Goes out: words, those of the macros' keys. Must not know: pictures.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::{Activation, Axis, Operator, Padding, Spec, Work};

/// `28x28x1`
pub(super) fn sizes(sizes: &[usize]) -> String {
    sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
}

/// What is counted as multiply-adds of an operator.
pub(super) fn counted(operator: Operator) -> &'static str {
    match operator {
        Operator::MaxPool { .. } => "comparisons",
        Operator::AveragePool { .. } => "additions",
        Operator::Adder => "differences",
        Operator::Softmax { .. } => "exponentials",
        _ => "MACs",
    }
}

/// `832 parameters, 574,592 MACs`; nothing where there are none.
pub(super) fn numbers(parameters: usize, macs: u64, counted: &str) -> String {
    let parameters = (parameters > 0).then(|| format!("{} parameters", grouped(parameters as u64)));
    let macs = (macs > 0).then(|| format!("{} {counted}", grouped(macs)));
    parameters.into_iter().chain(macs).collect::<Vec<_>>().join(", ")
}

/// A number with a comma before every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An operator and its keys: `conv2d 5x5, same, relu`.
pub(super) fn work(work: &Work) -> String {
    match work {
        Work::Layer(spec) => layer(spec),
        Work::Add(activation) => join("add", [function(*activation)]),
        Work::Concat(_) => "concat".to_string(),
        Work::Pad { .. } => "pad".to_string(),
    }
}

fn layer(spec: &Spec) -> String {
    let rank = spec.axes.len();
    let along = |name: &str| format!("{name}{rank}d");
    let window = || format!(" {}", sizes(&spec.axes.iter().map(|axis| axis.kernel).collect::<Vec<_>>()));
    let name = match spec.operator {
        Operator::Convolution if rank == 0 => "dense".to_string(),
        Operator::Convolution if spec.groups > 1 && spec.groups == spec.in_channels => {
            along("depthwise_conv") + &window()
        }
        Operator::Convolution => along("conv") + &window(),
        Operator::TransposedConvolution => along("conv_transpose") + &window(),
        Operator::SeparableConvolution { .. } => along("separable_conv") + &window(),
        Operator::Adder => along("adder") + &window(),
        Operator::MaxPool { .. } => along("max_pool") + &window(),
        Operator::AveragePool { .. } => along("avg_pool") + &window(),
        Operator::BatchNorm { .. } => "batch_norm".to_string(),
        Operator::Softmax { log: false } => "softmax".to_string(),
        Operator::Softmax { log: true } => "log_softmax".to_string(),
        Operator::Network { steps, .. } => format!("network of {}", steps.len()),
    };
    // A window's own length is the stride of a pool unless it says otherwise.
    let pool = matches!(spec.operator, Operator::MaxPool { .. } | Operator::AveragePool { .. });
    let strides = spec.axes.iter().any(|axis| axis.stride != if pool { axis.kernel } else { 1 });
    let strides = strides.then(|| format!("stride {}", each(spec.axes, |axis| axis.stride)));
    let dilated = spec.axes.iter().any(|axis| axis.dilation > 1);
    let dilations = dilated.then(|| format!("dilation {}", each(spec.axes, |axis| axis.dilation)));
    let groups = (spec.groups > 1 && spec.groups < spec.in_channels).then(|| format!("groups {}", spec.groups));
    join(&name, [padding(spec.axes), strides, dilations, groups, function(spec.activation)])
}

/// A number for each axis, or one where all are equal.
fn each(axes: &[Axis], of: fn(&Axis) -> usize) -> String {
    let numbers: Vec<usize> = axes.iter().map(of).collect();
    if numbers.windows(2).all(|pair| pair[0] == pair[1]) { numbers[0].to_string() } else { sizes(&numbers) }
}

fn padding(axes: &[Axis]) -> Option<String> {
    let paddings: Vec<String> = axes
        .iter()
        .map(|axis| match axis.padding {
            Padding::Valid | Padding::Explicit { before: 0, after: 0 } => String::new(),
            Padding::Same => "same".to_string(),
            Padding::SameLower => "same_lower".to_string(),
            Padding::Full => "full".to_string(),
            Padding::Causal => "causal".to_string(),
            Padding::Explicit { before, after } if before == after => format!("padding {before}"),
            Padding::Explicit { before, after } => format!("padding [{before}, {after}]"),
        })
        .collect();
    let first = paddings.first()?;
    if paddings.iter().all(|padding| padding == first) {
        return (!first.is_empty()).then(|| first.clone());
    }
    let word = |padding: &String| if padding.is_empty() { "valid".to_string() } else { padding.clone() };
    Some(paddings.iter().map(word).collect::<Vec<_>>().join(" x "))
}

fn function(activation: Activation) -> Option<String> {
    let name = match activation {
        Activation::None => return None,
        Activation::Relu => "relu",
        Activation::Relu6 => "relu6",
        Activation::LeakyRelu(alpha) => return Some(format!("leaky_relu({alpha})")),
        Activation::Prelu => "prelu",
        Activation::Elu(alpha) => return Some(format!("elu({alpha})")),
        Activation::Sigmoid => "sigmoid",
        Activation::Tanh => "tanh",
        Activation::Silu => "silu",
        Activation::HardSigmoid { .. } => "hard_sigmoid",
        Activation::HardSwish => "hard_swish",
        Activation::Gelu => "gelu",
        Activation::GeluTanh => "gelu_tanh",
    };
    Some(name.to_string())
}

fn join<const N: usize>(name: &str, keys: [Option<String>; N]) -> String {
    let keys: Vec<String> = keys.into_iter().flatten().collect();
    if keys.is_empty() { name.to_string() } else { format!("{name}, {}", keys.join(", ")) }
}
