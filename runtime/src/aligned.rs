//! A wrapper that puts a buffer at the start of a cache line.
//!
//! Comes in: a buffer. Goes out: the same, from the start of a line on. Must not know: layers.

use core::ops::{Deref, DerefMut};

use crate::Element;

/// A value aligned to 64 bytes, the length of a cache line and of the widest vector.
///
/// Layers take plain arrays, which may start at any multiple of four bytes. There half or all of the wide loads and
/// stores cross a cache line, and each that does costs two: the same layer was measured at 95% of the FMA peak on
/// aligned buffers and at 70% on others. A reference to `Aligned<[f32; N]>` coerces to one to `[f32; N]`, so it can be
/// handed to a layer as it is.
///
/// ```
/// use toeplitz::Aligned;
///
/// static INPUT: Aligned<[f32; 784]> = Aligned([0.0; 784]);
/// let input: &[f32; 784] = &INPUT;
/// assert_eq!(input.as_ptr().addr() % 64, 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(C, align(64))]
pub struct Aligned<T>(pub T);

impl<E: Element, const N: usize> Aligned<[E; N]> {
    /// Zeros on the heap, made without room for them on the caller's stack: large ones on that of a thread of its own. Without
    /// the feature `std`, and where no thread can be had (WebAssembly), the caller's stack has to do; [`Buffer::zeroed`] needs
    /// neither.
    ///
    /// [`Buffer::zeroed`]: crate::Buffer::zeroed
    ///
    /// ```
    /// use toeplitz::Aligned;
    ///
    /// let mut output = Aligned::<[f32; 1 << 20]>::boxed_zeroed();
    /// output[0] = 1.0;
    /// assert_eq!(output.iter().sum::<f32>(), 1.0);
    /// ```
    #[cfg(feature = "alloc")]
    pub fn boxed_zeroed() -> alloc::boxed::Box<Self> {
        crate::__private::boxed(|| Self([E::ZERO; N]))
    }
}

impl<T> Deref for Aligned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Aligned<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
