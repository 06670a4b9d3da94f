//! Numbers of about 100 bits, as sums of two `f64`: what functions of `f64` are compared with.
//!
//! Comes in: `f64`. Goes out: the functions that activations are made of. Must not know: how generated code computes them.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A sum whose second part is at most half a unit in the last place of the first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Double(pub(crate) f64, pub(crate) f64);

impl From<f64> for Double {
    fn from(value: f64) -> Self {
        Self(value, 0.0)
    }
}

impl Double {
    /// `a + b`, exactly.
    fn sum(a: f64, b: f64) -> Self {
        let sum = a + b;
        let of_b = sum - a;
        Self(sum, (a - (sum - of_b)) + (b - of_b))
    }

    fn scaled(self, power: i32) -> Self {
        // In two steps, neither of which leaves the range where the product does not.
        let (half, rest) = (2.0_f64.powi(power / 2), 2.0_f64.powi(power - power / 2));
        Self(self.0 * half * rest, self.1 * half * rest)
    }

    /// `1 + x + x^2 / 2 + ...`, of so many terms.
    fn exp_series(self, terms: u32) -> Self {
        (1..terms).rev().fold(1.0.into(), |sum, term| self * sum / f64::from(term).into() + 1.0.into())
    }

    pub(crate) fn exp(self) -> Self {
        const LN_2: Double = Double(std::f64::consts::LN_2, 2.319_046_813_846_299_6e-17);
        const HALVINGS: i32 = 8;
        let power = (self.0 / LN_2.0).round().max(-2200.0);
        let small = (self - LN_2 * power.into()).scaled(-HALVINGS);
        let e = (0..HALVINGS).fold(small.exp_series(14), |e, _| e * e);
        e.scaled(power as i32)
    }

    /// `e^x - 1`
    pub(crate) fn exp_minus_one(self) -> Self {
        if self.0.abs() > 1e-3 {
            return self.exp() - 1.0.into();
        }
        // The same series without its first term.
        let rest = (2..14).rev().fold(Self::from(1.0), |sum, term| self * sum / f64::from(term).into() + 1.0.into());
        self * rest
    }

    /// The part of the normal distribution below a number.
    pub(crate) fn normal(self) -> Self {
        const SQRT_TAU: Double = Double(2.506_628_274_631_000_7, -1.832_857_998_045_916_7e-16);
        let t = if self.0 < 0.0 { -self } else { self };
        let density = (t * t * (-0.5).into()).exp() / SQRT_TAU;
        let tail = if t.0 < 5.0 {
            // What lies between 0 and t: t + t^3 / 3 + t^5 / (3 * 5) + ...
            let inside = (1..160)
                .rev()
                .fold(Self::from(1.0), |sum, term| t * t * sum / f64::from(2 * term + 1).into() + 1.0.into());
            Self::from(0.5) - density * t * inside
        } else {
            // Laplace's continued fraction.
            density / (1..100).rev().fold(t, |below, term| t + Self::from(f64::from(term)) / below)
        };
        if self.0 < 0.0 { tail } else { Self::from(1.0) - tail }
    }
}

impl Neg for Double {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0, -self.1)
    }
}

impl Add for Double {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let high = Self::sum(self.0, other.0);
        let low = Self::sum(self.1, other.1);
        let once = Self::sum(high.0, high.1 + low.0);
        Self::sum(once.0, once.1 + low.1)
    }
}

impl Sub for Double {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Double {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let product = self.0 * other.0;
        let rest = self.0.mul_add(other.0, -product) + (self.0 * other.1 + self.1 * other.0);
        Self::sum(product, rest)
    }
}

impl Div for Double {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let first = self.0 / other.0;
        let rest = self - other * first.into();
        let second = rest.0 / other.0;
        let rest = rest - other * second.into();
        Self::sum(first, second) + (rest.0 / other.0).into()
    }
}
