//! Random values from a generator with a fixed seed.

use crate::{Operator, Spec};

/// The two kinds of values that a layer is checked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// Evenly spread over -1 to 1, all 24 bits of them in use: sums are rounded.
    Fractions,
    /// Integers so small that every sum is exact; all negative for a pool, so that padding taken for zeros would win.
    Integers,
}

impl Data {
    pub(super) fn generator(self, spec: &Spec) -> Generator {
        let range = match (self, spec.operator) {
            (Self::Fractions, _) => None,
            (Self::Integers, Operator::MaxPool) => Some((-100, -1)),
            (Self::Integers, Operator::AveragePool { .. }) => Some((-100, 100)),
            (Self::Integers, Operator::Convolution | Operator::TransposedConvolution) => {
                let largest = largest_exact(spec);
                Some((-largest, largest))
            }
        };
        Generator { state: 0x9E37_79B9_7F4A_7C15, range }
    }
}

/// The largest magnitude, up to 16, of weights, bias and inputs that keeps any sum of products below `2^24`, where
/// `f32` has every integer; 1 for kernels beyond all bounds.
fn largest_exact(spec: &Spec) -> i32 {
    let kernel: usize = spec.axes.iter().map(|axis| axis.kernel).product();
    let terms = kernel as u64 * (spec.in_channels / spec.groups) as u64 + 1;
    (2..=16).rev().find(|&largest: &i32| terms * u64::from(largest.unsigned_abs()).pow(2) <= 1 << 24).unwrap_or(1)
}

/// A source of values, the same in every run.
pub(super) struct Generator {
    state: u64,
    /// Smallest and largest integer; without it, fractions.
    range: Option<(i32, i32)>,
}

impl Generator {
    pub(super) fn fill(&mut self, values: &mut [f32]) {
        for value in values {
            let bits = self.next();
            *value = match self.range {
                None => (bits >> 39) as f32 / (1 << 24) as f32 - 1.0,
                Some((low, high)) => (low + (bits >> 32) as i32 % (high - low + 1)) as f32,
            };
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
