//! The layout with weights filled in, as a dense matrix.
//!
//! Comes in: a [`Toeplitz`] and weights. Goes out: an `ndarray` matrix, or why there is none.

use alloc::vec::Vec;
use core::fmt;

use ndarray::Array2;

use super::Toeplitz;
use crate::{Element, WrongLength};

/// Most elements of a dense matrix: 4 GiB of `f32`, 8 of `f64`. A larger one is hardly meant, and one that memory cannot hold would
/// end the program.
const MAX_ELEMENTS: u128 = 1 << 30;

/// Why there is no dense matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DenseError {
    /// The number of weights is wrong.
    Weights(WrongLength),
    /// The matrix would have more than 2^30 elements, which are 4 GiB of `f32`.
    TooLarge {
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        cols: usize,
        /// Bytes of an element.
        element: usize,
    },
    /// There is no memory for the matrix.
    OutOfMemory {
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        cols: usize,
        /// Bytes of an element.
        element: usize,
    },
}

impl fmt::Display for DenseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = |rows: usize, cols: usize, element: usize| rows as u128 * cols as u128 * element as u128;
        match *self {
            Self::Weights(length) => length.fmt(f),
            Self::TooLarge { rows, cols, element } => write!(
                f,
                "the dense matrix would have {rows} x {cols} elements ({} bytes), at most {MAX_ELEMENTS} ({} bytes) \
                 are allowed",
                bytes(rows, cols, element),
                MAX_ELEMENTS * element as u128,
            ),
            Self::OutOfMemory { rows, cols, element } => {
                write!(
                    f,
                    "no memory for a dense matrix of {rows} x {cols} elements ({} bytes)",
                    bytes(rows, cols, element)
                )
            }
        }
    }
}

impl core::error::Error for DenseError {}

impl<const N: usize> Toeplitz<N> {
    /// The matrix `[rows][cols]` for given weights (HWIO, flat): times the flat input it is the flat output, before
    /// bias and activation. A layout without weights, as of a pool, takes none and has a 1 at each non-zero.
    ///
    /// The matrix takes `4 * rows * cols` bytes of `f32`: 79 MB for 28x28x1 to 28x28x32. Needs the feature `ndarray`; the type is
    /// of `ndarray` 0.17.
    ///
    /// ```
    /// use ndarray::Array1;
    ///
    /// toeplitz::conv2d! { struct Conv < in: 4x4x1, kernel: 3x3x2, padding: same, bias: false >; }
    ///
    /// let weights: [f32; 18] = std::array::from_fn(|at| at as f32);
    /// let input: [f32; 16] = std::array::from_fn(|at| at as f32 - 8.0);
    ///
    /// let matrix = Conv::TOEPLITZ.to_dense(&weights)?;
    /// assert_eq!(matrix.dim(), (32, 16));
    ///
    /// let mut output = [0.0; 32];
    /// Conv::new(&weights).forward(&input, &mut output);
    /// assert_eq!(matrix.dot(&Array1::from_iter(input)).to_vec(), output);
    ///
    /// let error = Conv::TOEPLITZ.to_dense(&weights[1..]).unwrap_err();
    /// assert_eq!(error.to_string(), "weights must have 18 elements, found 17");
    /// # Ok::<(), toeplitz::DenseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are not [`weights`](Self::weights) weights, if the matrix would have more than 2^30 elements (4 GiB of `f32`), or
    /// if there is no memory for it.
    pub fn to_dense<E: Element>(&self, weights: &[E]) -> Result<Array2<E>, DenseError> {
        let (rows, cols, element) = (self.rows(), self.cols(), size_of::<E>());
        if rows as u128 * cols as u128 > MAX_ELEMENTS {
            return Err(DenseError::TooLarge { rows, cols, element });
        }
        WrongLength::check("weights", self.weights(), weights.len()).map_err(DenseError::Weights)?;
        let mut elements = Vec::new();
        elements.try_reserve_exact(rows * cols).map_err(|_| DenseError::OutOfMemory { rows, cols, element })?;
        elements.resize(rows * cols, E::ZERO);
        for entry in self {
            let at = entry.row * cols + entry.col;
            // A sum where padding lets two taps meet one input.
            let weight = entry.weight.map_or(1.0, |weight| weights[weight].to_f64());
            elements[at] = E::from_f64(elements[at].to_f64() + weight);
        }
        match Array2::from_shape_vec((rows, cols), elements) {
            Ok(dense) => Ok(dense),
            Err(_) => unreachable!("the vector was made with rows * cols elements"),
        }
    }
}
