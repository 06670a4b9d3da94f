//! Vectors that begin on a cache line.
//!
//! Comes in: lengths and values. Goes out: slices of `f32` whose first element is 64-byte aligned, so that no
//! contender is slowed by vector accesses that cross cache lines. Must not know: what the values mean.

/// A cache line and the widest vector register, in bytes.
const ALIGNMENT: usize = 64;

/// A fixed number of `f32`, the first of them at a multiple of 64 bytes.
pub struct AlignedVec {
    storage: Vec<f32>,
    start: usize,
    len: usize,
}

impl AlignedVec {
    /// `len` zeros.
    pub fn zeros(len: usize) -> Self {
        let storage = vec![0.0; len + ALIGNMENT / size_of::<f32>()];
        let start = storage.as_ptr().align_offset(ALIGNMENT);
        Self { storage, start, len }
    }

    /// A copy of `values`.
    pub fn from_slice(values: &[f32]) -> Self {
        let mut copy = Self::zeros(values.len());
        copy.as_mut_slice().copy_from_slice(values);
        copy
    }

    /// The values.
    pub fn as_slice(&self) -> &[f32] {
        &self.storage[self.start..][..self.len]
    }

    /// The values, to be written.
    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        &mut self.storage[self.start..][..self.len]
    }
}
