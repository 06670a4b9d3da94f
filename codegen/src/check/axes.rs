//! The spatial axes: each worked out, and what is wrong with several of them said once.
//!
//! Comes in: a [`Spec`]. Goes out: its axes, or errors at the tokens of the key that is easiest to change. Must not know: channels; how a
//! call is spelled.

use super::{too_large, window};
use crate::diag::Errors;
use crate::layout;
use crate::operation::{Axis, PaddingMode};
use crate::operator::Kind;
use crate::shape::{self, AxisError, MAX_KERNEL, MAX_LENGTH, MAX_NUMBER, MAX_TAPS, MAX_TRANSPOSED_STRIDE, Window};
use crate::spec::Spec;
use proc_macro2::TokenStream;

/// What is wrong with one axis or with several.
struct Fault<'a> {
    /// What to underline.
    at: &'a TokenStream,
    /// Clauses, each of an axis of its own. An axis that has the same numbers as one before it has its name in that one's clause.
    clauses: Vec<Clause<'a>>,
    /// The end of the sentence, the same for all axes.
    advice: String,
}

/// `before`, then names of axes, then `after`.
struct Clause<'a> {
    before: String,
    axes: Vec<&'a str>,
    after: String,
}

impl<'a> Fault<'a> {
    fn new(at: &'a TokenStream, before: &str, axis: &'a str, after: String, advice: impl Into<String>) -> Self {
        let clause = Clause { before: before.to_owned(), axes: vec![axis], after };
        Self { at, clauses: vec![clause], advice: advice.into() }
    }

    /// Takes `other` in, where one sentence can say both.
    fn join(&mut self, other: Self) -> Option<Self> {
        if !std::ptr::eq(self.at, other.at) || self.advice != other.advice {
            return Some(other);
        }
        for clause in other.clauses {
            let same = |known: &&mut Clause<'_>| known.before == clause.before && known.after == clause.after;
            match self.clauses.iter_mut().find(same) {
                Some(known) => known.axes.extend(clause.axes),
                None => self.clauses.push(clause),
            }
        }
        None
    }

    fn message(&self) -> String {
        let clause = |Clause { before, axes, after }: &Clause<'_>| {
            let axes = match axes.as_slice() {
                [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
                axes => axes.concat(),
            };
            format!("{before}{axes}{after}")
        };
        let clauses: Vec<String> = self.clauses.iter().map(clause).collect();
        format!("{}: {}", clauses.join("; "), self.advice)
    }
}

/// Works out all axes. `None` only if errors were reported.
pub(super) fn check(spec: &Spec, cx: &mut Errors) -> Option<Vec<Axis>> {
    let windows: Vec<Window> = (0..spec.rank()).map(|index| window(spec, index)).collect();
    // For all axes together.
    too_large::check(spec, &windows, cx);
    let mut faults: Vec<Fault<'_>> = Vec::new();
    let mut axes = Vec::new();
    for (index, &window) in windows.iter().enumerate() {
        let fault = match window.resolve() {
            Ok(axis) => match windows_fault(spec, index, &axis).or_else(|| layout_fault(spec, index, &axis)) {
                None => {
                    axes.push(axis);
                    continue;
                }
                fault => fault,
            },
            Err(error) => shape_fault(spec, index, window, error),
        };
        let left = faults.iter_mut().fold(fault, |fault, known| fault.and_then(|fault| known.join(fault)));
        faults.extend(left);
    }
    for fault in faults {
        cx.push(fault.at, fault.message());
    }
    (axes.len() == windows.len()).then_some(axes)
}

/// Numbers of all axes as a call has them: one where they are the same.
fn each(numbers: impl Iterator<Item = usize>) -> String {
    let mut numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
    if numbers.iter().all(|number| *number == numbers[0]) {
        numbers.truncate(1);
    }
    numbers.join("x")
}

