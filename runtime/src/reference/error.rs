//! Why the reference gives no output.
//!
//! Comes in: what cannot be. Goes out: words for it. Must not know: generated code.

use core::fmt;

use crate::WrongLength;

/// Why there is no output. Axes are counted from 0, the outermost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// A buffer has the wrong length.
    Length(WrongLength),
    /// The kernel does not fit into the padded input.
    NoOutput {
        /// The axis.
        axis: usize,
        /// Length of the kernel with its gaps, in elements.
        kernel: usize,
        /// Length of the input with its padding, in elements.
        padded: usize,
    },
    /// All of a transposed convolution's output is cropped.
    AllCropped {
        /// The axis.
        axis: usize,
        /// Length of the output before it is cropped, in elements.
        full: usize,
    },
    /// More output padding than there may be.
    OutputPadding {
        /// The axis.
        axis: usize,
        /// Elements of output padding.
        found: usize,
        /// The most allowed: one less than the larger of stride and dilation; 0 with `same`, and for what is not transposed.
        limit: usize,
    },
    /// A number that has to be 1 or more is 0.
    Zero {
        /// Which: `"input"`, `"kernel"`, `"stride"`, `"dilation"`, `"in_channels"`, `"out_channels"`, `"groups"` or `"multiplier"`.
        what: &'static str,
        /// Its axis; `None` for channels.
        axis: Option<usize>,
    },
    /// Groups that do not divide the channels.
    Groups {
        /// Number of groups.
        groups: usize,
        /// Input channels.
        in_channels: usize,
        /// Output channels.
        out_channels: usize,
    },
    /// A pool whose output channels are not its input channels, or one that has a bias.
    Pool {
        /// Input channels.
        in_channels: usize,
        /// Output channels.
        out_channels: usize,
        /// Whether there is a bias.
        bias: bool,
    },
    /// Anything but an output for each input of an operator without a window: other channels, groups, a bias, a window
    /// of more than one element, a stride, or padding.
    NoWindow,
    /// Padding that the mode does not reach: more than the input has, of `Reflect` the edge not counted.
    PaddingTooWide {
        /// The axis.
        axis: usize,
        /// Elements of padding, of the side that has more.
        found: usize,
        /// The most allowed.
        limit: usize,
    },
    /// A padding mode other than zeros, of a pool or a transposed convolution.
    PaddingMode,
    /// A network, whose steps have a reference each.
    Network,
    /// A length or a buffer is too large.
    TooLarge {
        /// Which: `"kernel with its gaps"`, `"padded input"`, `"output before cropping"`, `"window"`, `"weights"`, `"input"` or
        /// `"output"`.
        what: &'static str,
        /// Its axis; `None` for a buffer.
        axis: Option<usize>,
        /// Its elements; the largest `u128` if there are more.
        found: u128,
        /// The most elements allowed.
        limit: u128,
    },
    /// The output is within the limits, but there is no memory for it.
    OutOfMemory {
        /// Elements of the output. Each takes three `f64` and a `usize`.
        elements: usize,
    },
}

impl From<WrongLength> for Error {
    fn from(length: WrongLength) -> Self {
        Self::Length(length)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Zero { axis: Some(axis), .. } | Self::TooLarge { axis: Some(axis), .. } = self {
            write!(f, "axis {axis}: ")?;
        }
        match self {
            Self::Length(length) => length.fmt(f),
            Self::NoOutput { axis, kernel, padded } => {
                write!(f, "axis {axis}: the kernel spans {kernel} elements, the padded input has {padded}")
            }
            Self::AllCropped { axis, full } => {
                write!(f, "axis {axis}: the padding crops all of an output of {full} elements")
            }
            Self::OutputPadding { axis, found, limit } => {
                write!(f, "axis {axis}: found an output padding of {found}, at most {limit} is allowed")
            }
            Self::Zero { what, .. } => write!(f, "{what} is 0, expected 1 or more"),
            Self::Pool { in_channels, out_channels, bias } => {
                let bias = if *bias { "a bias" } else { "no bias" };
                write!(
                    f,
                    "found a pool with {in_channels} input channels, {out_channels} output channels and {bias}, \
                     expected as many output channels as input channels and no bias"
                )
            }
            Self::NoWindow => f.write_str(
                "the operator has no window: expected as many output channels as input channels, no groups, no bias, \
                 kernels and strides of 1 and no padding",
            ),
            Self::Groups { groups, in_channels, out_channels } => write!(
                f,
                "{groups} groups do not divide {in_channels} input channels and {out_channels} output channels evenly"
            ),
            Self::PaddingTooWide { axis, found, limit } => {
                write!(
                    f,
                    "axis {axis}: found {found} elements of padding on one side, at most {limit} are allowed by its mode"
                )
            }
            Self::PaddingMode => {
                f.write_str("found a padding mode, expected zeros of a pool or a transposed convolution")
            }
            Self::Network => f.write_str("a network has no reference of its own, its steps have"),
            Self::TooLarge { what, found, limit, .. } => {
                write!(f, "the {what} would have {found} elements, at most {limit} are allowed")
            }
            Self::OutOfMemory { elements } => write!(f, "no memory for an output of {elements} elements"),
        }
    }
}

impl core::error::Error for Error {}
