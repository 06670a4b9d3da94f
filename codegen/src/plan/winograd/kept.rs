//! Convolutions whose products are summed over the kernel's rows as they are: tiles are one row high.
//!
//! Comes in: a view, and its tiles. Goes out: [`Kept`], and the phase of all columns of tiles. Must not know: tokens, points.
//!
//! A block's inputs are turned first, so that a column of all of its rows is one line: transformations along the row then go line by line whatever
//! the number of channels, and what an output meets in the line of an element is one stretch of `taps * channels`. The products of one element are a
//! convolution along that line.
//!
//! A block has some rows, and chunks of columns of tiles. While the products of one chunk are computed, those of the one before are transformed
//! back: outputs that do not stay in a cache are written all the time, and not at once.

use super::super::machine::{CACHES, RegisterFile};
use super::super::{Refused, frame::Frame, parts, planned};
use super::product::{apart, grouped};
use super::{Phase, Product, TILE_CYCLES, Tiling, View, element_cycles, panel};
use crate::layout::Toeplitz;
use crate::operation::{Axis, Operation};

/// Cycles to turn a pixel, and for each of its channels.
const COLUMN_CYCLES: [f64; 2] = [2.0, 0.3];
/// Rows of a block at the most.
const MOST_ROWS: usize = 32;
/// Rows of a block at the least, where there are several for threads: fewer make smaller tiles of registers, read the weights more often, and share
/// more inputs with their neighbours.
const FEWEST_ROWS: usize = 12;
/// Bytes of the products of a chunk, of which there are two at a time.
const CHUNK: usize = CACHES.first / 2;
/// Threads that there is scratch memory for.
const MOST_PIECES: usize = 8;

/// Rows of the kernel that are summed over, and the blocks of rows of outputs that are computed together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// Rows of outputs in a block; the last may have some that there are no outputs of.
    pub rows: usize,
    /// Rows of inputs that these meet, and as many more as a line needs to fill a vector.
    pub inputs: usize,
    /// Number of blocks.
    pub blocks: usize,
    /// Blocks that go to the same thread: as many as share scratch memory.
    pub together: usize,
    /// Columns of tiles in a chunk.
    pub tiles: usize,
    /// Chunks of a block; the last may have columns that there are no outputs of.
    pub chunks: usize,
    /// Elements of a point's lines in a chunk, with some behind them.
    pub lines: usize,
    /// Elements of the products of a point in a chunk, with some behind them.
    pub plane: usize,
}

impl Kept {
    /// Blocks of a few rows, each of which begins with inputs that the one before had too.
    pub(super) fn new(operation: &Operation, view: &View, [rows, columns]: [Tiling; 2]) -> Self {
        let axis = view.axes[0];
        let (height, points) = (rows.full, columns.points());
        let weights = axis.kernel * view.in_channels * operation.out_channels;
        let pieces = parts::most((height * columns.tiles() * points * weights) as u64).unwrap_or(1).min(MOST_PIECES);
        let even = |count: usize| if pieces > 1 { count.next_multiple_of(2) } else { count };
        let shared = pieces.min(height / FEWEST_ROWS).max(height.div_ceil(MOST_ROWS));
        let rows = height.div_ceil(even(shared));
        let blocks = height.div_ceil(rows);
        let fill = panel::widest(operation.element).div_ceil(view.in_channels);
        let inputs = ((rows - 1) * axis.stride + axis.kernel).max(fill);
        let column = points * rows * operation.out_channels * operation.element.bytes();
        let tiles = columns.tiles().div_ceil(columns.tiles().div_ceil((CHUNK / column).max(1)));
        Kept {
            rows,
            inputs,
            blocks,
            together: blocks.div_ceil(pieces),
            tiles,
            chunks: columns.tiles().div_ceil(tiles),
            lines: apart(tiles * inputs * view.in_channels, operation.element),
            plane: apart(tiles * rows * operation.out_channels, operation.element),
        }
    }

    /// Elements of a row of inputs that became a line.
    pub fn row(&self, view: &View) -> usize {
        self.inputs * view.in_channels
    }

    /// Elements that a block works in: products of two chunks, transformed inputs of one, and all columns of inputs.
    pub fn lens(&self, view: &View, columns: Tiling) -> [usize; 4] {
        let products = columns.points() * self.plane;
        // The products' kernels see whole rows.
        let transformed = (columns.points() * self.lines).next_multiple_of(self.row(view));
        [products, products, transformed, view.axes[1].input * self.row(view)]
    }

    /// Pieces of scratch memory that threads may have.
    pub fn pieces(&self) -> usize {
        self.blocks.div_ceil(self.together)
    }

    /// The phase of all chunks, of all blocks.
    pub(super) fn phase(&self, operation: &Operation, view: &View, columns: Tiling) -> Result<Phase, Refused> {
        let points = columns.points();
        let along = Axis { input: self.inputs, output: self.rows, pad_before: 0, overhang: 0, ..view.axes[0] };
        let operation = grouped(operation, view, points, vec![Axis::pointwise(self.tiles), along]);
        let layout = Toeplitz::new(&operation);
        let mut frame = Frame::new(&operation, &layout);
        frame.rows_in_layout = None;
        frame.from.pixel = view.in_channels;
        frame.from.group = self.lines;
        frame.to.pixel = frame.each();
        frame.to.stretch = (1, self.plane);
        let [products, _, transformed, _] = self.lens(view, columns);
        let sizes = [transformed, products];
        let plan = planned(&operation, frame, layout.nnz(), None)?;
        let product = Product {
            elements: [0..points, 0..1],
            tiles: [self.tiles, self.rows],
            packed: (0, 0),
            sizes,
            operation,
            plan,
        };
        Ok(Phase { first: 0, blocks: self.blocks * self.chunks, full: self.rows, rest: false, products: vec![product] })
    }

    /// Predicted cycles of all that is done beside products.
    pub(super) fn cycles(&self, operation: &Operation, view: &View, columns: Tiling, file: RegisterFile) -> f64 {
        let [pixel, channel] = COLUMN_CYCLES;
        let turned = (self.inputs * view.axes[1].input) as f64 * (pixel + channel * view.in_channels as f64);
        let vectors = |elements: usize| elements.div_ceil(file.lanes) as f64;
        let tile = columns.points() as f64 * element_cycles(&columns) + TILE_CYCLES;
        let per_tile = vectors(self.row(view)) + self.rows as f64 * vectors(operation.out_channels);
        let tiles = (self.tiles * self.chunks) as f64;
        // Products go through the same queue of stores, and wait for outputs that do not stay in a cache: those of a batch, say.
        let stored = self.rows * view.axes[1].output * operation.out_channels * operation.element.bytes();
        self.blocks as f64 * (turned + tiles * per_tile * tile + stored as f64 / CACHES.rates[2])
    }
}
