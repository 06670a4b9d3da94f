//! Random values from a generator with a fixed seed.
//!
//! Comes in: lengths. Goes out: values. Must not know: what they are for.

use crate::{Element, Operator, Spec};

/// The two kinds of values that a layer is checked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// Evenly spread over -1 to 1, all bits of their type in use: sums are rounded, and many lie between the 0 and 6 of `relu6`.
    Fractions,
    /// Integers so small that every sum is exact, on either side of 0 and mostly beyond the 6 of `relu6`; all negative for a
    /// pool, so that padding taken for zeros would win.
    Integers,
}

impl Data {
    pub(super) fn generator<E: Element>(self, spec: &Spec) -> Generator {
        let range = match (self, spec.operator) {
            (Self::Fractions, _) => None,
            (Self::Integers, Operator::MaxPool { .. }) => Some((-100, -1)),
            // Of a softmax some are so far below the maximum that nothing is left of them.
            (Self::Integers, Operator::AveragePool { .. } | Operator::Softmax { .. }) => Some((-100, 100)),
            (Self::Integers, Operator::BatchNorm { .. }) => Some((-16, 16)),
            (Self::Integers, Operator::Convolution | Operator::TransposedConvolution) => {
                let largest = largest_exact::<E>(spec, |largest| largest * largest);
                Some((-largest, largest))
            }
            (Self::Integers, Operator::SeparableConvolution { multiplier }) => {
                // Each of the sums between is multiplied once more.
                let depth = spec.in_channels as u64 * multiplier as u64;
                let kernel: usize = spec.axes.iter().map(|axis| axis.kernel).product();
                let terms = (kernel as u64).saturating_mul(depth).saturating_add(1);
                let largest = (2..=16).rev().find(|&largest: &i32| {
                    terms.saturating_mul(u64::from(largest.unsigned_abs()).pow(3)) <= most::<E>()
                });
                let largest = largest.unwrap_or(1);
                Some((-largest, largest))
            }
            // Sums of sums leave the integers.
            (Self::Integers, Operator::Network { .. }) => Some((-8, 8)),
            (Self::Integers, Operator::Adder) => {
                let largest = largest_exact::<E>(spec, |largest| 2 * largest);
                Some((-largest, largest))
            }
        };
        Generator { state: 0x9E37_79B9_7F4A_7C15, range }
    }
}

/// Makes weights that `spec` allows of any: a variance is not negative.
pub(super) fn allow<E: Element>(spec: &Spec, weights: &mut [E]) {
    if let Operator::BatchNorm { .. } = spec.operator {
        for variance in &mut weights[3 * spec.in_channels..4 * spec.in_channels] {
            *variance = E::from_f64(variance.to_f64().abs());
        }
    }
}

/// The largest magnitude, up to 16, of weights, bias and inputs that keeps any sum of products where the type has every
/// integer; 1 for kernels beyond all bounds. A product of such values is at most `product` of it.
fn largest_exact<E: Element>(spec: &Spec, product: fn(u64) -> u64) -> i32 {
    let kernel: usize = spec.axes.iter().map(|axis| axis.kernel).product();
    let terms = kernel as u64 * (spec.in_channels / spec.groups) as u64 + 1;
    (2..=16).rev().find(|&largest: &i32| terms * product(u64::from(largest.unsigned_abs())) <= most::<E>()).unwrap_or(1)
}

/// The integer up to which a type has every one: `2^24` for `f32`.
fn most<E: Element>() -> u64 {
    (1.0 / E::UNIT) as u64
}

/// A source of values, the same in every run.
pub(super) struct Generator {
    state: u64,
    /// Smallest and largest integer; without it, fractions.
    range: Option<(i32, i32)>,
}

