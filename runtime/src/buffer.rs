//! The arrays that layers take and give, as a trait, so that code can be written over layers of any size.

use crate::WrongLength;

/// A flat `f32` array of fixed length: what layers take and give. It is implemented for every `[f32; N]`.
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
    /// Number of elements.
    const LEN: usize;
    /// Zeros, for a small buffer. [`zeroed`](Buffer::zeroed) is for those that are too large for a stack.
    const ZEROS: Self;
    /// The elements.
    fn as_slice(&self) -> &[f32];
    /// The elements, to be written.
    fn as_mut_slice(&mut self) -> &mut [f32];
    /// A slice as a buffer.
    ///
    /// # Errors
    ///
    /// If it has another length.
    fn from_slice(slice: &[f32]) -> Result<&Self, WrongLength>;
    /// A slice as a buffer, to be written.
    ///
    /// # Errors
    ///
    /// If it has another length.
    fn from_mut_slice(slice: &mut [f32]) -> Result<&mut Self, WrongLength>;
    /// Zeros, on the heap, made without room for them on the caller's stack. An empty buffer allocates nothing.
    #[cfg(feature = "alloc")]
    fn zeroed() -> alloc::boxed::Box<Self>;
}

impl<const N: usize> Buffer for [f32; N] {
    const LEN: usize = N;
    const ZEROS: Self = [0.0; N];
    fn as_slice(&self) -> &[f32] {
        self
    }
    fn as_mut_slice(&mut self) -> &mut [f32] {
        self
    }
    fn from_slice(slice: &[f32]) -> Result<&Self, WrongLength> {
        slice.try_into().map_err(|_| WrongLength { what: "the slice", expected: N, found: slice.len() })
    }
    fn from_mut_slice(slice: &mut [f32]) -> Result<&mut Self, WrongLength> {
        let found = slice.len();
        slice.try_into().map_err(|_| WrongLength { what: "the slice", expected: N, found })
    }
    #[cfg(feature = "alloc")]
    fn zeroed() -> alloc::boxed::Box<Self> {
        match alloc::vec![0.0; N].into_boxed_slice().try_into() {
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
