//! [`Spec`] to [`Operation`]: the rules that join several keys, and the limits.
//!
//! Comes in: a [`Spec`]. Goes out: integers that fit together, or errors at the tokens of the key to change. Must not
//! know: how a call is spelled; layout, plan.

mod activation;
mod separable;
mod too_large;

use crate::diag::Errors;
use crate::layout;
use crate::operation::{Axis, Inner, Operation, PaddingMode};
use crate::shape::{
    self, AxisError, MAX_ELEMENTS, MAX_KERNEL, MAX_LENGTH, MAX_NUMBER, MAX_TAPS, MAX_TRANSPOSED_STRIDE, Window,
};
use crate::spec::{Kind, Spec};
use proc_macro2::TokenStream;

/// Works out an operation. `None` only if errors were reported.
pub(crate) fn operation(spec: &Spec, cx: &mut Errors) -> Option<Operation> {
    let rank = spec.rank();
    let (input, kernel) = (&spec.input.value, &spec.kernel.value);
    let input_fits = check_elements("input", input, &spec.input.tokens, cx);
    // What is not spatial is channels: of a dense layer, everything.
    let in_channels = shape::elements(&input[rank..]);
    let (inner, groups, out_channels) = match spec.operator.kind() {
        Kind::Conv | Kind::ConvTranspose | Kind::Dense => (Inner::MultiplyAdd, spec.groups.value, Some(kernel[rank])),
        Kind::Adder => (Inner::AbsoluteDifference, spec.groups.value, Some(kernel[rank])),
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
    };
    let groups_divide = check_groups(spec, in_channels, out_channels, cx);
    let weights_fit = !inner.is_weighted()
        || in_channels.zip(out_channels).is_none_or(|(from, to)| {
            let sizes: Vec<usize> = kernel[..rank].iter().copied().chain([from / groups, to]).collect();
            check_elements("weights", &sizes, &spec.kernel.tokens, cx)
        });
    let windows: Vec<Window> = (0..rank).map(|index| window(spec, index)).collect();
    too_large::check(spec, &windows, cx);
    let axes: Vec<Option<Axis>> =
        windows.iter().enumerate().map(|(index, &window)| axis(spec, index, window, cx)).collect();
    let axes: Vec<Axis> = axes.into_iter().collect::<Option<_>>()?;
    let (in_channels, out_channels) = (in_channels?, out_channels?);
    if !groups_divide {
        return None;
    }
    let output: Vec<usize> = axes.iter().map(|axis| axis.output).chain([out_channels]).collect();
    let fits = input_fits && weights_fit && check_elements("output", &output, &spec.kernel.tokens, cx);
    let Spec { epsilon, bias, format, element, .. } = *spec;
    let activation = activation::check(spec, cx);
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
        format,
        element,
        then: None,
    };
    if spec.operator.kind() == Kind::Separable {
        return separable::check(spec, operation, cx).filter(|_| fits);
    }
    fits.then_some(operation)
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
    let work =
        if let [one] = shown { format!("{one} alone works") } else { format!("{}{more} work", shown.join(", ")) };
    cx.push(&spec.groups.tokens, format_args!("{groups} groups do not divide {what}: {work}"));
    false
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

/// One spatial axis.
fn axis(spec: &Spec, index: usize, window: Window, cx: &mut Errors) -> Option<Axis> {
    match window.resolve() {
        Ok(axis) => (check_windows(spec, index, &axis, cx) && check_layout(spec, index, &axis, cx)).then_some(axis),
        Err(error) => {
            report(spec, index, window, error, cx);
            None
        }
    }
}

