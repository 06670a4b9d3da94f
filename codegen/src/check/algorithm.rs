//! Whether a convolution can be computed by the algorithm that is asked for.
//!
//! Comes in: what was written, and the operation. Goes out: an error at `algorithm` or `plan`. Must not know: plans.

use crate::choice::Choice;
use crate::diag::Errors;
use crate::operation::{Algorithm, Operation};
use crate::plan::{fourier, winograd};
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
    let refused = if wanted == Algorithm::Fft {
        fourier::refusal(operation).map(|refusal| transforms(refusal, spec, operation))
    } else {
        winograd::refusal(operation).map(|refusal| tiles(refusal, spec, operation))
    };
    let Some((found, allowed)) = refused else { return true };
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

/// What keeps a convolution from being computed by tiles, and what would not.
fn tiles(refusal: winograd::Refusal, spec: &Spec, operation: &Operation) -> (String, String) {
    use winograd::Refusal;
    match refusal {
        Refusal::Kernel => (
            format!("the kernel is {}", kernel(spec)),
            "kernels of 3 or 5 taps along an axis, or along both of two".to_owned(),
        ),
        Refusal::Step => steps(),
        Refusal::Padding => padding(),
        Refusal::Groups => groups(),
        Refusal::Unrolled => unrolled(),
        Refusal::Channels(least) => {
            let Operation { in_channels, out_channels, element, .. } = operation;
            let found = format!("there are {in_channels} input and {out_channels} output channels");
            (found, format!("{least} or more of each with `dtype: {}`", element.name()))
        }
        Refusal::Operator => operator(),
    }
}

/// What keeps a convolution from being computed by transforms, and what would not.
fn transforms(refusal: fourier::Refusal, spec: &Spec, operation: &Operation) -> (String, String) {
    use fourier::Refusal;
    match refusal {
        Refusal::Kernel => {
            let last = spec.axes()[operation.axes.len() - 1];
            let allowed = if operation.axes.len() == 1 {
                "kernels of 2 taps or more".to_owned()
            } else {
                format!("kernels of 2 taps or more along the {last} and of 1 along other axes, without padding there")
            };
            (format!("the kernel is {}", kernel(spec)), allowed)
        }
        Refusal::Step => steps(),
        Refusal::Padding => padding(),
        Refusal::Groups => groups(),
        Refusal::Unrolled => unrolled(),
        Refusal::Operator => operator(),
    }
}

/// The sizes of the kernel as they are written.
fn kernel(spec: &Spec) -> String {
    spec.kernel.value[..spec.rank()].iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
}

fn steps() -> (String, String) {
    ("the windows or their taps are not next to each other".to_owned(), "`stride: 1` and `dilation: 1`".to_owned())
}

fn padding() -> (String, String) {
    ("the padding is no zeros".to_owned(), "`padding_mode: zeros`".to_owned())
}

fn groups() -> (String, String) {
    ("its channels are in groups".to_owned(), "`groups: 1`".to_owned())
}

fn unrolled() -> (String, String) {
    ("it would be unrolled in full".to_owned(), "`unroll: auto`".to_owned())
}

fn operator() -> (String, String) {
    ("it is no convolution".to_owned(), "a convolution".to_owned())
}
