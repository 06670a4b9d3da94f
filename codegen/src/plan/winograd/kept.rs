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

use super::super::machine::{CACHES, REGISTER_FILES, RegisterFile};
use super::super::{Refused, frame::Frame, parts, planned};
use super::product::{apart, grouped};
use super::summed::Summed;
use super::{Phase, Product, TILE_CYCLES, Tiling, View, direct_cycles, element_cycles, out_bytes, panel};
use crate::layout::Toeplitz;
use crate::operation::{Axis, Element, Operation};

/// Cycles to turn a pixel, and for each of its channels.
const COLUMN_CYCLES: [f64; 2] = [2.0, 0.3];
/// What products and transformations take of their cycles where they are done at the same time.
const TOGETHER: f64 = 0.8;
/// Cycles for each vector of outputs that goes beyond the second-level cache, between products that wait for it. Measured with AVX2 in batches
/// of 8 shapes: 25 to 38.
const FAR_CYCLES: f64 = 25.0;
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
    /// The columns of tiles that are multiplied together.
    pub chunk: Chunk,
    /// Elements of the products of a point in a chunk, with some behind them.
    pub plane: usize,
    /// For each register file, what is summed there in place of products in memory, if anything.
    pub summed: [Option<Summed>; REGISTER_FILES.len()],
}

/// Some columns of tiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chunk {
    /// How many.
    pub tiles: usize,
    /// Chunks of a block; the last may have columns that there are no outputs of.
    pub count: usize,
    /// Elements of a point's lines, with some behind them.
    pub lines: usize,
}

impl Chunk {
    /// Chunks of equal size, and of no more columns than `most` if that is any; from each column comes a line of a `row` of elements.
    pub(super) fn new(columns: Tiling, most: usize, row: usize, element: Element) -> Self {
        let tiles = columns.tiles().div_ceil(columns.tiles().div_ceil(most.max(1)));
        Chunk { tiles, count: columns.tiles().div_ceil(tiles), lines: apart(tiles * row, element) }
    }

    /// Whether the last chunk has columns that there are no outputs of.
    pub fn is_beyond(&self, columns: Tiling) -> bool {
        self.count * self.tiles > columns.tiles()
    }

    /// Elements of all lines: kernels of products see whole rows.
    pub fn transformed(&self, points: usize, row: usize) -> usize {
        (points * self.lines).next_multiple_of(row)
    }
}

impl Kept {
    /// Blocks of a few rows, each of which begins with inputs that the one before had too.
    pub(super) fn new(operation: &Operation, view: &View, [rows, columns]: [Tiling; 2]) -> Self {
        let axis = view.axes[0];
        let (height, points) = (rows.full, columns.points());
        let weights = axis.kernel * view.in_channels * operation.out_channels;
        let pieces = parts::most((height * columns.tiles() * points * weights) as u64).unwrap_or(1).min(MOST_PIECES);
        let even = |count: usize| if pieces > 1 { count.next_multiple_of(2) } else { count };
        let row = points * operation.out_channels * operation.element.bytes();
        let shared = pieces.min(height / FEWEST_ROWS).max(height.div_ceil(MOST_ROWS));
        let rows = height.div_ceil(even(shared));
        let blocks = height.div_ceil(rows);
        let fill = panel::widest(operation.element).div_ceil(view.in_channels);
        let inputs = ((rows - 1) * axis.stride + axis.kernel).max(fill);
        let chunk = Chunk::new(columns, CHUNK / (rows * row), inputs * view.in_channels, operation.element);
        Kept {
            rows,
            inputs,
            blocks,
            together: blocks.div_ceil(pieces),
            chunk,
            plane: apart(chunk.tiles * rows * operation.out_channels, operation.element),
            summed: [None; REGISTER_FILES.len()],
        }
    }

    /// Elements of a row of inputs that became a line.
    pub fn row(&self, view: &View) -> usize {
        self.inputs * view.in_channels
    }

    /// Elements that a block works in with products in memory: those of two chunks, transformed inputs of one, and all columns of inputs.
    pub fn lens(&self, view: &View, columns: Tiling) -> [usize; 4] {
        let (points, products) = (columns.points(), columns.points() * self.plane);
        [products, products, self.chunk.transformed(points, self.row(view)), self.columns(view)]
    }

    /// Elements of all columns of a block's inputs.
    pub fn columns(&self, view: &View) -> usize {
        view.axes[1].input * self.row(view)
    }

    /// Elements that a block works in on whatever register file needs most.
    pub(super) fn most(&self, view: &View, columns: Tiling) -> usize {
        let of = |summed: &Option<Summed>| match summed {
            Some(summed) => summed.chunk.transformed(columns.points(), self.row(view)) + self.columns(view),
            None => self.lens(view, columns).iter().sum(),
        };
        self.summed.iter().map(of).fold(0, usize::max)
    }

