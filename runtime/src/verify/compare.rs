//! Outputs beside those of the reference.
//!
//! Comes in: what was found and what was expected. Goes out: the worst error, or the first wrong output. Must not know: what computed
//! them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Data;
use super::report::{Failure, LevelReport, Mismatch};
use crate::reference::Output;
use crate::{DataFormat, Element, Level};

/// What an output is compared with, and what it is called.
pub(super) struct Comparison<'a> {
    /// The layer's type.
    pub(super) layer: &'static str,
    /// Of a network, the step.
    pub(super) step: Option<&'static str>,
    pub(super) data: Data,
    /// Whether all sums are exact.
    pub(super) exact: bool,
    /// How the elements lie.
    pub(super) format: DataFormat,
    pub(super) expected: &'a Output,
}

impl Comparison<'_> {
    /// Compares all of `found`.
    pub(super) fn run<E: Element>(&self, found: &[E], report: &mut LevelReport) -> Result<(), Failure> {
        let mut first: Option<Mismatch> = None;
        for (index, &found) in found.iter().enumerate() {
            let (expected, bound) = self.expected::<E>(index);
            let error = error(found.to_f64(), expected);
            if error <= bound {
                report.add(error, bound);
            } else if let Some(first) = &mut first {
                first.wrong += 1;
            } else {
                first = Some(self.mismatch(report.level, index, found));
            }
        }
        first.map_or(Ok(()), |mismatch| Err(Failure::Output(Box::new(mismatch))))
    }

    /// The reference's value of an output, and how far from it the layer may be.
    fn expected<E: Element>(&self, index: usize) -> (f64, f64) {
        let value = self.expected.values[index];
        if !self.exact {
            return (value, self.expected.bound(index));
        }
        // What is left of the bound of an activation that is not exact.
        match self.expected.allowances[index] {
            allowance if allowance > 0.0 => (value, allowance),
            // An activation that scales the sums rounds once, as the conversion to the data's type does.
            _ => (E::from_f64(value).to_f64(), 0.0),
        }
    }

    fn mismatch<E: Element>(&self, level: Level, index: usize, found: E) -> Mismatch {
        let (expected, bound) = self.expected::<E>(index);
        Mismatch {
            layer: self.layer,
            step: self.step,
            level,
            data: self.data,
            position: position(&self.expected.shape, self.format, index),
            expected,
            found: found.to_f64(),
            written: !found.is_unwritten(),
            bound,
            wrong: 1,
            outputs: self.expected.values.len(),
        }
    }
}

/// Their distance; 0 of equal infinities, NaN where one of them alone is NaN.
fn error(found: f64, expected: f64) -> f64 {
    if found.total_cmp(&expected).is_eq() { 0.0 } else { (found - expected).abs() }
}

/// The place of a flat index, in an output of `shape`, outermost axis first and channels last.
fn position(shape: &[usize], format: DataFormat, mut index: usize) -> Vec<usize> {
    if format == DataFormat::ChannelsFirst {
        let pixels: usize = shape[..shape.len() - 1].iter().product();
        index = index % pixels * shape[shape.len() - 1] + index / pixels;
    }
    let mut position: Vec<usize> = shape
        .iter()
        .rev()
        .map(|size| {
            let along = index % size;
            index /= size;
            along
        })
        .collect();
    position.reverse();
    position
}
