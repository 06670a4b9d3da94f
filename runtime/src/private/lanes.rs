//! Small steps of the generated kernels: stretches of constant length, repeated inputs.
//!
//! Comes in: slices and a SIMD token. Goes out: array references and vectors. Must not know: operators.

use core::hint::black_box;

use fearless_simd::{Simd, SimdBase, f32x4, f32x8, f32x16, f64x4, f64x8};

use crate::Tap;

/// The `N` elements of `row` from `start` on. A constant length lets every later access go without a check.
///
/// # Panics
///
/// If there are fewer; a generated kernel never asks for them.
#[inline(always)]
pub fn window<T, const N: usize>(row: &[T], start: usize) -> &[T; N] {
    match row.get(start..).and_then(<[T]>::first_chunk) {
        Some(window) => window,
        None => outside(start, N, row.len()),
    }
}

/// `value`, of which the optimizer then knows nothing.
///
/// A loop over kernel rows or columns whose length it knew would be unrolled, and in straight-line code LLVM moves each sum
/// down to its store, one after the other, and spills the weights that they share.
#[inline(always)]
pub fn opaque<T>(value: T) -> T {
    black_box(value)
}

/// Kernel elements that an output lacks, of `kernel` of them, if it meets `taps`, which are next to each other.
#[inline(always)]
pub fn missing(taps: &[Tap], kernel: usize) -> impl Iterator<Item = usize> {
    let met = match taps {
        [] => 0..0,
        [first, .., last] => first.kernel..last.kernel + 1,
        [only] => only.kernel..only.kernel + 1,
    };
    (0..met.start).chain(met.end..kernel)
}

/// As [`window`], to be written.
///
/// # Panics
///
/// If there are fewer; a generated kernel never asks for them.
#[inline(always)]
pub fn window_mut<T, const N: usize>(row: &mut [T], start: usize) -> &mut [T; N] {
    let len = row.len();
    match row.get_mut(start..).and_then(<[T]>::first_chunk_mut) {
        Some(window) => window,
        None => outside(start, N, len),
    }
}

/// One copy of the message for all kernels.
#[cold]
#[inline(never)]
fn outside(start: usize, len: usize, row: usize) -> ! {
    panic!("a kernel reached for {len} elements from {start} on in a buffer of {row}")
}

/// Four inputs, twice.
#[inline(always)]
pub fn repeat4_f32x8<S: Simd>(simd: S, inputs: &[f32; 4]) -> f32x8<S> {
    let once = f32x4::from_slice(simd, inputs);
    simd.combine_f32x4(once, once)
}

/// Four inputs, four times.
#[inline(always)]
pub fn repeat4_f32x16<S: Simd>(simd: S, inputs: &[f32; 4]) -> f32x16<S> {
    let twice = repeat4_f32x8(simd, inputs);
    simd.combine_f32x8(twice, twice)
}

/// Eight inputs, twice.
#[inline(always)]
pub fn repeat8_f32x16<S: Simd>(simd: S, inputs: &[f32; 8]) -> f32x16<S> {
    let once = f32x8::from_slice(simd, inputs);
    simd.combine_f32x8(once, once)
}

/// Four inputs, twice.
#[inline(always)]
pub fn repeat4_f64x8<S: Simd>(simd: S, inputs: &[f64; 4]) -> f64x8<S> {
    let once = f64x4::from_slice(simd, inputs);
    simd.combine_f64x4(once, once)
}

/// The functions that move halves of a vector of 32 bytes.
macro_rules! of_halves {
    ($vector:ident $join:ident $weave:ident $split:ident $combine:ident $zip_low:ident $zip_high:ident) => {
        /// The first halves of both, and the second halves.
        #[inline(always)]
        pub fn $join<S: Simd>(simd: S, a: $vector<S>, b: $vector<S>) -> ($vector<S>, $vector<S>) {
            let ((a0, a1), (b0, b1)) = (simd.$split(a), simd.$split(b));
            (simd.$combine(a0, b0), simd.$combine(a1, b1))
        }

        /// The lanes of both in turn, each half by itself: of the halves' first lanes, and of their last. AVX2 has an instruction
        /// for each, and needs two for what `zip_low` and `zip_high` give.
        #[inline(always)]
        pub fn $weave<S: Simd>(simd: S, a: $vector<S>, b: $vector<S>) -> ($vector<S>, $vector<S>) {
            let ((a0, a1), (b0, b1)) = (simd.$split(a), simd.$split(b));
            let low = simd.$combine(simd.$zip_low(a0, b0), simd.$zip_low(a1, b1));
            let high = simd.$combine(simd.$zip_high(a0, b0), simd.$zip_high(a1, b1));
            (low, high)
        }
    };
}

of_halves!(f32x8 halves_f32x8 weave_halves_f32x8 split_f32x8 combine_f32x4 zip_low_f32x4 zip_high_f32x4);
of_halves!(f64x4 halves_f64x4 weave_halves_f64x4 split_f64x4 combine_f64x2 zip_low_f64x2 zip_high_f64x2);
