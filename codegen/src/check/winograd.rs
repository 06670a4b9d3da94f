//! Whether a convolution can be computed by Winograd's algorithm, where that is asked for.
//!
//! Comes in: what was written, and the operation. Goes out: an error at `algorithm` or `plan`. Must not know: plans.

use crate::choice::Choice;
use crate::diag::Errors;
use crate::operation::{Algorithm, Operation};
use crate::plan::winograd::{Refusal, refusal};
use crate::spec::{Accuracy, Spec};

/// Whether what was asked for can be.
pub(super) fn check(spec: &Spec, operation: &Operation, cx: &mut Errors) -> bool {
    let choice = spec.asked.value.choice.as_ref();
    let (at, asked) = match choice {
        Some(Choice::Winograd(tiles)) => (&spec.asked.tokens, format!("plan: {tiles}")),
        _ => (&spec.algorithm.tokens, "algorithm: winograd".to_owned()),
    };
    let contradicts = match (spec.algorithm.value, choice) {
        (Algorithm::Winograd, Some(choice @ Choice::Direct(_))) => Some(("algorithm: winograd", choice)),
        (Algorithm::Direct, Some(choice @ Choice::Winograd(_))) => Some(("algorithm: direct", choice)),
        _ => None,
    };
    if let Some((algorithm, choice)) = contradicts {
        let message = format_args!("`plan: {choice}` is another algorithm than `{algorithm}`: remove one of both");
        cx.push(&spec.asked.tokens, message);
        return false;
    }
    if spec.algorithm.value != Algorithm::Winograd && !matches!(choice, Some(Choice::Winograd(_))) {
        return true;
    }
    if spec.accuracy == Accuracy::Exact {
        let message = format_args!(
            "`{asked}` rounds what it multiplies, and `accuracy: exact` allows no such thing: remove one of both"
        );
        cx.push(at, message);
        return false;
    }
    let Some(refusal) = refusal(operation) else { return true };
    let kernel = spec.kernel.value[..spec.rank()].iter().map(ToString::to_string).collect::<Vec<_>>().join("x");
    let (found, allowed) = match refusal {
        Refusal::Kernel => {
            (format!("the kernel is {kernel}"), "kernels of 3 or 5 taps along an axis, or along both of two".to_owned())
        }
        Refusal::Step => (
            "the windows or their taps are not next to each other".to_owned(),
            "`stride: 1` and `dilation: 1`".to_owned(),
        ),
        Refusal::Padding => ("the padding is no zeros".to_owned(), "`padding_mode: zeros`".to_owned()),
        Refusal::Groups => ("its channels are in groups".to_owned(), "`groups: 1`".to_owned()),
        Refusal::Unrolled => ("it would be unrolled in full".to_owned(), "`unroll: auto`".to_owned()),
        Refusal::Channels(least) => {
            let Operation { in_channels, out_channels, element, .. } = operation;
            let found = format!("there are {in_channels} input and {out_channels} output channels");
            (found, format!("{least} or more of each with `dtype: {}`", element.name()))
        }
        Refusal::Operator => ("it is no convolution".to_owned(), "a convolution".to_owned()),
    };
    let message = format_args!(
        "`{asked}` cannot be, as {found}: it takes {allowed}; with `algorithm: auto` it is used where it can be and pays"
    );
    cx.push(at, message);
    false
}