    /// Rows of the last block that there are no outputs of.
    pub fn beyond(&self, rows: Tiling) -> usize {
        self.blocks * self.rows - rows.tiles()
    }

    /// Pieces of scratch memory that threads may have.
    pub fn pieces(&self) -> usize {
        self.blocks.div_ceil(self.together)
    }

    /// The phase of all chunks, of all blocks.
    pub(super) fn phase(&self, operation: &Operation, view: &View, columns: Tiling) -> Result<Phase, Refused> {
        let points = columns.points();
        let along = Axis { input: self.inputs, output: self.rows, pad_before: 0, overhang: 0, ..view.axes[0] };
        let operation = grouped(operation, view, points, vec![Axis::pointwise(self.chunk.tiles), along]);
        let layout = Toeplitz::new(&operation);
        let mut frame = Frame::new(&operation, &layout);
        frame.rows_in_layout = None;
        frame.from.pixel = view.in_channels;
        frame.from.group = self.chunk.lines;
        frame.to.pixel = frame.each();
        frame.to.stretch = (1, self.plane);
        let [products, _, transformed, _] = self.lens(view, columns);
        let sizes = [transformed, products];
        let plan = planned(&operation, frame, layout.nnz(), None)?;
        let product = Product {
            elements: [0..points, 0..1],
            tiles: [self.chunk.tiles, self.rows],
            packed: (0, 0),
            sizes,
            operation,
            plan,
        };
        let blocks = self.blocks * self.chunk.count;
        Ok(Phase { first: 0, blocks, full: self.rows, rest: false, products: vec![product] })
    }

    /// Takes what is summed in registers for products in memory, where `phase` has them, on those register files on which that costs less.
    pub(super) fn sum(&mut self, operation: &Operation, view: &View, columns: Tiling, phase: &mut Phase) {
        for (index, file) in REGISTER_FILES.iter().map(|file| file.holding(operation.element)).enumerate() {
            let summed = Summed::new(operation, view, columns, self, file);
            let [products, finished] = self.multiplied(operation, columns, phase, file);
            self.summed[index] = summed.filter(|(_, cycles)| *cycles < products + finished).map(|(summed, _)| summed);
        }
        for product in &mut phase.products {
            product.plan.kernels.retain(|kernel| self.on(kernel.file.name).is_none());
        }
    }

    /// Predicted cycles of all products, and of all that is done beside them.
    pub(super) fn cycles(
        &self,
        operation: &Operation,
        view: &View,
        columns: Tiling,
        (phase, file): (&Phase, RegisterFile),
    ) -> [f64; 2] {
        let [pixel, channel] = COLUMN_CYCLES;
        let turned = (self.inputs * view.axes[1].input) as f64 * (pixel + channel * view.in_channels as f64);
        let vectors = self.row(view).div_ceil(file.lanes) as f64;
        let transformed = |chunk: &Chunk| (chunk.tiles * chunk.count) as f64 * vectors * tile_cycles(columns);
        let [products, transforms] = if let Some(summed) = self.on(file.name) {
            [summed.cycles(operation, view, columns, (self, file)), transformed(&summed.chunk)]
        } else {
            let [products, finished] = self.multiplied(operation, columns, phase, file);
            [products, transformed(&self.chunk) + finished]
        };
        [products, turned + transforms].map(|cycles| self.blocks as f64 * cycles)
    }

    /// Predicted cycles of a block's products in memory, and to transform them back.
    fn multiplied(&self, operation: &Operation, columns: Tiling, phase: &Phase, file: RegisterFile) -> [f64; 2] {
        let Chunk { tiles, count, .. } = self.chunk;
        let products = phase.products.iter().map(|product| direct_cycles(&product.plan, file)).sum::<f64>();
        let vectors = self.rows * operation.out_channels.div_ceil(file.lanes);
        let finished = (tiles * count * vectors) as f64 * tile_cycles(columns);
        let together = [count as f64 * products * TOGETHER, finished * TOGETHER];
        // Products go through the same queue of stores, and wait for outputs that do not stay in a cache: those of a large image, or of a batch.
        let stored = (tiles * count * vectors * columns.outputs()) as f64 * FAR_CYCLES;
        let often = if out_bytes(operation) > CACHES.stays_second() { 1.0 } else { 0.5 };
        let waited = (stored - together.iter().sum::<f64>()).max(0.0) * often;
        [together[0], together[1] + waited]
    }

    /// What is summed in registers on the register file of that name.
    pub fn on(&self, file: &str) -> Option<&Summed> {
        let index = REGISTER_FILES.iter().position(|other| other.name == file)?;
        self.summed[index].as_ref()
    }
}

/// Cycles to transform a vector of a tile.
pub(super) fn tile_cycles(columns: Tiling) -> f64 {
    columns.points() as f64 * element_cycles(&columns) + TILE_CYCLES
}
