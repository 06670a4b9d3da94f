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

/// Where polynomials are evaluated: `None` is infinity.
type Point = Option<Fraction>;

const fn ratio(numerator: i64, denominator: i64) -> Fraction {
    Fraction { numerator, denominator }
}

/// Points for up to 6. Those for fewer outputs come first. A point and its negative share half of their work. With 2/3 and its reciprocal
/// sums are rounded a fourth as much as with the usual 1 and 2: see [`Convolution::growth`].
const SIX: [Point; 6] =
    [Some(ratio(0, 1)), None, Some(ratio(2, 3)), Some(ratio(-2, 3)), Some(ratio(3, 2)), Some(ratio(-3, 2))];
/// Points for up to 8, of which rounding is least with these, whatever fractions were tried.
const EIGHT: [Point; 8] = [
    Some(ratio(0, 1)),
    None,
    Some(ratio(1, 2)),
    Some(ratio(-1, 2)),
    Some(ratio(2, 1)),
    Some(ratio(-2, 1)),
    Some(ratio(1, 1)),
    Some(ratio(-1, 1)),
];

/// Most points of a tile along one axis.
pub const MOST_POINTS: usize = EIGHT.len();

/// A short convolution: of so many outputs with so many taps, at the first of some points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// Outputs.
    pub outputs: usize,
    /// Taps of the kernel.
    pub taps: usize,
    /// Points to be taken from.
    family: &'static [Point],
}

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

impl Convolution {
    /// That of `outputs`.
    ///
    /// # Panics
    ///
    /// If it takes more than [`MOST_POINTS`].
    pub fn new(outputs: usize, taps: usize) -> Self {
        let points = outputs + taps - 1;
        assert!(points <= MOST_POINTS, "there are points for {MOST_POINTS}");
        Convolution { outputs, taps, family: if points <= SIX.len() { &SIX } else { &EIGHT } }
    }

    /// That of fewer outputs at the same points, as far as it needs them.
    #[must_use]
    pub fn of(self, outputs: usize) -> Self {
        Convolution { outputs, ..self }
    }

    /// Number of inputs, which is that of points.
    pub fn inputs(self) -> usize {
        self.outputs + self.taps - 1
    }

    /// Number of points to be taken from.
    pub fn most_points(self) -> usize {
        self.family.len()
    }

    fn at(self) -> &'static [Point] {
        &self.family[..self.inputs()]
    }

    /// The points; infinity is a floating-point number.
    pub fn points(self) -> Vec<f64> {
        self.at().iter().map(|point| point.map_or(f64::INFINITY, Fraction::value)).collect()
    }

    /// The kernel's matrix, `G`.
    pub fn kernel(self) -> Matrix {
        self.at().iter().map(|&point| powers(point, self.taps)).collect()
    }

    /// The inputs' matrix, `B`: what each of the points is made of.
    pub fn input(self) -> Matrix {
        let points = self.at();
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
    pub fn output(self) -> Matrix {
        let points = self.at();
        let columns: Vec<Vec<Fraction>> = points
            .iter()
            .zip(self.input())
            .map(|(&point, polynomial)| {
                let at = point.map_or(Fraction::whole(1), |_| {
                    let terms = polynomial.iter().zip(powers(point, points.len()));
                    terms.fold(Fraction::whole(0), |sum, (&factor, power)| sum + factor * power)
                });
                powers(point, self.outputs).into_iter().map(|power| power / at).collect()
            })
            .collect();
        (0..self.outputs).map(|row| columns.iter().map(|column| column[row]).collect()).collect()
    }

    /// By how much products of transformed numbers may be larger than those of the numbers themselves: the largest row sum of
    /// `|A| (|G| 1 * |B| 1)`.
    pub fn growth(self) -> f64 {
        let sums = |matrix: Matrix| -> Vec<f64> {
            matrix.iter().map(|row| row.iter().map(|factor| factor.value().abs()).sum()).collect()
        };
        let (kernel, input) = (sums(self.kernel()), sums(self.input()));
        let row = |row: &Vec<Fraction>| -> f64 {
            row.iter().zip(&kernel).zip(&input).map(|((factor, g), b)| factor.value().abs() * g * b).sum()
        };
        self.output().iter().map(row).fold(0.0, f64::max)
    }
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

#[cfg(test)]
mod tests {
    use super::{Convolution, Fraction, MOST_POINTS};

    /// Of all sizes that there are points for, each with all of fewer outputs that are parts of it.
    fn all() -> impl Iterator<Item = Convolution> {
        let whole = (1..MOST_POINTS).flat_map(|taps| (1..=MOST_POINTS + 1 - taps).map(move |outputs| (outputs, taps)));
        whole.flat_map(|(outputs, taps)| (1..=outputs).map(move |fewer| Convolution::new(outputs, taps).of(fewer)))
    }

    /// `A (G w * B x)` is the convolution of `x` with `w`, for all of them: each output has the product of input and tap exactly where they meet.
    #[test]
    fn matrices_convolve() {
        for convolution in all() {
            let (kernel, input, output) = (convolution.kernel(), convolution.input(), convolution.output());
            for (row, of_points) in output.iter().enumerate() {
                for tap in 0..convolution.taps {
                    for x in 0..convolution.inputs() {
                        let terms = of_points.iter().zip(&kernel).zip(&input);
                        let sum = terms.fold(Fraction::whole(0), |sum, ((&factor, g), b)| sum + factor * g[tap] * b[x]);
                        let expected = Fraction::whole(i64::from(row + tap == x));
                        assert_eq!(sum, expected, "{convolution:?}: output {row}, tap {tap}, input {x}");
                    }
                }
            }
        }
    }

    #[test]
    fn fewer_outputs_take_the_first_points() {
        for convolution in all().filter(|convolution| convolution.outputs > 1) {
            let fewer = convolution.of(convolution.outputs - 1);
            assert_eq!(fewer.points(), convolution.points()[..fewer.inputs()]);
        }
    }

    /// One output is a sum of products: nothing is transformed but by what the points are.
    #[test]
    fn one_tap_is_a_product() {
        let one = Convolution::new(1, 1);
        assert_eq!(
            [one.kernel(), one.input(), one.output()],
            [const { [[Fraction::whole(1)]] }; 3].map(|rows| rows.map(Vec::from).to_vec())
        );
    }

    #[test]
    fn longer_convolutions_round_more() {
        for taps in [3, 5] {
            let growths = [6, 8].map(|points| Convolution::new(points + 1 - taps, taps).growth());
            assert!(growths[0] < growths[1] && growths[1] < 90.0, "{growths:?}");
        }
    }
}
