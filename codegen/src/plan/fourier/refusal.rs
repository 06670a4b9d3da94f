//! Which operations can be computed by transforms at all.
//!
//! Comes in: an operation. Goes out: why not, if not. Must not know: transforms, what they cost.

use crate::operation::{Axis, Inner, Operation, PaddingMode, Unroll};

/// Why an operation cannot be computed by transforms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Taps along another axis than the last, or none along it.
    Kernel,
    /// A stride or a dilation.
    Step,
    /// Padding of something else than zeros.
    Padding,
    /// Groups of channels.
    Groups,
    /// All written out.
    Unrolled,
    /// Another operator.
    Operator,
}

/// Why `operation` has to be computed directly, if it has to be.
pub fn refusal(operation: &Operation) -> Option<Refusal> {
    let Operation { axes, inner, transposed, groups, unroll, .. } = operation;
    if *inner != Inner::MultiplyAdd || *transposed || operation.epsilon.is_some() || operation.then.is_some() {
        return Some(Refusal::Operator);
    }
    let Some((along, outer)) = axes.split_last() else { return Some(Refusal::Operator) };
    if along.kernel == 1 || !outer.iter().all(Axis::is_pointwise) {
        Some(Refusal::Kernel)
    } else if along.stride != 1 || along.dilation != 1 {
        Some(Refusal::Step)
    } else if along.mode != PaddingMode::Zeros {
        Some(Refusal::Padding)
    } else if *groups > 1 {
        Some(Refusal::Groups)
    } else {
        (*unroll == Unroll::Full).then_some(Refusal::Unrolled)
    }
}
