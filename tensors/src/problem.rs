//! Tensors that are not what a network needs.
//!
//! Comes in: what a network needs, and what was found. Goes out: elements in the network's order, or what is missing or of another
//! shape. Must not know: files, layers.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::Tensor;
use crate::tensor::gather;

/// What is wrong with the tensors that a network was to be made from: all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorError<'a> {
    /// One for each tensor that does not fit, in the network's order.
    pub problems: Vec<TensorProblem<'a>>,
}

/// What is wrong with one tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TensorProblem<'a> {
    /// There is none of that name.
    Missing {
        /// What the network needs.
        expected: Tensor<'a>,
        /// Those that it may be called: one that has nearly that name, or some that have as many elements along each axis.
        meant: Vec<String>,
    },
    /// It has another shape.
    Shape {
        /// What the network needs.
        expected: Tensor<'a>,
        /// The shape found.
        found: Vec<usize>,
    },
    /// Its elements are of another type.
    Type {
        /// What the network needs.
        expected: Tensor<'a>,
        /// The type that the network has.
        element: &'static str,
        /// The type found, as the file calls it.
        found: String,
    },
    /// There are not as many elements as its shape says.
    Length {
        /// What the network needs.
        expected: Tensor<'a>,
        /// The number of elements found.
        found: usize,
    },
    /// It cannot be read.
    Unreadable {
        /// What the network needs.
        expected: Tensor<'a>,
        /// Why not.
        reason: String,
    },
}

impl fmt::Display for TensorProblem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { expected: Tensor { name, shape, .. }, meant } => {
                write!(f, "there is no tensor `{name}`, expected one of shape {shape:?}")?;
                match meant.as_slice() {
                    [] => Ok(()),
                    [meant] => write!(f, "; did you mean `{meant}`?"),
                    several => write!(f, "; of such a shape there are `{}`", several.join("`, `")),
                }
            }
            Self::Shape { expected: Tensor { name, shape, layout, .. }, found } => {
                write!(f, "tensor `{name}` has shape {found:?}, expected {shape:?}")?;
                let (mut a, mut b) = (found.clone(), shape.to_vec());
                a.sort_unstable();
                b.sort_unstable();
                if a == b {
                    let other = layout.other().name();
                    write!(f, ": its axes are in another order, perhaps that of `weights_layout: {other}`")
                } else {
                    Ok(())
                }
            }
            Self::Type { expected, element, found } => {
                let (name, dtype) = (expected.name, element.to_lowercase());
                write!(
                    f,
                    "tensor `{name}` is of type {found}, expected {element}, for the network has `dtype: {dtype}`"
                )
            }
            Self::Length { expected, found } => {
                write!(f, "tensor `{}` has {found} elements, expected {}", expected.name, expected.len())
            }
            Self::Unreadable { expected, reason } => write!(f, "tensor `{}` cannot be read: {reason}", expected.name),
        }
    }
}

impl<'a> TensorProblem<'a> {
    /// What the network needs.
    pub fn expected(&self) -> Tensor<'a> {
        match *self {
            Self::Missing { expected, .. }
            | Self::Shape { expected, .. }
            | Self::Type { expected, .. }
            | Self::Length { expected, .. }
            | Self::Unreadable { expected, .. } => expected,
        }
    }
}

impl fmt::Display for TensorError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl core::error::Error for TensorError<'_> {}

/// Puts the `elements` of what was found, which has `shape`, into `place`, in the layer's order.
///
/// # Errors
///
/// If it is not what `expected` is.
///
/// # Panics
///
/// If `place` has not as many elements as `expected`.
pub fn fill<'a, E: Copy>(
    expected: Tensor<'a>,
    shape: &[usize],
    elements: &[E],
    place: &mut [E],
) -> Result<(), TensorProblem<'a>> {
    if shape != expected.shape {
        return Err(TensorProblem::Shape { expected, found: shape.to_vec() });
    }
    if elements.len() != expected.len() {
        return Err(TensorProblem::Length { expected, found: elements.len() });
    }
    let rest = gather(expected.order, elements, 0, place);
    assert!(rest.is_empty(), "the order covers the tensor");
    Ok(())
}
