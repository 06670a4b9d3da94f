//! What a verification found, in numbers and in words.
//!
//! Comes in: errors at each level. Goes out: text. Must not know: how they were found.

use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use super::Data;
use crate::{Level, level_name, reference};

/// A layer is right at every level that was run. Prints as a table.
#[derive(Clone, Debug)]
pub struct Report {
    /// The layer's type.
    pub layer: &'static str,
    /// Number of outputs compared at each level, for each kind of data.
    pub outputs: usize,
    /// The levels that were run, best first.
    pub levels: Vec<LevelReport>,
}

/// The worst that a level did, over all outputs.
#[derive(Clone, Copy, Debug)]
pub struct LevelReport {
    /// The level.
    pub level: Level,
    /// Largest absolute difference from the reference.
    pub error: f64,
    /// Largest difference as a fraction of what that output is allowed: 1 would be the limit.
    pub of_bound: f64,
}

impl LevelReport {
    pub(super) fn new(level: Level) -> Self {
        Self { level, error: 0.0, of_bound: 0.0 }
    }

    /// Takes in the error of one output, which is within its bound.
    pub(super) fn add(&mut self, error: f64, bound: f64) {
        self.error = self.error.max(error);
        if error > 0.0 {
            self.of_bound = self.of_bound.max(error / bound);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} outputs agree with the reference", self.layer, self.outputs)?;
        write!(f, "{:<8} {:>18} {:>13}", "level", "largest difference", "of the bound")?;
        for LevelReport { level, error, of_bound } in &self.levels {
            write!(f, "\n{:<8} ", level_name(*level))?;
            if *error > 0.0 {
                write!(f, "{error:>18.2e} {:>12.2}%", 100.0 * of_bound)?;
            } else {
                write!(f, "{:>18} {:>13}", "none", "exact")?;
            }
        }
        Ok(())
    }
}

/// Why a layer is not right. `Debug` prints the same sentence as `Display`, for `unwrap` shows that.
#[derive(Clone)]
pub enum Failure {
    /// The layer's types contradict its specification.
    Shape {
        /// The layer's type.
        layer: &'static str,
        /// What the reference found wrong.
        reason: reference::Error,
    },
    /// An output is wrong.
    Output(Box<Mismatch>),
}

/// The first wrong output of a level.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// The layer's type.
    pub layer: &'static str,
    /// Of a network, the step whose output it is.
    pub step: Option<&'static str>,
    /// The level that computed it.
    pub level: Level,
    /// The kind of data.
    pub data: Data,
    /// Index along each axis, channel last: `[y, x, channel]`.
    pub position: Vec<usize>,
    /// The reference's value.
    pub expected: f64,
    /// The layer's value; may be NaN or infinite.
    pub found: f64,
    /// Whether the layer wrote a value at all.
    pub written: bool,
    /// The largest difference allowed.
    pub bound: f64,
    /// Number of wrong outputs at this level, this one included.
    pub wrong: usize,
    /// Number of outputs.
    pub outputs: usize,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { layer, level, position, expected, found, bound, wrong, outputs, .. } = self;
        write!(f, "{layer}")?;
        if let Some(step) = self.step {
            write!(f, ", step `{step}`,")?;
        }
        write!(f, " at level {}: output {position:?} ", level_name(*level))?;
        if !self.written {
            write!(f, "was not written, expected {expected}")?;
        } else if !found.is_finite() {
            write!(f, "is {found}, not a finite number, expected {expected}")?;
        } else {
            let error = (found - expected).abs();
            write!(f, "is {}, expected {expected}: off by {error:.3e}, allowed {bound:.3e}", shortest(*found))?;
        }
        let data = match self.data {
            Data::Fractions => "random fractions",
            Data::Integers => "random integers",
        };
        write!(f, " ({wrong} of {outputs} outputs are wrong, on {data})")
    }
}

/// A number with no more digits than its type needs.
fn shortest(number: f64) -> String {
    let single = number as f32;
    if f64::from(single).total_cmp(&number).is_eq() { single.to_string() } else { number.to_string() }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { layer, reason } => write!(f, "the types of {layer} contradict its specification: {reason}"),
            Self::Output(mismatch) => mismatch.fmt(f),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Failure {}
