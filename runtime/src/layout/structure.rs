//! What kind of matrix a layout is.
//!
//! Comes in: a [`Toeplitz`]. Goes out: a [`Structure`], found by comparing rows along each axis. Must not know: padding rules and
//! modes.

use core::fmt;

use super::{Band, Tap, Toeplitz};

/// What kind of matrix a layout is along all of its axes; see [`Toeplitz::structure`].
///
/// That is the matrix of one input channel and one output channel; with more of them a block stands for each of its elements. With two
/// axes it consists of blocks, one for each pair of an output row and an input row, and is so twice: its blocks are arranged in this
/// way, and each block is such a matrix itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// There is no axis: every input meets every output.
    Dense,
    /// Each row is the one above, moved on by one element, and what leaves at the end comes back at the beginning. Such a matrix is
    /// square, and the Fourier transform makes it diagonal. A convolution is circulant with `padding_mode: circular`, a stride of 1 and
    /// as many outputs as inputs.
    Circulant {
        /// Number of axes.
        axes: usize,
    },
    /// Constant along each diagonal: each row is the one above, moved on by one element, and something new may come in at the
    /// beginning. So is a convolution with a stride of 1 and zeros in its padding.
    Toeplitz {
        /// Number of axes.
        axes: usize,
    },
    /// Some rows, or some columns, of a Toeplitz matrix, one every so many, along one axis at least: a convolution with a stride, or a
    /// transposed one.
    Strided {
        /// Number of axes.
        axes: usize,
    },
    /// As above, but for rows near the borders, which have elements elsewhere: `padding_mode: reflect` and `replicate`.
    Bordered {
        /// Number of axes.
        axes: usize,
    },
}

impl fmt::Display for Structure {
    /// In words: `doubly block circulant`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (axes, name, but) = match *self {
            Self::Dense => return f.write_str("dense"),
            Self::Circulant { axes } => (axes, "circulant", ""),
            Self::Toeplitz { axes } => (axes, "Toeplitz", ""),
            Self::Strided { axes } => (axes, "Toeplitz", " with a stride"),
            Self::Bordered { axes } => (axes, "Toeplitz", " but for its borders"),
        };
        match axes {
            1 => write!(f, "{name}{but}"),
            2 => write!(f, "doubly block {name}{but}"),
            3 => write!(f, "triply block {name}{but}"),
            _ => write!(f, "{axes} times block {name}{but}"),
        }
    }
}

impl<const N: usize> Toeplitz<N> {
    /// What kind of matrix this is along all axes, in the narrowest sense.
    ///
    /// ```
    /// use toeplitz::Structure;
    ///
    /// toeplitz::conv2d! { struct Ring < in: 8x8x1, kernel: 3x3x1, padding: same, padding_mode: circular >; }
    /// toeplitz::conv2d! { struct Plain < in: 8x8x1, kernel: 3x3x1, padding: same >; }
    ///
    /// assert_eq!(Ring::TOEPLITZ.structure(), Structure::Circulant { axes: 2 });
    /// assert_eq!(Ring::TOEPLITZ.structure().to_string(), "doubly block circulant");
    /// assert_eq!(Plain::TOEPLITZ.structure().to_string(), "doubly block Toeplitz");
    /// ```
    pub fn structure(&self) -> Structure {
        let axes = N;
        match self.bands.iter().map(Band::kind).max() {
            None => Structure::Dense,
            Some(Kind::Circulant) => Structure::Circulant { axes },
            Some(Kind::Toeplitz) => Structure::Toeplitz { axes },
            Some(Kind::Strided) => Structure::Strided { axes },
            Some(Kind::Bordered) => Structure::Bordered { axes },
        }
    }
}

/// The structure of one axis, each a case of the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Circulant,
    Toeplitz,
    Strided,
    Bordered,
}

/// How rows follow each other: row `o + down` is row `o`, moved on by `right` elements.
#[derive(Clone, Copy)]
struct Shift {
    down: usize,
    right: usize,
    /// Whether what leaves at the end comes back at the beginning; else something new may come in there.
    around: bool,
}

impl Band {
    fn kind(&self) -> Kind {
        let one = Shift { down: 1, right: 1, around: false };
        let down = self.runs.iter().map(|run| run.step).max().unwrap_or(1);
        let right = self.runs.iter().map(|run| run.advance).max().unwrap_or(1);
        if self.input == self.output && self.follows(Shift { around: true, ..one }) {
            Kind::Circulant
        } else if self.follows(one) {
            Kind::Toeplitz
        } else if self.follows(Shift { down, right, ..one }) {
            Kind::Strided
        } else {
            Kind::Bordered
        }
    }

    /// Whether all rows follow each other by `shift`.
    fn follows(&self, shift: Shift) -> bool {
        self.runs.iter().all(|run| {
            // Inside a run rows follow each other by the run's own numbers.
            let inside = run.len == 1 || run.taps.is_empty() || (run.step, run.advance) == (shift.down, shift.right);
            let last = run.start + (run.len - 1) * run.step;
            inside && (last + shift.down >= self.output || self.row_follows(last, shift))
        })
    }

    /// Whether the row after `output` follows it.
    fn row_follows(&self, output: usize, Shift { down, right, around }: Shift) -> bool {
        let ((above, beyond), (below, beyond_below)) = (self.taps(output), self.taps(output + down));
        let moved = |tap: &Tap| {
            let input = tap.input + beyond + right;
            let input = if around { input % self.input } else { input };
            Tap { input, ..*tap }
        };
        let stays = |tap: &Tap| tap.input < self.input;
        let comes_from_above = |tap: &Tap| around || tap.input >= right;
        let of_below = || below.iter().map(|tap| Tap { input: tap.input + beyond_below, ..*tap });
        // Both are in the order of the kernel, each element of which is there once at most.
        above.iter().map(moved).filter(stays).eq(of_below().filter(comes_from_above))
    }
}
