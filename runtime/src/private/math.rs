//! The exponential function and the normal distribution, vector by vector.
//!
//! Comes in: vectors of any width, and what an element type needs. Goes out: vectors. Must not know: activations, operators.
//!
//! Only exponents that are not positive are taken: whatever is made from them (see [`activation`](super::activation)) then
//! cannot overflow on the way. A result below the smallest normal number may come out as 0. A NaN gives a NaN.

use fearless_simd::{Select, Simd, SimdFloat, SimdFloatElement};

use crate::Element;

/// An element type and the numbers that the functions need for its precision. A second type is a second implementation, with
/// polynomials of its own.
pub trait Real: Element + SimdFloatElement {
    /// Coefficients of `(e^r - 1 - r) / r^2`, lowest first, for `r` of up to half of `ln 2`.
    const EXP: &'static [Self];
    /// Coefficients in `u - 1 / 2` of `normal(-t) * e^(t^2 / 2) / u`, lowest first, where `u` is `1 / (1 + BEND t)`: with the
    /// middle of its range taken off, no power of it is large beside the sum.
    const NORMAL: &'static [Self];
    /// `1 / ln 2`
    const LOG2_E: Self;
    /// `ln 2` in two parts, of which the first times any exponent of two is exact.
    const LN_2: [Self; 2];
    /// Added to a small number, leaves that number rounded and biased as an exponent in the lowest bits.
    const EXPONENT: Self;
    /// By how much an exponent is shifted in the bits of a number.
    const SHIFT: u32;
    /// The bits of a number whose square is exact.
    const HALF: Self::Bits;
    /// The logarithm of the smallest normal number, rounded up.
    const LOWEST: Self;
    /// A number beyond which the density of the normal distribution is below the smallest normal number.
    const FAR: Self;
    /// `1 / 2`
    const ONE_HALF: Self;
    /// With it the polynomial of [`NORMAL`](Real::NORMAL) is shortest.
    const BEND: Self;
    /// `1 / 6`
    const SIXTH: Self;
    /// The sine of a sixth of a turn.
    const SIN_60: Self;
    /// `sqrt(8 / pi)` and `0.044715 * sqrt(8 / pi)`: the approximation of `gelu` that goes by `tanh`.
    const GELU_TANH: [Self; 2];
}

impl Real for f32 {
    // Minimax polynomials, off by 2^-32 of `e^r - 1` and 2^-27 of the normal distribution's tail.
    const EXP: &'static [Self] = &[0.5, 0.166_666_66, 0.041_666_36, 0.008_333_391, 0.001_394_072_3, 0.000_198_455_22];
    const NORMAL: &'static [Self] = &[
        0.268_182_28,
        0.346_108_16,
        0.248_707_11,
        0.021_936_203,
        -0.102_600_73,
        -0.019_502_188,
        0.064_497_38,
        -0.003_179_136,
        -0.040_609_717,
        0.021_769_159,
    ];
    const LOG2_E: Self = core::f32::consts::LOG2_E;
    // 355 / 512: an exponent has 7 bits, so that the product has no more than 24.
    const LN_2: [Self; 2] = [0.693_359_4, -2.121_944_4e-4];
    // 1.5 * 2^23, whose units are in the lowest bit, and the bias of an exponent.
    const EXPONENT: Self = 12_582_912.0 + 127.0;
    const SHIFT: u32 = 23;
    const HALF: u32 = 0xFFFF_F000;
    const LOWEST: Self = -87.336_54;
    const FAR: Self = 14.0;
    const ONE_HALF: Self = 0.5;
    const BEND: Self = 0.375;
    const SIXTH: Self = 1.0 / 6.0;
    const SIN_60: Self = 0.866_025_4;
    const GELU_TANH: [Self; 2] = [1.595_769, 0.071_354_814];
}

impl Real for f64 {
    // By interpolation at Chebyshev's nodes: off by 2^-60 of `e^r - 1` and 2^-54 of the normal distribution's tail.
    const EXP: &'static [Self] = &[
        0.5,
        0.166_666_666_666_666_7,
        0.041_666_666_666_666_67,
        0.008_333_333_333_326_136,
        0.001_388_888_888_888_374_8,
        0.000_198_412_698_748_206_27,
        2.480_158_732_554_774_3e-5,
        2.755_725_540_020_642_2e-6,
        2.755_727_364_311_03e-7,
        2.510_521_700_472_074_5e-8,
        2.091_468_696_808_687_6e-9,
    ];
    const NORMAL: &'static [Self] = &[
        0.144_819_514_138_436_9,
        0.254_655_771_322_098_5,
        0.392_257_476_029_521_93,
        0.524_958_458_435_629_2,
        0.601_465_077_363_347_2,
        0.574_682_026_450_420_2,
        0.435_022_679_931_765_74,
        0.229_761_608_525_298_4,
        0.044_249_992_230_820_88,
        -0.051_441_437_024_817_74,
        -0.050_379_783_551_698_36,
        -0.006_266_601_837_172_164,
        0.019_905_031_590_279_308,
        0.011_311_616_249_792_268,
        -0.006_177_433_925_946_383,
        -0.007_829_122_358_263_028,
        0.001_663_667_384_225_648_7,
        0.004_815_923_480_957_218,
        -0.000_482_681_154_828_724,
        -0.002_879_197_972_980_261_5,
        0.000_386_234_924_082_804_53,
        0.001_387_670_754_049_577_7,
        -0.000_385_979_091_768_840_5,
        -0.000_198_489_054_600_128_55,
    ];
    const LOG2_E: Self = core::f64::consts::LOG2_E;
    // 42 bits and the rest: an exponent has 10, so that the product has no more than 53.
    const LN_2: [Self; 2] = [0.693_147_180_559_890_3, 5.497_923_018_708_371e-14];
    // 1.5 * 2^52, whose units are in the lowest bit, and the bias of an exponent.
    const EXPONENT: Self = 6_755_399_441_055_744.0 + 1023.0;
    const SHIFT: u32 = 52;
    const HALF: u64 = 0xFFFF_FFFF_F800_0000;
    const LOWEST: Self = -708.396_418_532_264;
    const FAR: Self = 38.5;
    const ONE_HALF: Self = 0.5;
    const BEND: Self = 0.1875;
    const SIXTH: Self = 1.0 / 6.0;
    const SIN_60: Self = 0.866_025_403_784_438_6;
    const GELU_TANH: [Self; 2] = [1.595_769_121_605_730_8, 0.071_354_816_272_600_25];
}

