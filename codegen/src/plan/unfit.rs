//! What keeps an operation from being computed by another algorithm than direct sums.
//!
//! Comes in: an operation. Goes out: why not, if not. Must not know: what any algorithm costs.

use crate::operation::{Axis, Inner, Operation, PaddingMode, Unroll};

/// Why an operation cannot be computed by an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A kernel that the algorithm has nothing for.
    Kernel,
    /// A stride or a dilation.
    Step,
    /// Padding of something else than zeros.
    Padding,
    /// Groups of channels.
    Groups,
    /// All written out.
    Unrolled,
    /// Too few input or output channels: how many there have to be.
    Channels(usize),
    /// Another operator.
    Operator,
}

/// What keeps `operation` from an algorithm that transforms numbers along `axes`, and has something for its kernel if `has_kernel`.
pub(super) fn refusal(operation: &Operation, axes: &[Axis], has_kernel: bool) -> Option<Refusal> {
    let Operation { inner, transposed, groups, unroll, .. } = operation;
    if *inner != Inner::MultiplyAdd || *transposed || operation.epsilon.is_some() || operation.then.is_some() {
        Some(Refusal::Operator)
    } else if !has_kernel {
        Some(Refusal::Kernel)
    } else if axes.iter().any(|axis| axis.stride != 1 || axis.dilation != 1) {
        Some(Refusal::Step)
    } else if axes.iter().any(|axis| axis.mode != PaddingMode::Zeros) {
        Some(Refusal::Padding)
    } else if *groups > 1 {
        Some(Refusal::Groups)
    } else {
        (*unroll == Unroll::Full).then_some(Refusal::Unrolled)
    }
}