/// What is wrong with the shape of an axis; nothing where [`too_large`] has said it.
fn shape_fault(spec: &Spec, index: usize, window: Window, error: AxisError) -> Option<Fault<'_>> {
    let axis = spec.axes()[index];
    let Window { input, stride, dilation, .. } = window;
    Some(match error {
        AxisError::AllCropped { full, cropped } => Fault::new(
            &spec.padding.tokens,
            "padding crops away all of a transposed convolution's output along the ",
            axis,
            format!(", {cropped} elements of {full}"),
            format!("crop at most {}", full - 1),
        ),
        AxisError::OutputPadding => {
            let most = (0..spec.rank()).map(|axis| {
                let limit = spec.stride.value[axis].max(spec.dilation.value[axis]) - 1;
                spec.output_padding.value[axis].min(limit)
            });
            Fault::new(
                &spec.output_padding.tokens,
                &format!("output padding {} along the ", window.transposed.unwrap_or(0)),
                axis,
                format!(" is not smaller than the stride {stride} or the dilation {dilation}"),
                format!("write at most `output_padding: {}`", each(most)),
            )
        }
        AxisError::PaddingTooWide { before, after, limit } => too_wide(spec, axis, input, (before, after), limit),
        AxisError::CeilWithSame => Fault::new(
            &spec.ceil_mode.tokens,
            "`padding: same` already rounds the number of windows along the ",
            axis,
            " up, to input / stride".to_owned(),
            "leave `ceil_mode` out, or pad by numbers",
        ),
        AxisError::OutputPaddingWithSame => Fault::new(
            &spec.output_padding.tokens,
            "`same` already says how long the output is along the ",
            axis,
            format!(", input times stride, {}", input * stride),
            "leave `output_padding` out, or pad by numbers",
        ),
        error => return limit_fault(spec, index, window, error),
    })
}

/// A number beyond a limit; nothing where [`too_large`] has said what is wrong.
fn limit_fault(spec: &Spec, index: usize, window: Window, error: AxisError) -> Option<Fault<'_>> {
    let name = spec.operator.window_name();
    let of_axis = |limit: u64| format!("the limit for one axis is {limit}");
    let (at, what, number, limit) = match error {
        AxisError::InputTooLong => {
            (&spec.input.tokens, "the input".to_owned(), window.input as u64, of_axis(MAX_LENGTH))
        }
        AxisError::OutputTooLong(output) => {
            let at = if spec.padding.tokens.is_empty() { &spec.input.tokens } else { &spec.padding.tokens };
            (at, "with this padding the output".to_owned(), output, of_axis(MAX_LENGTH))
        }
        AxisError::ExtentTooLong(extent) => {
            (&spec.dilation.tokens, format!("with this dilation the {name}"), extent, of_axis(MAX_NUMBER))
        }
        AxisError::KernelTooLong => {
            (&spec.kernel.tokens, format!("the {name}"), window.kernel as u64, of_axis(MAX_KERNEL))
        }
        AxisError::StrideTooLong => {
            let limit = format!("the limit of a transposed convolution is {MAX_TRANSPOSED_STRIDE}");
            (&spec.stride.tokens, "the stride".to_owned(), window.stride as u64, limit)
        }
        _ => return None,
    };
    let before = format!("{what} is too large along the ");
    Some(Fault::new(at, &before, spec.axes()[index], format!(", {number}"), limit))
}

/// More padding than the mode allows.
fn too_wide<'a>(spec: &'a Spec, axis: &'a str, input: usize, (before, after): (u64, u64), limit: u64) -> Fault<'a> {
    let (mode, why) = match spec.padding_mode {
        PaddingMode::Circular => ("circular", "it has the whole input once more"),
        _ => ("reflect", "it has one less than the input, for the edge is not repeated"),
    };
    Fault::new(
        &spec.padding.tokens,
        "along the ",
        axis,
        format!(
            ", padding of {before} before and {after} after an input of {input} is too wide for `padding_mode: {mode}` (at most {limit} \
             on either side)"
        ),
        format!("{why}; pad less, or use `padding_mode: replicate`, which has no limit"),
    )
}

/// Neither the maximum nor the mean of nothing is a number, and that of padding alone says nothing: each window of a pool has to meet
/// the input.
fn windows_fault<'a>(spec: &'a Spec, index: usize, axis: &Axis) -> Option<Fault<'a>> {
    let output = if spec.operator.kind().is_pool() { shape::first_empty_window(axis)? } else { return None };
    let result = match spec.operator.kind() {
        Kind::MaxPool => "has no maximum",
        _ if spec.count_include_pad => "its mean would be 0 whatever the input is",
        _ => "has no mean",
    };
    let name = spec.axes()[index];
    let Axis { input, kernel, stride, dilation, pad_before, .. } = *axis;
    let (first, reach) = (output * stride, (kernel - 1) * dilation);
    let reaches = spec.kernel.value.iter().zip(&spec.dilation.value).map(|(kernel, dilation)| (kernel - 1) * dilation);
    Some(if first < pad_before && pad_before + input <= first + reach {
        Fault::new(
            &spec.dilation.tokens,
            "along the ",
            name,
            format!(", window {output} has taps before and after the input, none inside it, and {result}"),
            format!("use a dilation of at most {input}"),
        )
    } else {
        Fault::new(
            if spec.padding.tokens.is_empty() { &spec.kernel.tokens } else { &spec.padding.tokens },
            "along the ",
            name,
            format!(", window {output} holds nothing but padding, and {result}"),
            format!("write at most `padding: {}`, the window's extent less 1 on either side", each(reaches)),
        )
    })
}

