//! Activations of vectors and of scalars.
//!
//! Comes in: outputs before the activation. Goes out: outputs. Must not know: operators.
//!
//! A NaN stays one, at every level. Of an infinity comes the limit, where there is one: `silu(-inf)` is -0 and not a NaN. (A slope
//! of 0 times minus infinity has none and is NaN, as elsewhere.)
//!
//! What needs no exponential is done output by output, `..._scalar` where lanes are single. The others exist for vectors alone.

use fearless_simd::{Select, Simd};

use super::math::{Real, Vector, at_least, at_most, exp, exp_minus_one, normal, one, zero};

/// `max(x, 0)`
#[inline(always)]
pub fn relu<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
    at_least(simd, x, zero())
}

/// `min(max(x, 0), 6)`
#[inline(always)]
pub fn relu6<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
    at_most(simd, relu(simd, x), six())
}

/// `x` where it is not negative, `alpha * x` elsewhere.
#[inline(always)]
pub fn leaky_relu<S: Simd, V: Vector<S>>(simd: S, x: V, alpha: V::Element) -> V {
    prelu(simd, x, V::splat(simd, alpha))
}

/// `x` where it is not negative, `slope * x` elsewhere, each lane with a slope of its own.
#[inline(always)]
pub fn prelu<S: Simd, V: Vector<S>>(simd: S, x: V, slope: V) -> V {
    x.simd_lt(V::splat(simd, zero())).select(x * slope, x)
}

/// `min(max(alpha * x + beta, 0), 1)`
#[inline(always)]
pub fn hard_sigmoid<S: Simd, V: Vector<S>>(simd: S, x: V, alpha: V::Element, beta: V::Element) -> V {
    let line = x.mul_add(V::splat(simd, alpha), V::splat(simd, beta));
    at_most(simd, at_least(simd, line, zero()), one())
}

/// `x * relu6(x + 3) / 6`
#[inline(always)]
pub fn hard_swish<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
    let three = V::splat(simd, three());
    let gate = relu6(simd, x + three) * V::splat(simd, V::Element::SIXTH);
    at_least(simd, x, -V::Element::from(3_u8)) * gate
}

/// `x` where it is not negative, `alpha * (e^x - 1)` elsewhere.
#[inline(always)]
pub fn elu<S: Simd, V: Vector<S>>(simd: S, x: V, alpha: V::Element) -> V {
    let curve = exp_minus_one(simd, x) * V::splat(simd, alpha);
    x.simd_lt(V::splat(simd, zero())).select(curve, x)
}

/// `1 / (1 + e^-x)`
#[inline(always)]
pub fn sigmoid<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
    let (zero, one) = (V::splat(simd, zero()), V::splat(simd, one()));
    let e = exp(simd, -x.abs());
    x.simd_lt(zero).select(e, one) / (one + e)
}

/// `tanh(x)`
#[inline(always)]
pub fn tanh<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
    let a = x.abs();
    let m = exp_minus_one(simd, -(a + a));
    (-m / (m + V::splat(simd, V::Element::from(2_u8)))).copysign(x)
}

/// `x / (1 + e^-x)`
#[inline(always)]
pub fn silu<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
    // Beyond the lowest exponent the sigmoid is 0, and a number times that is.
    at_least(simd, x, V::Element::LOWEST + V::Element::LOWEST) * sigmoid(simd, x)
}

/// `x` times the normal distribution below it, `x * (1 + erf(x / sqrt(2))) / 2`.
#[inline(always)]
pub fn gelu<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
    at_least(simd, x, -V::Element::FAR) * normal(simd, x)
}

/// `x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2`
#[inline(always)]
pub fn gelu_tanh<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
    let [linear, cubic] = V::Element::GELU_TANH.map(|factor| V::splat(simd, factor));
    let twice = x * (x * x).mul_add(cubic, linear);
    at_least(simd, x, -V::Element::FAR) * sigmoid(simd, twice)
}

/// [`relu`] of one output.
#[inline(always)]
pub fn relu_scalar<E: Real>(x: E) -> E {
    if x < zero() { zero() } else { x }
}

/// [`relu6`] of one output.
#[inline(always)]
pub fn relu6_scalar<E: Real>(x: E) -> E {
    let x = relu_scalar(x);
    if x > six() { six() } else { x }
}

/// [`leaky_relu`] of one output.
#[inline(always)]
pub fn leaky_relu_scalar<E: Real>(x: E, alpha: E) -> E {
    if x < zero() { x * alpha } else { x }
}

/// [`hard_sigmoid`] of one output.
#[inline(always)]
pub fn hard_sigmoid_scalar<E: Real>(x: E, alpha: E, beta: E) -> E {
    let line = relu_scalar(x * alpha + beta);
    if line > one() { one() } else { line }
}

/// [`hard_swish`] of one output.
#[inline(always)]
pub fn hard_swish_scalar<E: Real>(x: E) -> E {
    let lowest = -three::<E>();
    let gate: E = relu6_scalar::<E>(x + three::<E>()) * E::SIXTH;
    gate * if x < lowest { lowest } else { x }
}

fn three<E: Real>() -> E {
    E::from(3_u8)
}

fn six<E: Real>() -> E {
    E::from(6_u8)
}
