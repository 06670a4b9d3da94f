//! The arrays that layers take and give, as a trait, so that code can be written over layers of any size.
//!
//! Comes in: arrays. Goes out: their lengths, slices, and arrays of zeros. Must not know: layers, shapes.

use crate::{Element, WrongLength};

/// A flat array of fixed length: what layers take and give. It is implemented for every `[f32; N]` and `[f64; N]`.
///
/// ```
/// use toeplitz::Buffer;
///
/// let mut image = <[f32; 784]>::zeroed();
/// image.as_mut_slice()[0] = 1.0;
/// assert_eq!(<[f32; 784]>::LEN, image.as_slice().len());
///
/// let error = <[f32; 784]>::from_slice(&[0.5; 783]).unwrap_err();
/// assert_eq!(error.to_string(), "the slice must have 784 elements, found 783");
/// ```
pub trait Buffer: Sized + Send + Sync {
    /// What it holds.
    type Element: Element;
    /// Number of elements.
    const LEN: usize;
    /// Zeros, for a small buffer. [`zeroed`](Buffer::zeroed) is for those that are too large for a stack.
    const ZEROS: Self;
    /// The elements.
    fn as_slice(&self) -> &[Self::Element];
    /// The elements, to be written.
    fn as_mut_slice(&mut self) -> &mut [Self::Element];
    /// A slice as a buffer.
    ///
    /// # Errors
    ///
    /// If it has another length.
    fn from_slice(slice: &[Self::Element]) -> Result<&Self, WrongLength>;
    /// A slice as a buffer, to be written.
    ///
    /// # Errors
    ///
    /// If it has another length.
    fn from_mut_slice(slice: &mut [Self::Element]) -> Result<&mut Self, WrongLength>;
    /// Zeros, on the heap, made without room for them on the caller's stack. An empty buffer allocates nothing.
    #[cfg(feature = "alloc")]
    fn zeroed() -> alloc::boxed::Box<Self>;
}

impl<E: Element, const N: usize> Buffer for [E; N] {
    type Element = E;
    const LEN: usize = N;
    const ZEROS: Self = [E::ZERO; N];
    fn as_slice(&self) -> &[E] {
        self
    }
    fn as_mut_slice(&mut self) -> &mut [E] {
        self
    }
    fn from_slice(slice: &[E]) -> Result<&Self, WrongLength> {
        slice.try_into().map_err(|_| WrongLength { what: "the slice", expected: N, found: slice.len() })
    }
    fn from_mut_slice(slice: &mut [E]) -> Result<&mut Self, WrongLength> {
        let found = slice.len();
        slice.try_into().map_err(|_| WrongLength { what: "the slice", expected: N, found })
    }
    #[cfg(feature = "alloc")]
    fn zeroed() -> alloc::boxed::Box<Self> {
        match alloc::vec![E::ZERO; N].into_boxed_slice().try_into() {
            Ok(array) => array,
            Err(_) => unreachable!("the slice was made with N elements"),
        }
    }
}

/// `run` with zeros: on the heap, or without the feature `alloc` on the stack.
pub(crate) fn with_zeroed<B: Buffer, R>(run: impl FnOnce(&mut B) -> R) -> R {
    #[cfg(feature = "alloc")]
    return run(&mut B::zeroed());
    #[cfg(not(feature = "alloc"))]
    return run(&mut { B::ZEROS });
}
