//! What a detector found, and how long each of its steps took.
//!
//! Comes in: the time of single calls and of whole steps. Goes out: rows of a table, and faces. Must not know: any detector.

use std::time::{Duration, Instant};

use crate::boxes::Found;

/// The faces of a picture.
pub(crate) struct Detection {
    pub(crate) rows: Vec<Row>,
    /// With landmarks as points, in pixels.
    pub(crate) faces: Vec<Found<Vec<[f64; 2]>>>,
}

/// A step of a detector.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) network: &'static str,
    /// The side of the square that the network takes; none of a sum over networks of several sizes.
    pub(crate) side: Option<usize>,
    /// How much each place that the network looked at is like a face, from 0 to 1.
    pub(crate) scores: Vec<f64>,
    /// Those of them that may be faces.
    pub(crate) passed: usize,
    /// Those that no better one overlaps.
    pub(crate) kept: usize,
    pub(crate) times: Times,
}

/// How long a step took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// The fastest of the network's calls.
    pub(crate) fastest: Duration,
    /// All of its calls.
    pub(crate) calls: Duration,
    /// The whole step: cutting out, resizing and choosing, too.
    pub(crate) step: Duration,
}

impl Times {
    /// Of no call.
    pub(crate) const NONE: Self = Self { fastest: Duration::MAX, calls: Duration::ZERO, step: Duration::ZERO };

    /// Times a call of the network.
    pub(crate) fn call<T>(&mut self, run: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = run();
        let time = start.elapsed();
        self.fastest = self.fastest.min(time);
        self.calls += time;
        result
    }

    /// One step after another.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { fastest: self.fastest.min(other.fastest), calls: self.calls + other.calls, step: self.step + other.step }
    }

    /// The faster of two runs of the same step, each time by itself.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            fastest: self.fastest.min(other.fastest),
            calls: self.calls.min(other.calls),
            step: self.step.min(other.step),
        }
    }
}