/// Says what is wrong with an axis, at the key that is easiest to change.
fn report(spec: &Spec, index: usize, window: Window, error: AxisError, cx: &mut Errors) {
    let axis = spec.axes()[index];
    let name = spec.operator.window_name();
    let Window { input, kernel, .. } = window;
    match error {
        // Reported by `too_large`, for all axes together.
        AxisError::KernelTooLarge { .. } => {}
        AxisError::InputTooLong => cx.push(
            &spec.input.tokens,
            format_args!("input {axis} {input} is too large: the limit for one axis is {MAX_LENGTH}"),
        ),
        AxisError::OutputTooLong(output) => cx.push(
            if spec.padding.tokens.is_empty() { &spec.input.tokens } else { &spec.padding.tokens },
            format_args!("with this padding the output {axis} is {output}: the limit for one axis is {MAX_LENGTH}"),
        ),
        AxisError::ExtentTooLong(extent) => cx.push(
            &spec.dilation.tokens,
            format_args!("with this dilation the {name} {axis} is {extent}: the limit is {MAX_NUMBER}"),
        ),
        AxisError::KernelTooLong => cx.push(
            &spec.kernel.tokens,
            format_args!("{name} {axis} {kernel} is too large: the limit for one axis is {MAX_KERNEL}"),
        ),
        AxisError::StrideTooLong => cx.push(
            &spec.stride.tokens,
            format_args!(
                "stride {} along the {axis} is too large: the limit of a transposed convolution is {MAX_TRANSPOSED_STRIDE}",
                window.stride
            ),
        ),
        AxisError::AllCropped { full, cropped } => cx.push(
            &spec.padding.tokens,
            format_args!(
                "padding crops the output of a transposed convolution: {cropped} of its {axis} {full}, which leaves nothing; crop \
                 at most {}",
                full - 1
            ),
        ),
        AxisError::OutputPadding { limit } => cx.push(
            &spec.output_padding.tokens,
            format_args!(
                "output padding {} along the {axis} is not smaller than the stride {} or the dilation {}: write at most {}",
                window.transposed.unwrap_or(0),
                window.stride,
                window.dilation,
                limit - 1
            ),
        ),
        AxisError::PaddingTooWide { before, after, limit } => {
            let (mode, why) = match spec.padding_mode {
                PaddingMode::Circular => ("circular", "the whole input once more"),
                _ => ("reflect", "one less than the input has, for the edge is not repeated"),
            };
            let most = if limit == 0 { "none at all".to_owned() } else { format!("at most {limit} on either side") };
            cx.push(
                &spec.padding.tokens,
                format_args!(
                    "along the {axis}, padding of {before} before and {after} after an input of {input} is too wide for \
                     `padding_mode: {mode}`: it has {most}, {why}; pad less, or use `padding_mode: replicate`, which has no limit"
                ),
            );
        }
        // Once for all axes.
        AxisError::CeilWithSame if index > 0 => {}
        AxisError::CeilWithSame => cx.push(
            &spec.ceil_mode.tokens,
            format_args!(
                "`padding: same` already rounds the number of windows up, to input / stride: leave `ceil_mode` out, or pad by numbers"
            ),
        ),
        AxisError::OutputPaddingWithSame => cx.push(
            &spec.output_padding.tokens,
            format_args!(
                "`same` already says how long the output is, input {axis} times stride, {}: leave `output_padding` out, or pad by \
                 numbers",
                input * window.stride
            ),
        ),
    }
}

/// Neither the maximum nor the mean of nothing is a number: each window of a pool has to meet the input.
fn check_windows(spec: &Spec, index: usize, axis: &Axis, cx: &mut Errors) -> bool {
    if !spec.operator.kind().is_pool() {
        return true;
    }
    let Some(output) = shape::first_empty_window(axis) else {
        return true;
    };
    let result = if spec.operator.kind() == Kind::MaxPool { "maximum" } else { "mean" };
    let name = spec.axes()[index];
    let Axis { input, kernel, stride, dilation, pad_before, .. } = *axis;
    let (first, reach) = (output * stride, (kernel - 1) * dilation);
    if first < pad_before && pad_before + input <= first + reach {
        cx.push(
            &spec.dilation.tokens,
            format_args!(
                "along the {name}, window {output} has taps before and after the input, none inside it, and so no \
                 {result}: use a dilation of at most {input}"
            ),
        );
    } else {
        cx.push(
            if spec.padding.tokens.is_empty() { &spec.kernel.tokens } else { &spec.padding.tokens },
            format_args!(
                "along the {name}, window {output} holds nothing but padding and has no {result}: pad by at most {reach} \
                 on either side, the window's extent less 1"
            ),
        );
    }
    false
}

/// The layout has to be small enough to be written out.
fn check_layout(spec: &Spec, index: usize, axis: &Axis, cx: &mut Errors) -> bool {
    let taps = layout::taps(axis, spec.operator.kind() == Kind::ConvTranspose);
    if taps <= MAX_TAPS {
        return true;
    }
    let (name, window) = (spec.axes()[index], spec.operator.window_name());
    let Axis { input, kernel, dilation, .. } = *axis;
    let or_valid = if (kernel - 1) * dilation < input { ", or use `padding: valid`" } else { "" };
    cx.push(
        &spec.kernel.tokens,
        format_args!(
            "{window} {name} {kernel} needs {taps} taps in the layout, most of them where it reaches into the padding: the limit \
             for the {name} is {MAX_TAPS}; make it smaller{or_valid}"
        ),
    );
    false
}

/// Whether a buffer is of a sane size.
fn check_elements(what: &str, sizes: &[usize], at: &TokenStream, cx: &mut Errors) -> bool {
    let fits = shape::elements(sizes).is_some();
    if !fits {
        let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
        let sizes = sizes.join(" x ");
        cx.push(at, format_args!("the {what} would have {sizes} elements: the limit for one buffer is {MAX_ELEMENTS}"));
    }
    fits
}
