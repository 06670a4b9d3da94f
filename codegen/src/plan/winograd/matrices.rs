//! The matrices of Winograd's short convolutions, from the points at which polynomials are evaluated.
//!
//! Comes in: how many outputs and taps. Goes out: matrices of exact fractions. Must not know: tiles, channels.
//!
//! Outputs `y` of inputs `x` and taps `w` along one axis are `y = A (G w * B x)`, where `*` is element by element. Row `i` of `G` is the kernel
//! as a polynomial at the point `p_i`: `1, p_i, p_i^2`. Row `i` of `B` has the coefficients of the polynomial that is 0 at all other points. Column `i` of
//! `A` is `1, p_i, p_i^2, ...` divided by that polynomial at `p_i`. The point infinity stands for the highest coefficient.
//!
//! What is usually in `G`, the division, is in `A`: `G` then has nothing but powers of a point in it, and what is computed for fewer outputs,
//! which need fewer points, is a part of what is computed for more.

use core::ops::{Add, Div, Mul, Neg, Sub};

/// A fraction in lowest terms, the denominator above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    numerator: i64,
    denominator: i64,
}

/// Rows of fractions.
pub type Matrix = Vec<Vec<Fraction>>;

/// Where polynomials are evaluated: `None` is infinity. Those for fewer outputs come first. A point and its negative share half of their
/// work. With 2/3 and its reciprocal sums are rounded a fourth as much as with the usual 1 and 2: see [`growth`].
const POINTS: [Option<Fraction>; 6] = [
    Some(Fraction::whole(0)),
    None,
    Some(Fraction { numerator: 2, denominator: 3 }),
    Some(Fraction { numerator: -2, denominator: 3 }),
    Some(Fraction { numerator: 3, denominator: 2 }),
    Some(Fraction { numerator: -3, denominator: 2 }),
];

/// Most outputs of a tile along one axis.
pub const MOST_OUTPUTS: usize = POINTS.len() + 1 - KERNEL;
/// Taps along one axis.
pub const KERNEL: usize = 3;

impl Fraction {
    /// A whole number.
    pub const fn whole(value: i64) -> Self {
        Fraction { numerator: value, denominator: 1 }
    }

    fn new(numerator: i64, denominator: i64) -> Self {
        let mut gcd = (numerator.unsigned_abs(), denominator.unsigned_abs());
        while gcd.1 > 0 {
            gcd = (gcd.1, gcd.0 % gcd.1);
        }
        let common = gcd.0.max(1).cast_signed() * denominator.signum();
        Fraction { numerator: numerator / common, denominator: denominator / common }
    }

    /// The nearest number.
    #[expect(clippy::cast_precision_loss, reason = "the numbers of short convolutions are small")]
    pub fn value(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.numerator == 0
    }
}

impl Add for Fraction {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Fraction::new(
            self.numerator * other.denominator + other.numerator * self.denominator,
            self.denominator * other.denominator,
        )
    }
}

impl Neg for Fraction {
    type Output = Self;
    fn neg(self) -> Self {
        Fraction { numerator: -self.numerator, ..self }
    }
}

impl Sub for Fraction {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Fraction {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Fraction::new(self.numerator * other.numerator, self.denominator * other.denominator)
    }
}

impl Div for Fraction {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        Fraction::new(self.numerator * other.denominator, self.denominator * other.numerator)
    }
}

/// The points for so many outputs, as many as a tile has inputs; infinity is a floating-point number.
pub fn points(outputs: usize) -> Vec<f64> {
    let value = |point: &Option<Fraction>| point.map_or(f64::INFINITY, Fraction::value);
    POINTS[..outputs + KERNEL - 1].iter().map(value).collect()
}

/// The kernel's matrix, `G`.
pub fn kernel(outputs: usize) -> Matrix {
    POINTS[..outputs + KERNEL - 1].iter().map(|&point| powers(point, KERNEL)).collect()
}

