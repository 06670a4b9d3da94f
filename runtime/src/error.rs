//! The mistake of a caller who has slices and not arrays: a wrong length.
//!
//! Comes in: lengths. Goes out: what was found and what is wanted. Must not know: whose slices they are.

use core::fmt;

/// A slice did not have the length its operator's shapes ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongLength {
    /// Which slice: `"weights"`, `"bias"`, `"input"`, the `"output"` of a layer whose type contradicts its specification, the
    /// `"outputs, one for each input,"` of a batch, or `"the slice"` that was to be a buffer.
    pub what: &'static str,
    /// The length asked for, in elements.
    pub expected: usize,
    /// The length found.
    pub found: usize,
}

impl WrongLength {
    /// `Ok` if `found` is `expected`.
    pub(crate) fn check(what: &'static str, expected: usize, found: usize) -> Result<(), Self> {
        if found == expected { Ok(()) } else { Err(Self { what, expected, found }) }
    }
}

impl fmt::Display for WrongLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must have {} elements, found {}", self.what, self.expected, self.found)
    }
}

impl core::error::Error for WrongLength {}