/// The layout has to be small enough to be written out.
fn layout_fault<'a>(spec: &'a Spec, index: usize, axis: &Axis) -> Option<Fault<'a>> {
    let taps = |mode| layout::taps(&Axis { mode, ..*axis }, spec.operator.kind() == Kind::ConvTranspose);
    let found = taps(axis.mode);
    if found <= MAX_TAPS {
        return None;
    }
    let Axis { input, kernel, dilation, .. } = *axis;
    let window = spec.operator.window_name();
    let mut ways = Vec::new();
    if axis.mode != PaddingMode::Zeros && taps(PaddingMode::Zeros) <= MAX_TAPS {
        ways.push("`padding_mode: zeros`");
    }
    if (kernel - 1) * dilation < input {
        ways.push("`padding: valid`, on an input that you have padded yourself if need be");
    }
    let or_use = if ways.is_empty() { String::new() } else { format!(", or use {}", ways.join(" or ")) };
    let advice = format!("the limit for one axis is {MAX_TAPS}; make the {window} smaller{or_use}");
    Some(Fault::new(
        &spec.kernel.tokens,
        "along the ",
        spec.axes()[index],
        format!(
            ", a {window} of {kernel} needs {found} taps in the layout, most of them where it reaches into the padding"
        ),
        advice,
    ))
}

#[cfg(test)]
mod tests {
    use crate::expand_source;

    /// All messages of `call`, which has mistakes at one key alone, and the entry that they say to write.
    fn advice(call: &str) -> (Vec<String>, Option<String>) {
        let messages = expand_source(call).unwrap_err().messages().to_vec();
        let written = messages[0].split("write at most `").nth(1).and_then(|rest| rest.split('`').next());
        (messages.clone(), written.map(str::to_owned))
    }

    #[test]
    fn mistakes_along_several_axes_are_said_once_and_mended_at_once() {
        let mut tried = 0;
        for (a, b, step) in (1..4).flat_map(|a| (1..5).flat_map(move |b| (1..3).map(move |step| (a, b, step)))) {
            for (call, key) in [
                (
                    format!("conv_transpose2d!(in: 4x4x1, kernel: 3x3x1, stride: {step}x{a}, dilation: {a}x1"),
                    format!("output_padding: {b}x2"),
                ),
                (
                    format!("max_pool2d!(in: 9x9x1, window: {a}x{step}, stride: 1, dilation: 1x2"),
                    format!("padding: {b}"),
                ),
            ] {
                if expand_source(&format!("{call}, {key})")).is_ok() {
                    continue;
                }
                let (messages, written) = advice(&format!("{call}, {key})"));
                assert_eq!(messages.len(), 1, "{call}, {key}: {messages:?}");
                let mended = format!("{call}, {})", written.expect("what to write"));
                assert!(expand_source(&mended).is_ok(), "{call}, {key}: {mended}");
                tried += 1;
            }
        }
        assert!(tried > 20, "{tried}");
    }

    #[test]
    fn axes_with_the_same_numbers_share_a_clause() {
        for (call, expected) in [
            (
                "conv3d!(in: 2x3x3x1, kernel: 3x3x3x1, padding: 4, padding_mode: reflect)",
                "; along the height and width, ",
            ),
            (
                "conv3d!(in: 2x2x2x1, kernel: 3x3x3x1, padding: 4, padding_mode: reflect)",
                "the depth, height and width, ",
            ),
            ("conv2d!(in: 2x9x1, kernel: 3x3x1, padding: 4, padding_mode: reflect)", "along the height, "),
        ] {
            let (messages, _) = advice(call);
            assert!(messages.len() == 1 && messages[0].contains(expected), "{call}: {messages:?}");
        }
    }
}
