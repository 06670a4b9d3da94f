//! The trait every generated operator has, so that code can be written over all of them.

use crate::{Level, Spec};

/// A flat `f32` array of fixed length: what layers take and give.
pub trait Buffer: Send + Sync {
    /// Number of elements.
    const LEN: usize;
    /// The elements.
    fn as_slice(&self) -> &[f32];
    /// The elements, to be written.
    fn as_mut_slice(&mut self) -> &mut [f32];
    /// Zeros, on the heap.
    #[cfg(feature = "alloc")]
    fn zeroed() -> alloc::boxed::Box<Self>;
}

impl<const N: usize> Buffer for [f32; N] {
    const LEN: usize = N;
    fn as_slice(&self) -> &[f32] {
        self
    }
    fn as_mut_slice(&mut self) -> &mut [f32] {
        self
    }
    #[cfg(feature = "alloc")]
    fn zeroed() -> alloc::boxed::Box<Self> {
        match alloc::vec![0.0; N].into_boxed_slice().try_into() {
            Ok(array) => array,
            Err(_) => unreachable!("the slice was made with N elements"),
        }
    }
}

/// An operator whose shapes are constants.
pub trait Layer: Sized + Send + Sync {
    /// Weights as the caller has them: for a convolution HWIO, `[kernel_h][kernel_w][in][out]`, row-major and flat.
    type Weights: Buffer;
    /// One value an output channel; `[f32; 0]` without bias.
    type Bias: Buffer;
    /// `[in_h][in_w][in]`, row-major and flat.
    type Input: Buffer;
    /// `[out_h][out_w][out]`, row-major and flat.
    type Output: Buffer;
    /// Memory `forward_at` works in besides input and output; `[f32; 0]` where none is needed.
    type Scratch: Buffer;

    /// What the macro call asked for.
    const SPEC: Spec;
    /// Multiply-adds (for a pool: comparisons) of one forward pass; structural zeros are not counted.
    const MACS: u64;
    /// The plan in words.
    const PLAN: &'static str;

    /// Packs `weights` and `bias`.
    fn new(weights: &Self::Weights, bias: &Self::Bias) -> Self;

    /// As [`new`](Layer::new), on the heap and without a copy on the caller's stack.
    #[cfg(feature = "alloc")]
    fn boxed(weights: &Self::Weights, bias: &Self::Bias) -> alloc::boxed::Box<Self> {
        crate::__private::boxed(|| Self::new(weights, bias))
    }

    /// Computes `output` from `input` at a given SIMD level. Every output element is written.
    fn forward_at(&self, level: Level, input: &Self::Input, output: &mut Self::Output, scratch: &mut Self::Scratch);
}
