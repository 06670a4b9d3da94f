//! Separable convolutions: a depthwise one, and a pointwise one of its rows.
//!
//! Comes in: the depthwise half as an [`Operation`], with what the call says of the whole. Goes out: both halves, the second in the
//! first, or errors. Must not know: layout, plan.

use super::check_elements;
use crate::diag::Errors;
use crate::operation::{Activation, Axis, Inner, Operation, PaddingMode, Unroll};
use crate::shape::MAX_ROW_BETWEEN;
use crate::spec::Spec;

/// Puts the pointwise half behind the depthwise half, `depthwise`, which takes the call's bias and activation along. `None` only if
/// errors were reported.
pub(super) fn check(spec: &Spec, depthwise: Operation, cx: &mut Errors) -> Option<Operation> {
    let (between, to) = (depthwise.out_channels, spec.kernel.value[spec.rank()]);
    let output: Vec<usize> = depthwise.axes.iter().map(|axis| axis.output).chain([to]).collect();
    let fits = check_elements("weights", &[between, to], &spec.kernel.tokens, cx)
        & check_elements("output", &output, &spec.kernel.tokens, cx)
        & check_row(spec, &depthwise, cx)
        & check_unroll(spec, cx);
    let axis = |axis: &Axis| Axis {
        input: axis.output,
        kernel: 1,
        stride: 1,
        dilation: 1,
        pad_before: 0,
        output: axis.output,
        overhang: 0,
        mode: PaddingMode::Zeros,
    };
    let pointwise = Operation {
        axes: depthwise.axes.iter().map(axis).collect(),
        in_channels: between,
        out_channels: to,
        groups: 1,
        inner: Inner::MultiplyAdd,
        transposed: false,
        ..depthwise.clone()
    };
    let then = Some(Box::new(pointwise));
    fits.then_some(Operation { bias: false, activation: Activation::None, then, ..depthwise })
}

/// A row between the halves has to fit on a stack.
fn check_row(spec: &Spec, depthwise: &Operation, cx: &mut Errors) -> bool {
    let width = depthwise.axes.last().map_or(1, |axis| axis.output);
    let between = depthwise.out_channels;
    let fits = width * between <= MAX_ROW_BETWEEN;
    if !fits {
        cx.push(
            &spec.input.tokens,
            format_args!(
                "a row between the depthwise and the pointwise half would have {width} x {between} elements: the limit is \
                 {MAX_ROW_BETWEEN}, what fits on a stack; use `depthwise_conv2d!` and then `conv2d!` with a 1x1 kernel"
            ),
        );
    }
    fits
}

/// The halves take turns in a loop over rows.
fn check_unroll(spec: &Spec, cx: &mut Errors) -> bool {
    let fits = spec.unroll.value != Unroll::Full;
    if !fits {
        cx.push(
            &spec.unroll.tokens,
            format_args!("`separable_conv2d!` cannot be unrolled in full: use `unroll: auto` or `unroll: none`"),
        );
    }
    fits
}
