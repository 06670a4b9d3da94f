//! The arrays of a network by name, as training frameworks write them.
//!
//! Comes in: what a network needs, and a way to find it. Goes out: the network, or all that is missing or of another shape. Must not
//! know: what kinds of files there are.

use alloc::boxed::Box;
use alloc::vec::Vec;
#[cfg(feature = "load")]
use core::fmt;

use crate::{Buffer, Layer, Tensor};
#[cfg(feature = "load")]
use toeplitz_tensors::files::File;
#[cfg(feature = "load")]
pub use toeplitz_tensors::files::{FileError, Reason};
pub use toeplitz_tensors::{TensorError, TensorProblem};

/// The network `L`, which is made from `tensors`, each with the shape and the elements that `find` gives for its name.
#[doc(hidden)]
pub fn network<'a, L: Layer>(
    tensors: &[Tensor<'static>],
    mut find: impl FnMut(&str) -> Option<(&'a [usize], &'a [L::Element])>,
) -> Result<Box<L>, TensorError<'static>>
where
    L::Element: 'a,
{
    each(tensors, |expected, place| match find(expected.name) {
        None => Err(TensorProblem::Missing { expected, meant: Vec::new() }),
        Some((shape, elements)) => toeplitz_tensors::fill(expected, shape, elements, place),
    })
}

/// The network `L`, of which `read` reads each tensor to where it belongs.
fn each<L: Layer>(
    tensors: &[Tensor<'static>],
    mut read: impl FnMut(Tensor<'static>, &mut [L::Element]) -> Result<(), TensorProblem<'static>>,
) -> Result<Box<L>, TensorError<'static>> {
    let (mut weights, mut bias) = (L::Weights::zeroed(), L::Bias::zeroed());
    let (mut weights_left, mut bias_left) = (weights.as_mut_slice(), bias.as_mut_slice());
    let mut problems = Vec::new();
    for &expected in tensors {
        let left = if expected.is_bias { &mut bias_left } else { &mut weights_left };
        let (place, rest) = core::mem::take(left).split_at_mut(expected.len());
        *left = rest;
        problems.extend(read(expected, place).err());
    }
    if problems.is_empty() { Ok(L::boxed(&weights, &bias)) } else { Err(TensorError { problems }) }
}

/// The network `L`, which is made from `tensors`, each read from a file.
#[cfg(feature = "load")]
#[doc(hidden)]
pub fn load<L: Layer>(tensors: &[Tensor<'static>], path: &std::path::Path) -> Result<Box<L>, LoadError> {
    let file = File::open(path).map_err(LoadError::File)?;
    each(tensors, |expected, place| file.read(expected, place))
        .map_err(|error| file.empty().map_or_else(|| LoadError::Tensors(path.to_path_buf(), error), LoadError::File))
}

/// Why a network was not loaded.
#[cfg(feature = "load")]
#[derive(Debug)]
pub enum LoadError {
    /// There is no such file, or none that can be read.
    File(FileError),
    /// Tensors of this file are missing or do not fit: all of them.
    Tensors(std::path::PathBuf, TensorError<'static>),
}

#[cfg(feature = "load")]
impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Tensors(path, error) => write!(f, "`{}`: {error}", path.display()),
        }
    }
}

#[cfg(feature = "load")]
impl core::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::File(error) => error.source(),
            Self::Tensors(..) => None,
        }
    }
}