/// Vectors of an element type.
pub trait Vector<S: Simd>: SimdFloat<S, Element: Real> {}

impl<S: Simd, V: SimdFloat<S, Element: Real>> Vector<S> for V {}

/// The larger of both, and NaN where `x` is.
///
/// The order of the operands sees to that on x86, whose maximum is its second operand where either is NaN; NEON and WebAssembly
/// keep every NaN. The maximum of scalar code drops it, so that compares instead, which would cost the vectors three instructions
/// for one.
#[inline(always)]
pub(super) fn at_least<S: Simd, V: Vector<S>>(simd: S, x: V, least: V::Element) -> V {
    let least = V::splat(simd, least);
    if simd.level().is_fallback() { x.simd_lt(least).select(least, x) } else { least.max(x) }
}

/// The smaller of both, and NaN where `x` is.
#[inline(always)]
pub(super) fn at_most<S: Simd, V: Vector<S>>(simd: S, x: V, most: V::Element) -> V {
    let most = V::splat(simd, most);
    if simd.level().is_fallback() { x.simd_gt(most).select(most, x) } else { most.min(x) }
}

/// `e^x`, and 0 from the smallest normal number down; `x` is not positive.
#[inline(always)]
pub(super) fn exp<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
    exp_of_sum(simd, x, V::splat(simd, zero()))
}

/// `e^(high + low)`, where `low` is small beside `high`; see [`exp`].
#[inline(always)]
fn exp_of_sum<S: Simd, V: Vector<S>>(simd: S, high: V, low: V) -> V {
    let (scale, more) = parts(simd, high, low);
    let lowest = V::splat(simd, V::Element::LOWEST);
    (high + low).simd_lt(lowest).select(V::splat(simd, zero()), scale.mul_add(more, scale))
}

/// `e^x - 1`, exact to the last bits near 0 too; `x` is not positive.
#[inline(always)]
pub(super) fn exp_minus_one<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
    let one = V::splat(simd, one());
    let (scale, more) = parts(simd, x, V::splat(simd, zero()));
    let lowest = V::splat(simd, V::Element::LOWEST);
    x.simd_lt(lowest).select(-one, scale.mul_add(more, scale - one))
}

/// `2^n` and `e^r - 1`, where `n ln 2 + r` is `high + low`. Both mean nothing below [`Real::LOWEST`].
#[inline(always)]
fn parts<S: Simd, V: Vector<S>>(simd: S, high: V, low: V) -> (V, V) {
    let [ln_2, ln_2_rest] = V::Element::LN_2.map(|part| V::splat(simd, part));
    let exponent = V::splat(simd, V::Element::EXPONENT);
    let shifted = (high + low).mul_add(V::splat(simd, V::Element::LOG2_E), exponent);
    let n = shifted - exponent;
    let r = n.mul_add(-ln_2_rest, n.mul_add(-ln_2, high) + low);
    let scale = V::from_bits(shifted.to_bits() << V::Element::SHIFT);
    (scale, (r * r).mul_add(polynomial(simd, V::Element::EXP, r), r))
}

/// The normal distribution: the part of it below `x`.
///
/// Both tails are exact to the last bits. The square of `x` is taken in two parts, since what it is off by would be multiplied
/// by `x` once more.
#[inline(always)]
pub(super) fn normal<S: Simd, V: Vector<S>>(simd: S, x: V) -> V {
    let (one, half) = (V::splat(simd, one()), V::splat(simd, V::Element::ONE_HALF));
    let t = at_most(simd, x.abs(), V::Element::FAR);
    let high = V::from_bits(t.to_bits() & V::Element::HALF);
    let density = exp_of_sum(simd, -half * high * high, -half * (t - high) * (t + high));
    let u = one / t.mul_add(V::splat(simd, V::Element::BEND), one);
    let tail = density * u * polynomial(simd, V::Element::NORMAL, u - half);
    x.simd_lt(V::splat(simd, zero())).select(tail, one - tail)
}

/// A polynomial from its coefficients, lowest first.
#[inline(always)]
fn polynomial<S: Simd, V: Vector<S>>(simd: S, coefficients: &[V::Element], x: V) -> V {
    let (&highest, lower) = coefficients.split_last().expect("a polynomial has a coefficient");
    lower.iter().rev().fold(V::splat(simd, highest), |sum, &coefficient| sum.mul_add(x, V::splat(simd, coefficient)))
}

/// 0 of any element type.
#[inline(always)]
pub(super) fn zero<E: Real>() -> E {
    E::from(0_u8)
}

/// 1 of any element type.
#[inline(always)]
pub(super) fn one<E: Real>() -> E {
    E::from(1_u8)
}
