//! The layout of an operator as a matrix: a product of banded Toeplitz axes with a channel block at each non-zero.
//!
//! Comes in: the runs that expansion computed, as constants. Goes out: the data that generated code walks, and queries
//! over it. Must not know: weights' values, SIMD, padding rules.
//!
//! The rows of the matrix are outputs, its columns inputs. A 3-tap kernel over 4 inputs, padded by one on either side,
//! has three runs: the first output (taps 1 and 2), the two in the middle (all taps), the last (taps 0 and 1):
//!
//! ```text
//!             input 0 1 2 3
//!   output 0        1 2 . .      run { start: 0, len: 1, taps: [1 -> 0, 2 -> 1] }
//!   output 1        0 1 2 .      run { start: 1, len: 2, taps: [0 -> 0, 1 -> 1, 2 -> 2] }
//!   output 2        . 0 1 2
//!   output 3        . . 0 1      run { start: 3, len: 1, taps: [0 -> 2, 1 -> 3] }
//! ```
//!
//! With more axes each number stands for a whole matrix of the next axis, and at the innermost for a block of channels.

#[cfg(feature = "alloc")]
mod cells;
#[cfg(feature = "ndarray")]
mod dense;
#[cfg(feature = "alloc")]
mod picture;
mod query;
mod structure;

use crate::DataFormat;

#[cfg(feature = "ndarray")]
pub use dense::DenseError;
pub use query::{Entries, Entry, Row};
pub use structure::Structure;

/// Which input element one kernel element meets, at the first output of a [`Run`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    /// Index along the kernel.
    pub kernel: usize,
    /// Index along the input, for the first output of the run.
    pub input: usize,
}

/// Outputs along one axis that share their taps and whose input advances evenly.
///
/// Output `start + j * step`, for `j` in `0..len`, meets input `tap.input + j * advance` with kernel element
/// `tap.kernel`, for every tap. A convolution steps by 1 and advances by its stride.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// First output.
    pub start: usize,
    /// Distance between neighbouring outputs of the run.
    pub step: usize,
    /// Number of outputs.
    pub len: usize,
    /// How far the input moves from one output of the run to the next.
    pub advance: usize,
    /// The taps that meet an input, by ascending kernel index; empty where the window lies wholly in padding of zeros. With another
    /// padding mode several may meet the same.
    pub taps: &'static [Tap],
}

/// One axis: a banded Toeplitz matrix of `output` rows and `input` columns, as runs that cover every output once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// Input length.
    pub input: usize,
    /// Output length.
    pub output: usize,
    /// Kernel length.
    pub kernel: usize,
    /// Every output belongs to exactly one run; ordered by `start`.
    pub runs: &'static [Run],
}

/// What stands at a non-zero of the spatial layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// A full `input` x `output` block of weights.
    Dense {
        /// Input channels.
        input: usize,
        /// Output channels.
        output: usize,
    },
    /// In each of `groups`, a full `input` x `output` block of weights, and nothing between groups; in a depthwise convolution each
    /// input channel is a group.
    Grouped {
        /// Number of groups.
        groups: usize,
        /// Input channels of a group.
        input: usize,
        /// Output channels of a group.
        output: usize,
    },
    /// The identity over so many channels: each output channel reads its own input channel.
    Diagonal(usize),
}

/// How the weights of a dense channel block lie, all row-major; with channels outermost see [`DataFormat`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightOrder {
    /// `[kernel sizes...][in / groups][out]`: a convolution's (HWIO) and a dense layer's.
    InOut,
    /// `[kernel sizes...][out / groups][in]`: a transposed convolution's (HWOI).
    OutIn,
}

/// The matrix of an operator with `N` spatial axes, factored per axis.
///
/// Rows are outputs, columns inputs, both flattened as they lie in memory, row-major with channels innermost (outermost with
/// `layout: nchw`): the matrix times the flat input is the
/// flat output, before bias and activation. A *structural non-zero* is a place where an input meets an output, whatever the
/// weight there is; everything else, taps in the padding included, is a *structural zero* and takes no part in the work.
///
/// A generated type has its matrix as the constant `TOEPLITZ`. It is stored as one [`Band`] an axis and never expanded, so
/// questions about it cost nothing; one that is written by hand must hold what the fields' documentation says, or queries may
/// panic.
///
/// ```
/// toeplitz::conv2d! { struct Conv < in: 8x8x1, kernel: 3x3x4, padding: same >; }
///
/// let matrix = Conv::TOEPLITZ;
/// assert_eq!((matrix.rows(), matrix.cols()), (8 * 8 * 4, 8 * 8));
/// // Along an axis of 8, a kernel of 3 meets 3 * 8 - 2 inputs; four output channels each do.
/// assert_eq!(matrix.nnz(), 22 * 22 * 4);
/// assert_eq!(matrix.to_string(), "8x8x1 -> 8x8x4: 256 x 64, 1936 non-zeros (11.82%)");
/// println!("{}", matrix.spy_text());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Toeplitz<const N: usize> {
    /// One band a spatial axis, outermost first.
    pub bands: [Band; N],
    /// The block at each spatial non-zero.
    pub channels: Channels,
    /// Where in the flat weights the values of the block are.
    pub order: WeightOrder,
    /// How the elements of input and output follow each other.
    pub format: DataFormat,
}
