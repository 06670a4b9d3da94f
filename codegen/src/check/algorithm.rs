//! Whether a convolution can be computed by the algorithm that is asked for.
//!
//! Comes in: what was written, and the operation. Goes out: an error at `algorithm` or `plan`. Must not know: plans.

use crate::choice::Choice;
use crate::diag::Errors;
use crate::operation::{Algorithm, Operation};
use crate::plan::winograd::View;
use crate::plan::{Refusal, fourier, winograd};
use crate::spec::{Accuracy, Spec};

/// Whether what was asked for can be.
pub(super) fn check(spec: &Spec, operation: &Operation, cx: &mut Errors) -> bool {
    let (algorithm, choice) = (spec.algorithm.value, spec.asked.value.choice.as_ref());
    let wanted = match choice {
        Some(Choice::Winograd(_)) => Algorithm::Winograd,
        Some(Choice::Direct(_)) => Algorithm::Direct,
        None => algorithm,
    };
    let (at, asked) = match choice {
        Some(choice) => (&spec.asked.tokens, format!("plan: {choice}")),
        None => (&spec.algorithm.tokens, format!("algorithm: {}", name(algorithm))),
    };
    if algorithm != Algorithm::Auto && algorithm != wanted {
        let name = name(algorithm);
        cx.push(at, format_args!("`{asked}` is another algorithm than `algorithm: {name}`: remove one of both"));
        return false;
    }
    if matches!(wanted, Algorithm::Auto | Algorithm::Direct | Algorithm::Factored) {
        return true;
    }
    if spec.accuracy == Accuracy::Exact {
        cx.push(
            at,
            format_args!(
                "`{asked}` rounds what it multiplies, and `accuracy: exact` allows no such thing: remove one of both"
            ),
        );
        return false;
    }
    let refused = if wanted == Algorithm::Fft { fourier::refusal(operation) } else { winograd::refusal(operation) };
    let Some(refusal) = refused else { return true };
    let (found, allowed) = words(refusal, wanted, spec, operation);
    let message = format_args!(
        "`{asked}` cannot be, as {found}: it takes {allowed}; with `algorithm: auto` it is used where it can be and pays"
    );
    cx.push(at, message);
    false
}

/// The word for an algorithm that can be asked for.
fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Auto | Algorithm::Factored => "auto",
        Algorithm::Direct => "direct",
        Algorithm::Winograd => "winograd",
        Algorithm::Fft => "fft",
    }
}

/// What keeps a convolution from being computed by an algorithm, and what would not.
fn words(refusal: Refusal, wanted: Algorithm, spec: &Spec, operation: &Operation) -> (String, String) {
    let (found, allowed) = match refusal {
        Refusal::Kernel => {
            if operation.axes.is_empty() {
                return ("there is no axis along which windows overlap".to_owned(), kernels(wanted, spec, operation));
            }
            let sizes = &spec.kernel.value[..spec.rank()];
            let kernel = sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join("x");
            return (format!("the kernel is {kernel}"), kernels(wanted, spec, operation));
        }
        Refusal::Channels(least) => return channels(least, operation),
        Refusal::Step if wanted == Algorithm::Winograd => return steps(spec, operation),
        Refusal::Step => ("the windows or their taps are not next to each other", "`stride: 1` and `dilation: 1`"),
        Refusal::Padding => ("the padding is no zeros", "`padding_mode: zeros`"),
        Refusal::Groups => ("its channels are in groups", "`groups: 1`"),
        Refusal::Unrolled => ("it would be unrolled in full", "`unroll: auto` or `none`"),
        Refusal::Operator => ("it is no convolution", "a convolution"),
    };
    (found.to_owned(), allowed.to_owned())
}

/// How many channels there are, and how many there have to be for tiles.
fn channels(least: usize, operation: &Operation) -> (String, String) {
    let Operation { in_channels, out_channels, element, .. } = operation;
    let View { keeps_rows, folded, in_channels: all, .. } = View::new(operation);
    let of = if keeps_rows { "output channels" } else { "of each" };
    let inputs = match folded {
        1 => format!("{in_channels} input"),
        _ => format!("{all} input channels, {in_channels} of each of the {folded} inputs that a stride covers,"),
    };
    let found = format!("there are {inputs} and {out_channels} output channels");
    (found, format!("{least} or more {of} with `dtype: {}`", element.name()))
}

/// What is wrong with the steps from window to window, or from tap to tap, and what tiles are for.
fn steps(spec: &Spec, operation: &Operation) -> (String, String) {
    let names = &spec.axes()[..operation.axes.len()];
    if let Some((axis, name)) = operation.axes.iter().zip(names).find(|(axis, _)| axis.dilation > 1) {
        let found = format!("taps are {} inputs apart along the {name}", axis.dilation);
        return (found, "`dilation: 1`".to_owned());
    }
    let View { axes: [rows, columns], folded, before, .. } = View::new(operation);
    let (last, name) = (operation.axes[names.len() - 1], names[names.len() - 1]);
    if columns.stride > 1 {
        let (input, stride) = (last.input, last.stride);
        let padded = input.next_multiple_of(stride);
        let found = format!("a stride of {stride} does not divide the {name} of the input, {input}");
        return (
            found,
            format!("`stride: 1` there, or one that does, before any padding: pad the input to {padded}, say"),
        );
    }
    if folded > 1 {
        let padding = if before > 0 { format!(", and {before} before it for the padding,") } else { String::new() };
        let found = format!(
            "a stride of {folded} covers a kernel of {}{padding} in {} steps along the {name}",
            last.kernel, columns.kernel
        );
        return (found, "3, 4, 5 or 7 steps".to_owned());
    }
    let found = format!("windows are {} inputs apart along the {}", rows.stride, names[0]);
    (found, "`stride: 1` there, but for kernels of several rows and 3, 4, 5 or 7 columns".to_owned())
}

/// The kernels that an algorithm has something for.
fn kernels(wanted: Algorithm, spec: &Spec, operation: &Operation) -> String {
    if wanted == Algorithm::Winograd {
        let taps = "kernels of 3, 4, 5 or 7";
        return match operation.axes.len() {
            1 => format!("{taps} taps"),
            3 => "kernels of one axis or two".to_owned(),
            _ => format!("{taps} columns, or of 3 or 5 rows and 1 column"),
        };
    }
    if operation.axes.len() == 1 {
        return "kernels of 2 taps or more".to_owned();
    }
    let last = spec.axes()[operation.axes.len() - 1];
    format!("kernels of 2 taps or more along the {last} and of 1 along other axes, without padding there")
}