impl Generator {
    pub(super) fn fill<E: Element>(&mut self, values: &mut [E]) {
        for value in values {
            let bits = self.next();
            *value = E::from_f64(match self.range {
                None => (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0,
                // The upper half of a product with a number below 2^32: never negative, and each integer as likely as the next.
                Some((low, high)) => (low + (((bits >> 32) * u64::from(high.abs_diff(low) + 1)) >> 32) as i32).into(),
            });
        }
    }

    /// A counter, mixed (the generator known as `SplitMix64`).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::Data;
    use crate::{Activation, Algorithm, Axis, DataFormat, Operator, Padding, PaddingMode, Spec, reference};
    use alloc::vec;

    const ALONG: Axis =
        Axis { input: 20, kernel: 5, stride: 1, dilation: 1, padding: Padding::Same, output_padding: 0 };
    const CONV: Spec = Spec {
        operator: Operator::Convolution,
        axes: &[ALONG, ALONG],
        in_channels: 3,
        out_channels: 4,
        groups: 1,
        bias: true,
        activation: Activation::None,
        format: DataFormat::ChannelsLast,
        padding_mode: PaddingMode::Zeros,
        algorithm: Algorithm::Direct,
    };

    #[test]
    fn integers_are_spread_evenly_over_their_range() {
        let many_terms = Spec { axes: &[], in_channels: 1 << 20, out_channels: 1, ..CONV };
        let pool = Spec { operator: Operator::MaxPool { ceil_mode: false }, bias: false, ..CONV };
        for (spec, low, high) in [(CONV, -16, 16), (many_terms, -3, 3), (pool, -100, -1)] {
            let mut values = vec![0.0_f32; 100_000];
            Data::Integers.generator::<f32>(&spec).fill(&mut values);
            let count = |wanted: i32| values.iter().filter(|value| value.total_cmp(&(wanted as f32)).is_eq()).count();
            let expected = values.len() / (high - low + 1) as usize;
            let counts = || (low..=high).map(count);
            assert_eq!(counts().sum::<usize>(), values.len(), "{low} to {high}, and nothing else");
            assert!(counts().all(|count| count.abs_diff(expected) < expected / 4), "{low} to {high}");
            let mean = values.iter().copied().map(f64::from).sum::<f64>() / values.len() as f64;
            assert!((mean - f64::from(low + high) / 2.0).abs() < 0.2, "{low} to {high}: {mean}");
        }
    }

    #[test]
    fn fractions_lie_between_minus_one_and_one() {
        let mut values = vec![0.0_f32; 100_000];
        Data::Fractions.generator::<f32>(&CONV).fill(&mut values);
        assert!(values.iter().all(|value| (-1.0..1.0).contains(value)));
        let mean = values.iter().copied().map(f64::from).sum::<f64>() / values.len() as f64;
        assert!(mean.abs() < 0.02, "{mean}");
    }

    /// Shares of the sums below 0, from 0 to 6 and above, before an activation.
    fn shares(data: Data) -> [f64; 3] {
        let mut values = data.generator::<f32>(&CONV);
        let (mut weights, mut bias, mut input) = (vec![0.0_f32; 5 * 5 * 3 * 4], vec![0.0; 4], vec![0.0; 20 * 20 * 3]);
        values.fill(&mut weights);
        values.fill(&mut bias);
        values.fill(&mut input);
        let sums = reference::forward(&CONV, &weights, &bias, &input).unwrap().values;
        let share = |of: fn(f64) -> bool| sums.iter().filter(|&&sum| of(sum)).count() as f64 / sums.len() as f64;
        [share(|sum| sum < 0.0), share(|sum| (0.0..=6.0).contains(&sum)), share(|sum| sum > 6.0)]
    }

    /// Every branch of every activation is taken often, by one kind of data or the other.
    #[test]
    fn sums_lie_where_activations_differ() {
        let [negative, between, _] = shares(Data::Fractions);
        assert!(negative > 0.3 && between > 0.3, "{negative} {between}");
        let [negative, _, above] = shares(Data::Integers);
        assert!(negative > 0.3 && above > 0.3, "{negative} {above}");
    }
}
