//! The memory that a layer works in.
//!
//! Comes in: a layer's type. Goes out: zeros of as many bytes as it asks for, as a value that can be a `static`. Must not know: what
//! lies where in it.

use core::fmt;
use core::ops::{Deref, DerefMut};

use crate::{Aligned, Buffer, Layer};

/// The memory that a forward pass of `L` works in, at the start of a cache line. What it holds between passes does not matter.
///
/// It can be a `static`, so that a program without a heap has it outside of its stack:
///
/// ```
/// use std::sync::Mutex;
/// use toeplitz::{Arena, network};
///
/// network! {
///     struct Small < in: 8x8x1 > {
///         conv = conv2d!< kernel: 3x3x4 >;
///         dense = dense!< units: 2 >;
///     }
/// }
///
/// static SMALL: Small = Small::new(&[0.5; 36], &[0.0; 4], &[0.5; 288], &[0.0; 2]);
/// static ARENA: Mutex<Arena<Small>> = Mutex::new(Arena::new());
///
/// let mut scores = [0.0; 2];
/// SMALL.forward_in(&[1.0; 64], &mut scores, &mut ARENA.lock().unwrap());
/// assert_eq!(scores, [324.0, 324.0]);
///
/// // Or on the stack, or with `Arena::boxed()` on the heap. Of which network follows from the call.
/// let mut arena = Arena::new();
/// SMALL.forward_in(&[1.0; 64], &mut scores, &mut arena);
/// assert_eq!(arena.len(), Small::ARENA);
/// ```
pub struct Arena<L: Layer>(Aligned<L::Scratch>);

impl<L: Layer> Arena<L> {
    /// Zeros.
    pub const fn new() -> Self {
        Self(Aligned(L::Scratch::ZEROS))
    }

    /// Zeros on the heap, made without room for them on the caller's stack: see [`Aligned::boxed_zeroed`].
    #[cfg(feature = "alloc")]
    pub fn boxed() -> alloc::boxed::Box<Self> {
        crate::__private::boxed(Self::new)
    }
}

impl<L: Layer> Default for Arena<L> {
    fn default() -> Self {
        Self::new()
    }
}

impl<L: Layer> fmt::Debug for Arena<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arena").field("len", &L::Scratch::LEN).finish_non_exhaustive()
    }
}

impl<L: Layer> Deref for Arena<L> {
    type Target = L::Scratch;
    fn deref(&self) -> &L::Scratch {
        &self.0
    }
}

impl<L: Layer> DerefMut for Arena<L> {
    fn deref_mut(&mut self) -> &mut L::Scratch {
        &mut self.0
    }
}
