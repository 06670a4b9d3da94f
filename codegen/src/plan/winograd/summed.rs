//! Tiles of one row whose products are summed in registers, those of all points at once, and transformed back there.
//!
//! Comes in: the tiles, and a register file. Goes out: [`Summed`], where that is cheaper than products in memory. Must not know: tokens.
//!
//! Nothing is stored but outputs. An input is loaded for as many vectors of channels as a block has, and a weight for as many rows: with the points of
//! a tile there are registers for few of both, and products wait for loads. What is left has to be worth it.

use super::super::cost;
use super::super::machine::{CACHES, RegisterFile};
use super::kept::{Chunk, Kept};
use super::{Tiling, View, out_bytes, panel};
use crate::operation::{Operation, Place, Sum};

/// Bytes of the transformed inputs of a chunk, which stay in the second-level cache. In the first there would be room for narrow chunks alone, and
/// outputs are written the faster the longer the stretch of a row is.
const CHUNK: usize = CACHES.second / 8;

/// Cycles to store a vector of outputs: the sums that it is made of are ready when it is.
const STORE_CYCLES: f64 = 1.0;
/// Cycles to begin a stretch of channels elsewhere, where a block has not all channels of a pixel and outputs go beyond the first-level cache.
/// Measured with AVX-512: a batch of 28x28x1 -> 5x5x32 takes 0.8 of the time where pixels are stored whole, though one image takes 1.1.
const STRETCH_CYCLES: f64 = 1.5;
/// Cycles for each vector of outputs that goes beyond the second-level cache.
const FAR_CYCLES: f64 = 1.5;

/// Vectors of channels of a block at the most.
const MOST_VECTORS: usize = 4;

/// What is summed in registers at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summed {
    /// Rows of outputs; the last ones of a block may have been computed before.
    pub rows: usize,
    /// Vectors of output channels.
    pub vectors: usize,
    /// Blocks of so many channels that share a panel.
    pub slices: usize,
    /// Blocks of channels.
    pub blocks: usize,
    /// The columns of tiles that are transformed together.
    pub chunk: Chunk,
}

impl Summed {
    /// The cheapest there is on `file`, and its predicted cycles for a block of rows, beside those of inputs.
    pub(super) fn new(
        operation: &Operation,
        view: &View,
        columns: Tiling,
        kept: &Kept,
        file: RegisterFile,
    ) -> Option<(Self, f64)> {
        let (lanes, width) = (file.lanes, panel::widest(operation.element));
        if !operation.out_channels.is_multiple_of(width) {
            return None;
        }
        let column = columns.points() * kept.row(view) * operation.element.bytes();
        let chunk = Chunk::new(columns, CHUNK / column, kept.row(view), operation.element);
        let is_added_to = matches!(operation.sum, Some(Sum { place: Place::Output, .. }));
        let is_possible = |&(rows, vectors): &(usize, usize)| {
            let channels = vectors * lanes;
            let held = columns.points() * rows * vectors + vectors + 1;
            held <= file.registers
                && operation.out_channels.is_multiple_of(channels)
                && (channels.is_multiple_of(width) || width.is_multiple_of(channels))
                // Some outputs are computed twice where rows do not divide, and are added to once.
                && (!is_added_to || kept.rows.is_multiple_of(rows))
        };
        let all =
            (1..=kept.rows.min(file.registers)).flat_map(|rows| (1..=MOST_VECTORS).map(move |vectors| (rows, vectors)));
        let summed = all.filter(is_possible).map(|(rows, vectors)| {
            let channels = vectors * lanes;
            let (slices, blocks) = ((width / channels).max(1), operation.out_channels / channels);
            let summed = Summed { rows, vectors, slices, blocks, chunk };
            (summed, summed.cycles(operation, view, columns, (kept, file)))
        });
        summed.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Predicted cycles of the products of a block of rows, and of all that becomes of them.
    pub(super) fn cycles(
        &self,
        operation: &Operation,
        view: &View,
        columns: Tiling,
        (kept, file): (&Kept, RegisterFile),
    ) -> f64 {
        let (points, sums) = (columns.points(), self.rows * self.vectors);
        let depth = view.kept_taps() * view.in_channels;
        let bytes = |elements: usize| elements * operation.element.bytes();
        let weights = bytes(points * depth * operation.out_channels);
        let of_step = bytes(points * self.vectors * file.lanes) as f64 / CACHES.line as f64;
        let multiply = (points * sums) as f64 / file.fma_ports as f64;
        let [loads, broadcasts] = [self.vectors, self.rows].map(|count| (points * count) as f64);
        let load =
            loads / file.load_ports as f64 + broadcasts / file.broadcasts as f64 + cost::fill_cycles(weights, of_step);
        let step = cost::step_of_sums(file, (multiply, load), points * sums, 1).total();
        let outputs = out_bytes(operation);
        let waited = if outputs > CACHES.stays_second() {
            (sums * columns.outputs()) as f64 * FAR_CYCLES
        } else if self.blocks > 1 && outputs > CACHES.first {
            (self.rows * columns.outputs()) as f64 * STRETCH_CYCLES
        } else {
            0.0
        };
        let stored = (sums * columns.outputs()) as f64 * STORE_CYCLES + waited;
        let each = step * depth as f64 + stored;
        let tiles = kept.rows.div_ceil(self.rows) * self.blocks * self.chunk.tiles * self.chunk.count;
        tiles as f64 * each
    }
}
