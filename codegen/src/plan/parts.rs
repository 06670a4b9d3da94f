//! Plans how a forward pass may be divided among threads.
//!
//! Comes in: a plan. Goes out: [`Parts`]. Must not know: tokens, how many threads there are.
//!
//! Parts are stretches of the output. They begin where a tile of several rows, or a block of channels, would begin anyway, on every register
//! file: each output is then computed by the same steps whichever part it is in, and is the same to the bit.

use super::frame::Frame;
use super::{Instead, Nest, Plan};

/// Multiply-adds from which on a pass is shared, some 280 microseconds on a fast core. Another thread that sleeps takes 20 to 40 of them to wake,
/// and two took as long as one for 160 microseconds of work every now and then; for 320 they took six tenths of it.
const SHARED_MACS: u64 = 16 << 20;
/// Multiply-adds of a part at the least, of those that are shared.
const PART_MACS: u64 = 4 << 20;
/// What reading a weight costs that each output meets anew, in multiply-adds: a dense layer waits for memory.
const WEIGHT_MACS: u64 = 2;
/// Pixels of a pointwise convolution that make a row at the least, so that rows end with few smaller tiles.
const ROW_PIXELS: usize = 128;
/// Rows that such pixels are divided into at the most.
const ROWS: usize = 16;

/// What there are parts of, and where they may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// What follows each other in the output.
    pub of: Lines,
    /// Parts at the most.
    pub most: usize,
    /// The first, beside 0, where a part may begin.
    pub first: usize,
    /// From there on one in so many is such a place.
    pub step: usize,
}

/// What follows each other in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// Rows, or planes where there are several.
    Rows,
    /// Channels, each with all of its pixels.
    Channels,
}

/// The parts of `plan`, if there is enough to do for several.
pub(super) fn parts(plan: &Plan) -> Option<Parts> {
    if let Some(Instead::Winograd(winograd)) = &plan.instead {
        let most = most(winograd.macs())?;
        let most = winograd.kept.map_or(most, |kept| most.min(kept.pieces()));
        return (most > 1).then_some(Parts { of: Lines::Rows, most, first: 0, step: 1 });
    }
    let weights: usize = plan.panels.iter().map(|panel| plan.frame.weights(panel)).sum();
    let most = most(plan.macs + WEIGHT_MACS * weights as u64)?;
    if plan.kernels.is_empty() || plan.then.is_some() || plan.unrolled {
        return None;
    }
    let frame = &plan.frame;
    let pixels = frame.planes.as_ref().map_or(1, |planes| planes.output) * frame.rows.output * frame.columns.output;
    if frame.to.channel > 1 || pixels == 1 { channels(plan, most) } else { rows(plan, most) }
}

/// Parts that so many multiply-adds are worth, if any.
pub(super) fn most(macs: u64) -> Option<usize> {
    (macs >= SHARED_MACS).then(|| usize::try_from(macs / PART_MACS).unwrap_or(usize::MAX))
}

/// Parts of rows or planes.
fn rows(plan: &Plan, most: usize) -> Option<Parts> {
    let Frame { planes, rows, .. } = &plan.frame;
    if let Some(planes) = planes {
        return (planes.output > 1).then_some(Parts { of: Lines::Rows, most, first: 0, step: 1 });
    }
    let step = nests(plan).map(|nest| nest.rows).fold(1, least_common_multiple);
    // Rows of different runs lie between each other.
    if step > 1 && rows.interleaved() {
        return None;
    }
    let first = rows.interior.map_or(0, |interior| rows.runs[interior].start);
    (rows.output > first + step).then_some(Parts { of: Lines::Rows, most, first, step })
}

/// Parts of channels.
fn channels(plan: &Plan, most: usize) -> Option<Parts> {
    let each = plan.frame.each();
    // Blocks follow each other, those of one group and those of the next.
    let even = |nest: &Nest| nest.groups == 1 || nest.blocks * nest.outputs == each;
    let step = nests(plan).map(|nest| nest.outputs).fold(1, least_common_multiple);
    (nests(plan).all(even) && plan.frame.out_channels > step).then_some(Parts {
        of: Lines::Channels,
        most,
        first: 0,
        step,
    })
}

/// The nests of all register files.
fn nests(plan: &Plan) -> impl Iterator<Item = &Nest> {
    plan.kernels.iter().flat_map(|kernel| &kernel.nests)
}

/// The least number that both divide.
fn least_common_multiple(a: usize, b: usize) -> usize {
    (1..=b).map(|times| a * times).find(|multiple| multiple.is_multiple_of(b)).unwrap_or(a * b)
}

/// How many rows to divide the pixels of a pointwise convolution into, of which each has so many multiply-adds, so that there can be parts.
pub(super) fn pixel_rows(pixels: usize, each: u64) -> usize {
    let fitting = (1..=ROWS.min(pixels / ROW_PIXELS)).rev().find(|&rows| pixels.is_multiple_of(rows));
    fitting.filter(|_| most(pixels as u64 * each).is_some()).unwrap_or(1)
}
