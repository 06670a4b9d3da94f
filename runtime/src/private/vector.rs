//! What a kernel does with vectors at every step, as plain functions.
//!
//! Comes in: vectors and slices of their length. Goes out: vectors. Must not know: kernels.
//!
//! The methods of `fearless_simd` do the same, but rustc looks each up among the traits that an associated type of `Simd` may have:
//! a kernel has thousands of them, and written as calls of functions it takes two thirds of the time and memory to check.

use fearless_simd::{Simd, SimdBase, SimdFloat, f32x4, f32x8, f32x16, f64x2, f64x4, f64x8};

/// `a * b + sum`, rounded once where the level can.
#[inline(always)]
pub fn mul_add<S: Simd, V: SimdFloat<S>>(a: V, b: V, sum: V) -> V {
    a.mul_add(b, sum)
}

/// Writes all lanes.
#[inline(always)]
pub fn store<S: Simd, V: SimdBase<S>>(value: V, output: &mut [V::Element]) {
    value.store_slice(output);
}

/// Reading and repeating elements for one type of vector.
macro_rules! vectors {
    ($($vector:ident: $element:ty, $load:ident, $splat:ident;)*) => {$(
        /// The vector of a slice of its length.
        #[inline(always)]
        pub fn $load<S: Simd>(simd: S, elements: &[$element]) -> $vector<S> {
            SimdBase::from_slice(simd, elements)
        }

        /// All lanes equal.
        #[inline(always)]
        pub fn $splat<S: Simd>(simd: S, element: $element) -> $vector<S> {
            SimdBase::splat(simd, element)
        }
    )*};
}

vectors! {
    f32x4: f32, load_f32x4, splat_f32x4;
    f32x8: f32, load_f32x8, splat_f32x8;
    f32x16: f32, load_f32x16, splat_f32x16;
    f64x2: f64, load_f64x2, splat_f64x2;
    f64x4: f64, load_f64x4, splat_f64x4;
    f64x8: f64, load_f64x8, splat_f64x8;
}
