//! Activations of vectors and of scalars.
//!
//! Comes in: outputs before the activation. Goes out: outputs. Must not know: operators.
//!
//! A NaN stays one, at every level. The order of the operands sees to that on x86, whose maximum is its second operand where
//! either is NaN; NEON and WebAssembly keep every NaN. The maximum of scalar code drops it, so scalars compare instead, which
//! would cost the vectors three instructions for one.

use fearless_simd::{Select, Simd, SimdFloat};

/// Whether vectors are emulated with scalars; a constant once the level is known.
#[inline(always)]
fn is_scalar<S: Simd>(simd: S) -> bool {
    simd.level().is_fallback()
}

/// `max(x, 0)`
#[inline(always)]
pub fn relu<S: Simd, V: SimdFloat<S, Element = f32>>(simd: S, x: V) -> V {
    let zero = V::splat(simd, 0.0);
    if is_scalar(simd) { x.simd_lt(zero).select(zero, x) } else { zero.max(x) }
}

/// `min(max(x, 0), 6)`
#[inline(always)]
pub fn relu6<S: Simd, V: SimdFloat<S, Element = f32>>(simd: S, x: V) -> V {
    let (x, six) = (relu(simd, x), V::splat(simd, 6.0));
    if is_scalar(simd) { x.simd_gt(six).select(six, x) } else { six.min(x) }
}

/// `x` where it is not negative, `alpha * x` elsewhere.
#[inline(always)]
pub fn leaky_relu<S: Simd, V: SimdFloat<S, Element = f32>>(simd: S, x: V, alpha: f32) -> V {
    let (zero, alpha) = (V::splat(simd, 0.0), V::splat(simd, alpha));
    x.simd_lt(zero).select(x * alpha, x)
}

/// [`relu`] of one output.
#[inline(always)]
pub fn relu_scalar(x: f32) -> f32 {
    if x < 0.0 { 0.0 } else { x }
}

/// [`relu6`] of one output.
#[inline(always)]
pub fn relu6_scalar(x: f32) -> f32 {
    let x = relu_scalar(x);
    if x > 6.0 { 6.0 } else { x }
}

/// [`leaky_relu`] of one output.
#[inline(always)]
pub fn leaky_relu_scalar(x: f32, alpha: f32) -> f32 {
    if x < 0.0 { x * alpha } else { x }
}
