//! Vectors that begin on a cache line.
//!
//! Comes in: lengths and values. Goes out: slices whose first element is 64-byte aligned, so that no
//! contender is slowed by vector accesses that cross cache lines. Must not know: what the values mean.

use toeplitz::Element;

/// A cache line and the widest vector register, in bytes.
const ALIGNMENT: usize = 64;

/// A fixed number of elements, the first of them at a multiple of 64 bytes.
pub struct AlignedVec<E = f32> {
    storage: Vec<E>,
    start: usize,
    len: usize,
}

impl<E: Element> AlignedVec<E> {
    /// `len` zeros.
    pub fn zeros(len: usize) -> Self {
        let storage = vec![E::ZERO; len + ALIGNMENT / size_of::<E>()];
        let start = storage.as_ptr().align_offset(ALIGNMENT);
        Self { storage, start, len }
    }

    /// A copy of `values`.
    pub fn from_slice(values: &[E]) -> Self {
        let mut copy = Self::zeros(values.len());
        copy.as_mut_slice().copy_from_slice(values);
        copy
    }

    /// The values.
    pub fn as_slice(&self) -> &[E] {
        &self.storage[self.start..][..self.len]
    }

    /// The values, to be written.
    pub fn as_mut_slice(&mut self) -> &mut [E] {
        &mut self.storage[self.start..][..self.len]
    }
}

/// Puts the numbers of a problem where a layer wants them, in its type of data.
///
/// # Panics
///
/// If there are not as many.
pub fn fill<E: Element>(buffer: &mut [E], numbers: &[f32]) {
    assert_eq!(buffer.len(), numbers.len(), "the layer has the problem's shape");
    for (element, &number) in buffer.iter_mut().zip(numbers) {
        *element = E::from_f64(number.into());
    }
}
