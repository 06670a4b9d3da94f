//! [`Spec`] to [`Operation`]: the rules that join several keys, and the limits.
//!
//! Comes in: a [`Spec`]. Goes out: integers that fit together, or errors at the tokens of the key to change. Must not
//! know: how a call is spelled; layout, plan.

mod activation;
mod algorithm;
mod axes;
mod separable;
mod too_large;

use crate::diag::Errors;
use crate::operation::{Algorithm, Inner, Operation};
use crate::operator::Kind;
use crate::shape::{self, MAX_ELEMENTS, Window};
use crate::spec::{Accuracy, Spec};
use proc_macro2::TokenStream;

/// Works out an operation. `None` only if errors were reported.
pub(crate) fn operation(spec: &Spec, cx: &mut Errors) -> Option<Operation> {
    let rank = spec.rank();
    let (input, kernel) = (&spec.input.value, &spec.kernel.value);
    let input_fits = check_elements("input", input, &spec.input.tokens, cx);
    // What is not spatial is channels: of a dense layer, everything.
    let in_channels = shape::elements(&input[rank..]);
    let (inner, groups, out_channels) = inner(spec, in_channels, cx);
    let groups_divide = check_groups(spec, in_channels, out_channels, cx);
    let weights_fit = !inner.is_weighted()
        || in_channels.zip(out_channels).is_none_or(|(from, to)| {
            let sizes: Vec<usize> = kernel[..rank].iter().copied().chain([from / groups, to]).collect();
            check_elements("weights", &sizes, &spec.kernel.tokens, cx)
        });
    let activation = activation::check(spec, cx);
    let axes = axes::check(spec, cx)?;
    let (in_channels, out_channels) = (in_channels?, out_channels?);
    if !groups_divide {
        return None;
    }
    let output: Vec<usize> = axes.iter().map(|axis| axis.output).chain([out_channels]).collect();
    let fits = input_fits && weights_fit && check_elements("output", &output, &spec.kernel.tokens, cx);
    let Spec { epsilon, bias, format, element, .. } = *spec;
    let unroll = spec.unroll.value;
    let transposed = spec.operator.kind() == Kind::ConvTranspose;
    let operation = Operation {
        axes,
        in_channels,
        out_channels,
        groups,
        inner,
        transposed,
        bias,
        epsilon,
        activation,
        unroll,
        algorithm: if spec.accuracy == Accuracy::Exact { Algorithm::Direct } else { spec.algorithm.value },
        format,
        element,
        norm: None,
        sum: None,
        then: None,
        asked: spec.asked.value.clone(),
    };
    if !algorithm::check(spec, &operation, cx) {
        return None;
    }
    if spec.operator.kind() == Kind::Separable {
        return separable::check(spec, operation, cx).filter(|_| fits);
    }
    fits.then_some(operation)
}

/// What happens at a non-zero, the groups, and the channels that come out, where they can be told.
fn inner(spec: &Spec, in_channels: Option<usize>, cx: &mut Errors) -> (Inner, usize, Option<usize>) {
    let units = spec.kernel.value.get(spec.rank()).copied();
    match spec.operator.kind() {
        Kind::Conv | Kind::ConvTranspose | Kind::Dense => (Inner::MultiplyAdd, spec.groups.value, units),
        Kind::Adder => (Inner::AbsoluteDifference, spec.groups.value, units),
        Kind::Depthwise | Kind::Separable => {
            let multiplied = in_channels.and_then(|channels| {
                let sizes = [channels, spec.multiplier.value];
                check_elements("output", &sizes, &spec.multiplier.tokens, cx).then(|| sizes.iter().product())
            });
            (Inner::MultiplyAdd, in_channels.unwrap_or(1), multiplied)
        }
        Kind::BatchNorm => (Inner::MultiplyAdd, in_channels.unwrap_or(1), in_channels),
        Kind::Softmax => (Inner::Softmax { log: false }, 1, in_channels),
        Kind::LogSoftmax => (Inner::Softmax { log: true }, 1, in_channels),
        Kind::MaxPool | Kind::GlobalMaxPool => (Inner::Max, 1, in_channels),
        Kind::AvgPool | Kind::GlobalAvgPool => (Inner::Mean { padding: spec.count_include_pad }, 1, in_channels),
        Kind::Network | Kind::Add | Kind::Concat | Kind::Pad | Kind::Flatten | Kind::Layer => {
            unreachable!("what only networks have is no operator")
        }
    }
}

/// What the keys say of one spatial axis.
fn window(spec: &Spec, index: usize) -> Window {
    Window {
        input: spec.input.value[index],
        kernel: spec.kernel.value[index],
        stride: spec.stride.value[index],
        dilation: spec.dilation.value[index],
        padding: spec.padding.value[index],
        transposed: (spec.operator.kind() == Kind::ConvTranspose).then(|| spec.output_padding.value[index]),
        ceil: spec.ceil_mode.value,
        mode: spec.padding_mode,
    }
}

/// Whether all groups of channels have the same number of inputs, and of outputs.
fn check_groups(spec: &Spec, in_channels: Option<usize>, out_channels: Option<usize>, cx: &mut Errors) -> bool {
    let groups = spec.groups.value;
    let (Some(from), Some(to)) = (in_channels, out_channels) else { return true };
    if matches!(spec.operator.kind(), Kind::Depthwise | Kind::Separable | Kind::BatchNorm)
        || (from.is_multiple_of(groups) && to.is_multiple_of(groups))
    {
        return true;
    }
    let what = match (from.is_multiple_of(groups), to.is_multiple_of(groups)) {
        (false, true) => format!("the {from} input channels"),
        (true, false) => format!("the {to} output channels"),
        _ => format!("the {from} input channels, nor the {to} output channels"),
    };
    let divide_both = |groups: &usize| from.is_multiple_of(*groups) && to.is_multiple_of(*groups);
    let smaller = from.min(to);
    // A divisor beyond the square root has a partner below it.
    let small = (1..).take_while(|&small| small <= smaller / small);
    let mut common: Vec<usize> = small.flat_map(|small| [small, smaller / small]).filter(divide_both).collect();
    common.sort_unstable();
    common.dedup();
    let common: Vec<String> = common.iter().map(ToString::to_string).collect();
    // Of many, the smallest say enough.
    let (shown, more) = (&common[..common.len().min(8)], if common.len() > 8 { " and so on" } else { "" });
    let work = match shown {
        [one] => format!("{one} alone works"),
        [first @ .., last] if more.is_empty() => format!("{} and {last} work", first.join(", ")),
        _ => format!("{}{more} work", shown.join(", ")),
    };
    let turned = if spec.input.value[0].is_multiple_of(groups) && to.is_multiple_of(groups) {
        too_large::turned(spec)
    } else {
        None
    };
    match turned {
        Some(turned) => {
            cx.push(
                &spec.input.tokens,
                format_args!("{groups} groups do not divide {what}: {turned}; otherwise {work}"),
            );
        }
        None => cx.push(&spec.groups.tokens, format_args!("{groups} groups do not divide {what}: {work}")),
    }
    false
}

/// Whether a buffer is of a sane size.
pub(crate) fn check_elements(what: &str, sizes: &[usize], at: &TokenStream, cx: &mut Errors) -> bool {
    let fits = shape::elements(sizes).is_some();
    if !fits {
        let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
        let sizes = sizes.join(" x ");
        cx.push(at, format_args!("the {what} would have {sizes} elements: the limit for one buffer is {MAX_ELEMENTS}"));
    }
    fits
}
