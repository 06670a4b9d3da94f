//! The arrays of a network by name, as training frameworks write them.
//!
//! Comes in: what a network needs, and a way to find it. Goes out: the network, or all that is missing or of another shape. Must not
//! know: files.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::{Buffer, Layer, Tensor};

/// What is wrong with the tensors that a network was to be made from: all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorError {
    /// One for each tensor that does not fit, in the network's order.
    pub problems: Vec<TensorProblem>,
}

/// What is wrong with one tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TensorProblem {
    /// There is none of that name.
    Missing(Tensor),
    /// It has another shape.
    Shape {
        /// What the network needs.
        expected: Tensor,
        /// The shape found.
        found: Vec<usize>,
    },
    /// There are not as many elements as its shape says.
    Length {
        /// What the network needs.
        expected: Tensor,
        /// The number of elements found.
        found: usize,
    },
}

impl fmt::Display for TensorProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(Tensor { name, shape, .. }) => {
                write!(f, "there is no tensor `{name}`, expected one of shape {shape:?}")
            }
            Self::Shape { expected: Tensor { name, shape, .. }, found } => {
                write!(f, "tensor `{name}` has shape {found:?}, expected {shape:?}")?;
                let (mut a, mut b) = (found.clone(), shape.to_vec());
                a.sort_unstable();
                b.sort_unstable();
                if a == b { f.write_str(": its axes are in another order") } else { Ok(()) }
            }
            Self::Length { expected, found } => {
                write!(f, "tensor `{}` has {found} elements, expected {}", expected.name, expected.len())
            }
        }
    }
}

impl TensorProblem {
    /// What the network needs.
    pub fn expected(&self) -> Tensor {
        match *self {
            Self::Missing(expected) | Self::Shape { expected, .. } | Self::Length { expected, .. } => expected,
        }
    }
}

impl fmt::Display for TensorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl core::error::Error for TensorError {}

/// The network `L`, which is made from `tensors`, each with the shape and the elements that `find` gives for its name.
#[doc(hidden)]
pub fn network<'a, L: Layer>(
    tensors: &[Tensor],
    mut find: impl FnMut(&str) -> Option<(&'a [usize], &'a [L::Element])>,
) -> Result<Box<L>, TensorError>
where
    L::Element: 'a,
{
    let (mut weights, mut bias) = (L::Weights::zeroed(), L::Bias::zeroed());
    let (mut weights_left, mut bias_left) = (weights.as_mut_slice(), bias.as_mut_slice());
    let mut problems = Vec::new();
    for &expected in tensors {
        let left = if expected.is_bias { &mut bias_left } else { &mut weights_left };
        let (place, rest) = core::mem::take(left).split_at_mut(expected.len());
        *left = rest;
        match find(expected.name) {
            None => problems.push(TensorProblem::Missing(expected)),
            Some((shape, _)) if shape != expected.shape => {
                problems.push(TensorProblem::Shape { expected, found: shape.to_vec() });
            }
            Some((_, elements)) if elements.len() != place.len() => {
                problems.push(TensorProblem::Length { expected, found: elements.len() });
            }
            Some((_, elements)) => place.copy_from_slice(elements),
        }
    }
    if problems.is_empty() { Ok(L::boxed(&weights, &bias)) } else { Err(TensorError { problems }) }
}