/// The inputs' matrix, `B`: what each of the points is made of.
pub fn input(outputs: usize) -> Matrix {
    let points = &POINTS[..outputs + KERNEL - 1];
    let row = |at: usize| {
        let mut row = vec![Fraction::whole(1)];
        for point in points.iter().enumerate().filter(|&(other, _)| other != at).filter_map(|(_, point)| *point) {
            row = times(&row, point);
        }
        row.resize(points.len(), Fraction::whole(0));
        row
    };
    (0..points.len()).map(row).collect()
}

/// The outputs' matrix, `A`: what each output is made of.
pub fn output(outputs: usize) -> Matrix {
    let points = &POINTS[..outputs + KERNEL - 1];
    let columns: Vec<Vec<Fraction>> = points
        .iter()
        .zip(input(outputs))
        .map(|(&point, polynomial)| {
            let at = point.map_or(Fraction::whole(1), |_| {
                let terms = polynomial.iter().zip(powers(point, points.len()));
                terms.fold(Fraction::whole(0), |sum, (&factor, power)| sum + factor * power)
            });
            powers(point, outputs).into_iter().map(|power| power / at).collect()
        })
        .collect();
    (0..outputs).map(|row| columns.iter().map(|column| column[row]).collect()).collect()
}

/// `1, p, p^2, ...`; of infinity the highest of them alone.
fn powers(point: Option<Fraction>, count: usize) -> Vec<Fraction> {
    let mut powers = Vec::new();
    for power in 0..count {
        powers.push(match (point, powers.last()) {
            (None, _) => Fraction::whole(i64::from(power + 1 == count)),
            (Some(_), None) => Fraction::whole(1),
            (Some(point), Some(&last)) => last * point,
        });
    }
    powers
}

/// A polynomial, lowest coefficient first, times `x - root`.
fn times(polynomial: &[Fraction], root: Fraction) -> Vec<Fraction> {
    let mut product = vec![Fraction::whole(0); polynomial.len() + 1];
    for (power, &factor) in polynomial.iter().enumerate() {
        product[power + 1] = product[power + 1] + factor;
        product[power] = product[power] - factor * root;
    }
    product
}

/// By how much products of transformed numbers may be larger than those of the numbers themselves, along one axis: the largest row sum of
/// `|A| (|G| 1 * |B| 1)`.
pub fn growth(outputs: usize) -> f64 {
    let sums = |matrix: Matrix| -> Vec<f64> {
        matrix.iter().map(|row| row.iter().map(|factor| factor.value().abs()).sum()).collect()
    };
    let (kernel, input) = (sums(kernel(outputs)), sums(input(outputs)));
    let row = |row: &Vec<Fraction>| -> f64 {
        row.iter().zip(&kernel).zip(&input).map(|((factor, g), b)| factor.value().abs() * g * b).sum()
    };
    output(outputs).iter().map(row).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::{Fraction, KERNEL, MOST_OUTPUTS, growth, input, kernel, output};

    /// `A (G w * B x)` is the convolution of `x` with `w`, for all of them: each output has the product of input and tap exactly where they meet.
    #[test]
    fn matrices_convolve() {
        for outputs in 1..=MOST_OUTPUTS {
            let (kernel, input, output) = (kernel(outputs), input(outputs), output(outputs));
            for (row, of_points) in output.iter().enumerate() {
                for tap in 0..KERNEL {
                    for x in 0..outputs + KERNEL - 1 {
                        let terms = of_points.iter().zip(&kernel).zip(&input);
                        let sum = terms.fold(Fraction::whole(0), |sum, ((&factor, g), b)| sum + factor * g[tap] * b[x]);
                        let expected = Fraction::whole(i64::from(row + tap == x));
                        assert_eq!(sum, expected, "{outputs} outputs: output {row}, tap {tap}, input {x}");
                    }
                }
            }
        }
    }

    #[test]
    fn fewer_outputs_take_the_first_points() {
        for outputs in 1..MOST_OUTPUTS {
            assert_eq!(kernel(outputs), kernel(outputs + 1)[..outputs + KERNEL - 1]);
        }
    }

    #[test]
    fn longer_convolutions_round_more() {
        let growths: Vec<f64> = (1..=MOST_OUTPUTS).map(growth).collect();
        assert!(growths.is_sorted(), "{growths:?}");
        println!("{growths:?}");
    }
}
