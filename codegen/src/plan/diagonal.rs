//! Plans of what keeps channels apart, so that lanes are channels: pools, and convolutions where each channel has a group.
//!
//! Comes in: operation, frame, a register file. Goes out: one [`Nest`]. Must not know: tokens.

use core::ops::Range;

use super::frame::Frame;
use super::machine::{CACHES, RegisterFile};
use super::tile::{self, Cut};
use super::{Body, Nest, Order, Strip, budget, strip};
use crate::layout::Band;
use crate::operation::{Operation, Unroll};

/// Input pixels of one tile, with all their channels, of up to so many bytes stay in the first-level cache while the tile goes down
/// the rows, for outputs and weights pass through it too.
const RESIDENT_WINDOW: usize = CACHES.first / 4 * 3;
/// One channel in so many may be done twice for wider vectors: some CPUs take two cycles for the widest.
const OVERLAP: usize = 6;
/// Outputs of a pool's tile at the most; there is nothing to reuse between more of them.
const POOL_OUTPUTS: usize = 4;
/// Outputs of a depthwise tile at the least: its sums in flight, and what shares an input.
const DIAGONAL_OUTPUTS: usize = 8;

/// Whether an output row meets input rows that the next one meets too.
fn shares_rows(rows: &Band) -> bool {
    rows.interior.is_some_and(|interior| rows.runs[interior].advance < rows.kernel)
}

/// Blocks of channels that go over all pixels together, so that what they read is read once. Where the widest vectors do not divide the
/// channels, the last block begins before the one ahead of it ends, and does some channels again.
pub(super) fn nest(operation: &Operation, frame: &Frame, file: RegisterFile) -> Nest {
    let down = operation.unroll != Unroll::Full && frame.waiting.is_none() && shares_rows(&frame.rows);
    let twice = |lanes: usize| frame.out_channels.next_multiple_of(lanes) - frame.out_channels;
    let fitting = file.widths().filter(|&lanes| lanes <= frame.out_channels);
    let lanes = fitting.min_by_key(|&lanes| twice(lanes).saturating_sub(frame.out_channels / OVERLAP)).unwrap_or(1);
    let (vectors, outputs) = shape(operation, frame, file, lanes);
    let (columns, bytes) = (&frame.columns, operation.element.bytes());
    let window = frame.rows.kernel * outputs * frame.from.pixel * bytes;
    // A block of less than a line, outside, would bring each line into the first-level cache several times.
    let is_wide = window > RESIDENT_WINDOW && vectors * lanes * bytes >= CACHES.line;
    let strip = |region| Strip { region, runs: None, lanes, vectors, body: Body::Walk, split: 1 };
    let cut = Cut { width: outputs, whole: false };
    let lay = |range: Range<usize>| tile::regions(columns, range, cut).into_iter().map(strip).collect();
    let looped = |runs: Range<usize>| Strip { runs: Some(runs.clone()), ..strip(tile::looped(&columns.runs[runs])) };
    Nest {
        panel: operation.inner.is_weighted().then_some(0),
        panels: usize::from(operation.inner.is_weighted()),
        slices: 1,
        groups: 1,
        first: 0,
        outputs: vectors * lanes,
        blocks: frame.out_channels.div_ceil(vectors * lanes),
        order: if down && is_wide { Order::BlocksOutside } else { Order::PixelsOutside },
        down,
        rows: 1,
        strips: strip::cover(frame, (1, budget::share(1)), 1, 0..columns.runs.len(), lay, looped),
        singles: Vec::new(),
    }
}

/// Vectors of channels of a tile, and its outputs.
fn shape(operation: &Operation, frame: &Frame, file: RegisterFile, lanes: usize) -> (usize, usize) {
    let kernel = frame.columns.kernel;
    let most = |vectors: usize, outputs: usize| {
        (budget::WALK_STATEMENTS / (kernel * vectors * frame.inner.instructions()))
            .clamp(1, outputs.min(frame.columns.output))
    };
    let count = frame.out_channels.div_ceil(lanes);
    // A block that is not whole has to find its channels before the last.
    let even = |&vectors: &usize| count.is_multiple_of(vectors) && vectors * lanes <= frame.out_channels;
    if !operation.inner.is_weighted() {
        let vectors = [4, 3, 2, 1].into_iter().find(even).unwrap_or(1);
        return (vectors, most(vectors, POOL_OUTPUTS));
    }
    // The kernel row's weights stay in registers beside the sums.
    let fitting =
        |vectors: usize| file.registers.saturating_sub(kernel * vectors + 2 + frame.inner.temporaries()) / vectors;
    let enough = |vectors: &usize| even(vectors) && fitting(*vectors) >= DIAGONAL_OUTPUTS;
    let vectors = [2, 1].into_iter().find(enough).unwrap_or(1);
    (vectors, most(vectors, fitting(vectors).max(DIAGONAL_OUTPUTS)))
}
