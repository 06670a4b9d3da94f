//! Plans with lanes along the row: neighbouring outputs share a vector, weights are broadcast.
//!
//! Comes in: operation, frame, a register file. Goes out: [`Nest`]s with [`Body::Along`]. Must not know: tokens.
//!
//! That is for few output channels, which would leave most of a vector of channels empty, and for channels that lie apart in
//! memory, so that pixels are the neighbours. Border columns, which do not meet every kernel column, are no part of the stretch.

use core::ops::Range;

use super::frame::Frame;
use super::machine::RegisterFile;
use super::strip;
use super::tile::{self, Cut, Region};
use super::{Body, Nest, Order, Plan, Strip, budget};
use crate::layout::Band;
use crate::operation::{Operation, Unroll};

/// Most output channels of a plan along the row.
const ALONG_OUTPUTS: usize = 4;
/// Most input channels of a plan along the row; from four on, inputs are interleaved instead.
const ALONG_INPUTS: usize = 3;
/// Vectors along the row in one turn of a single row.
const ALONG_VECTORS: usize = 4;
/// Products with one input that are written out in a turn of the loop over the kernel columns, where not all are.
const ALONG_PRODUCTS: usize = 128;
/// How busy multiply-adds are along the row: with one row and from 16 to 64 taps, 55 to 70% was measured.
const BUSY: f64 = 0.65;
/// Cycles of a product in a border column.
const BORDER_CYCLES: f64 = 1.5;
/// Output rows that share what they load, and vectors of each: the best first.
const SHAPES: [(usize, usize); 6] = [(4, 2), (3, 2), (4, 1), (2, 2), (3, 1), (2, 1)];

/// Whether lanes run along the row: so few output channels that they would leave most of a vector empty, and too few input
/// channels to fill it up with.
pub(super) fn runs_along(operation: &Operation, frame: &Frame) -> bool {
    let interior = frame.columns.interior.map_or(0, |at| frame.columns.runs[at].len);
    operation.unroll != Unroll::Full
        && !operation.transposed
        && (frame.groups == 1 || frame.from.channel > 1 && frame.to.channel > 1)
        && frame.each() <= ALONG_OUTPUTS
        && frame.depth() <= ALONG_INPUTS
        && interior >= 4
}

/// Lanes along the row where every kernel column meets the input; the border columns one by one.
pub(super) fn whole(operation: &Operation, frame: &Frame, file: RegisterFile) -> Nest {
    let columns = &frame.columns;
    let weighted = operation.inner.is_weighted();
    // Without an interior, and in straight-line code, all columns are border columns.
    let interior = columns.interior.filter(|_| operation.unroll != Unroll::Full).unwrap_or(columns.runs.len());
    let run = columns.runs.get(interior);
    // A strided vector is read as two full ones, of which the last element may lie behind the row.
    let spare = run.map_or(0, |run| usize::from(run.advance * frame.from.pixel > 1));
    let inside = run.map_or(0..0, |run| run.start..(run.start + run.len).saturating_sub(spare).max(run.start));
    let lanes = file.widths().find(|&lanes| lanes <= inside.len()).unwrap_or(1);
    let products = frame.depth() * frame.inner.instructions() * ALONG_VECTORS;
    let all = columns.kernel * products <= budget::WALK_STATEMENTS;
    let unroll = if all { columns.kernel } else { ALONG_PRODUCTS / products };
    let (rows, together) = if weighted { along_shape(frame, file, lanes, inside.len() / lanes) } else { (1, 1) };
    let strips = |rows: usize| {
        let scalar = |region: Region| {
            let region = strip::as_it_lies(frame, region);
            let body = if rows == 1 { Body::Walk } else { Body::Stream { unroll: 4 } };
            Strip { region, runs: None, lanes: 1, vectors: frame.each(), body, split: 1 }
        };
        let lay = |range| {
            tile::regions(columns, range, Cut { width: 1, whole: false }).into_iter().map(scalar).collect::<Vec<_>>()
        };
        let looped = |runs: Range<usize>| Strip {
            runs: Some(runs.clone()),
            body: if weighted { Body::Stream { unroll: 1 } } else { Body::Walk },
            ..scalar(tile::looped(&columns.runs[runs]))
        };
        // Left of the interior, right of it and inside, of several rows and of single ones.
        let border = |runs| strip::cover(frame, (1, budget::share(6)), rows, runs, lay, looped);
        let mut strips = border(0..interior);
        let Some(run) = run else { return strips };
        if lanes == 1 {
            strips.extend(lay(inside.clone()));
        } else {
            let most = if rows == 1 { (ALONG_VECTORS / frame.each()).max(1) } else { together };
            let vectors = most.min(inside.len() / lanes) * frame.each();
            let region = tile::whole(run, inside.start - run.start..inside.end - run.start);
            strips.push(Strip { region, runs: None, lanes, vectors, body: Body::Along { unroll }, split: 1 });
        }
        strips.extend(lay(inside.end..run.start + run.len));
        strips.extend(border(interior + 1..columns.runs.len()));
        strips
    };
    Nest {
        panel: weighted.then_some(0),
        panels: usize::from(weighted),
        slices: 1,
        groups: frame.groups,
        first: 0,
        outputs: frame.each(),
        blocks: 1,
        order: if frame.groups == 1 { Order::PixelsOutside } else { Order::BlocksOutside },
        down: false,
        rows,
        strips: strips(rows),
        singles: if rows > 1 { strips(1) } else { Vec::new() },
    }
}

/// Cycles of a plan along the row: vectors that begin anywhere keep multiply-adds waiting, and border columns have none.
pub(super) fn cycles(plan: &Plan, file: RegisterFile) -> f64 {
    let Frame { planes, rows, columns, out_channels, .. } = &plan.frame;
    let inside = columns.interior.map_or(0, |at| columns.runs[at].len * columns.runs[at].taps.len()) as u64;
    let lines = planes.as_ref().map_or(1, Band::nnz) * rows.nnz();
    let inside = inside * lines * (plan.frame.depth() * out_channels) as u64;
    let border = plan.macs.saturating_sub(inside);
    inside as f64 / (file.lanes * file.fma_ports) as f64 / BUSY + border as f64 * BORDER_CYCLES
}

/// Numbers of output rows that can share what they load, the best first.
pub(super) fn shared_rows() -> impl Iterator<Item = usize> {
    SHAPES.into_iter().map(|(rows, _)| rows)
}

/// Output rows that share what they load, and vectors of each, as far as their sums fit in registers beside the weights of one
/// kernel column.
fn along_shape(frame: &Frame, file: RegisterFile, lanes: usize, vectors: usize) -> (usize, usize) {
    let whole = frame.rows.interior.map_or(0, |at| frame.rows.runs[at].len);
    let fits = |&(rows, together): &(usize, usize)| {
        let sums = rows * together * frame.each();
        let taken = frame.rows.kernel * frame.each() + frame.inner.temporaries();
        let waited = frame.waiting.is_none_or(|waiting| waiting.is_multiple_of(rows));
        waited && rows <= whole && together <= vectors && sums + taken < file.registers
    };
    if lanes == 1 || frame.rows.kernel == 1 { (1, 1) } else { SHAPES.into_iter().find(fits).unwrap_or((1, 1)) }
}
