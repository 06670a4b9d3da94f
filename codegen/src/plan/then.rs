//! Plans what follows another operation a few rows at a time: how many rows it waits for, and what it does with them.
//!
//! Comes in: the operation over the whole image, and the frame of what it follows. Goes out: a [`Then`], an ordinary plan for a few rows:
//! of a pointwise convolution their pixels as one row, of a pool the rows of one window. Must not know: tokens.
//!
//! Between the two is room for these rows alone, which no other turn needs: windows that overlap would have to keep some of them, and
//! that was measured to cost what it saves, for maps of 0.3 to 3 MB.
//!
//! What is between has only these rows, and so the channels of a pixel are no farther apart there than their pixels; the output's are as
//! far apart as the whole image has pixels.

use super::frame::{Frame, Strides};
use super::machine::CACHES;
use super::{Nest, Plan, Refused, along, candidate, cost, planned};
use crate::layout::Toeplitz;
use crate::operation::{Axis, Element, Operation};

/// Bytes between the two that stay in the first-level cache beside weights and outputs. Where a single row has more, so be
/// it.
const RESIDENT_ROWS: usize = CACHES.first / 2;
/// As many where the first operation's rows share what they load, if there are several between: that saves more than the second-level
/// cache takes.
const SHARED_ROWS: usize = 2 * CACHES.first;

/// Bytes between two operations from which on it pays not to write and read them as a whole. Measured: depthwise and pointwise
/// convolutions with 112 KB or more between them gain up to a tenth, with 96 KB or less they gain or lose a twentieth.
const WORTHWHILE: usize = 3 * CACHES.first;

/// An operation of a few rows at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Then {
    /// The operation of these rows.
    pub operation: Operation,
    /// Its plan.
    pub plan: Plan,
    /// Rows that each turn waits for.
    pub rows: usize,
    /// How often it is done.
    pub turns: usize,
}

/// Whether `second` a few rows at a time behind `first`, both of `element`s, is a gain over one after the other: where what is between
/// them would leave the first-level cache several times over, the first has no tiles of several rows to lose, and neither reads weights
/// again and again that the second-level cache cannot keep.
pub(crate) fn pays(element: Element, first: &Plan, second: &Plan) -> bool {
    let single = |nest: &Nest| nest.rows == 1;
    let weights =
        |plan: &Plan| plan.panels.iter().map(|panel| plan.frame.weights(panel)).sum::<usize>() * element.bytes();
    second.frame.in_elements() * element.bytes() >= WORTHWHILE
        && first.kernels.iter().flat_map(|kernel| &kernel.nests).all(single)
        && [first, second].into_iter().all(|plan| weights(plan) <= candidate::RESIDENT_WEIGHTS)
}

impl Then {
    /// Plans `operation` behind `first`, for the number of rows with which a row costs least; if a tile of the first `shares` what several
    /// rows load, for a number of them that it can take, where there is one.
    pub(super) fn new(operation: &Operation, first: &Frame, shares: bool) -> Result<Self, Refused> {
        if !operation.inner.is_weighted() {
            return Self::of_windows(operation);
        }
        let (height, row) = (first.rows.output, first.columns.output * first.out_channels * operation.element.bytes());
        let shared =
            |rows: usize| along::shared_rows().find(|&shared| shares && rows.is_multiple_of(shared)).unwrap_or(1);
        let fitting = (2..=height).filter(|&rows| {
            let most = if shared(rows) == rows { SHARED_ROWS } else { RESIDENT_ROWS };
            height.is_multiple_of(rows) && rows * row <= most
        });
        let mut best = Self::of_rows(operation, first, 1)?;
        for rows in fitting {
            let other = Self::of_rows(operation, first, rows)?;
            let (more, less) = (shared(rows), shared(best.rows));
            if more > less || more == less && other.cycles() < best.cycles() {
                best = other;
            }
        }
        Ok(best)
    }

    /// As [`new`](Self::new), for so many rows.
    fn of_rows(operation: &Operation, first: &Frame, rows: usize) -> Result<Self, Refused> {
        let pixels = rows * first.columns.output;
        let axis = Axis::pointwise(pixels);
        let to = Frame::new(operation, &Toeplitz::new(operation)).to;
        let operation = Operation { axes: vec![axis], ..operation.clone() };
        let layout = Toeplitz::new(&operation);
        let plan = planned(&operation, Frame { to, ..Frame::new(&operation, &layout) }, layout.nnz(), None)?;
        let turns = first.rows.output / rows;
        Ok(Then { operation, plan, rows, turns })
    }

    /// A pool, one row of windows at a time.
    fn of_windows(operation: &Operation) -> Result<Self, Refused> {
        let rows = operation.axes[0];
        let window = Axis { input: rows.kernel, output: 1, ..rows };
        let operation = Operation { axes: vec![window, operation.axes[1]], ..operation.clone() };
        let layout = Toeplitz::new(&operation);
        let frame = Frame { rows_in_layout: None, ..Frame::new(&operation, &layout) };
        let plan = planned(&operation, frame, layout.nnz(), None)?;
        Ok(Then { operation, plan, rows: rows.kernel, turns: rows.output })
    }

    /// Elements of the rows between the two.
    pub fn between(&self) -> usize {
        self.plan.frame.in_elements()
    }

    /// Elements of the output from the first that these rows have to the last, those of later rows in between included.
    pub fn reach(&self) -> usize {
        let Frame { columns, out_channels, to: Strides { pixel, channel, .. }, .. } = &self.plan.frame;
        (columns.output - 1) * pixel + (out_channels - 1) * channel + 1
    }

    /// Predicted cycles of one row, over all register files; all count the same.
    fn cycles(&self) -> f64 {
        let Plan { frame, panels, kernels, .. } = &self.plan;
        let nests = kernels.iter().flat_map(|kernel| kernel.nests.iter().map(move |nest| (kernel.file, nest)));
        let cycles = nests.map(|(file, nest)| match nest.panel {
            Some(panel) if !nest.is_along() => cost::nest_cycles(file, frame, Some(&panels[panel]), nest).total(),
            // Along the row all lengths are as good.
            _ => frame.columns.output as f64,
        });
        cycles.sum::<f64>() / self.rows as f64
    }
}
