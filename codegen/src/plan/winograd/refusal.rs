//! Which operations can be computed by tiles at all.
//!
//! Comes in: an operation. Goes out: why not, if not. Must not know: tiles, what they cost.

use super::outputs;
use crate::operation::{Inner, Operation, PaddingMode, Unroll};
use crate::plan::panel;

/// Why an operation cannot be computed by tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Of a size that there are no tiles for.
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

/// Why `operation` has to be computed directly, if it has to be.
pub fn refusal(operation: &Operation) -> Option<Refusal> {
    let Operation { axes, inner, transposed, groups, unroll, element, .. } = operation;
    let least = panel::widest(*element);
    if *inner != Inner::MultiplyAdd || *transposed || operation.epsilon.is_some() || operation.then.is_some() {
        Some(Refusal::Operator)
    } else if axes.len() > 2
        || axes.iter().any(|axis| outputs(axis.kernel).is_empty())
        || axes.iter().all(|axis| axis.kernel == 1)
    {
        Some(Refusal::Kernel)
    } else if axes.iter().any(|axis| axis.stride != 1 || axis.dilation != 1) {
        Some(Refusal::Step)
    } else if axes.iter().any(|axis| axis.mode != PaddingMode::Zeros) {
        Some(Refusal::Padding)
    } else if *groups > 1 {
        Some(Refusal::Groups)
    } else if *unroll == Unroll::Full {
        Some(Refusal::Unrolled)
    } else {
        (operation.in_channels < least || operation.out_channels < least).then_some(Refusal::Channels(least))
    }
}
