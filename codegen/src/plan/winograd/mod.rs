//! Plans convolutions of small kernels by Winograd's short convolutions: fewer products of sums of inputs and of weights.
//!
//! Comes in: an operation and its direct plan. Goes out: a [`Winograd`], of which the products are ordinary plans: those of one element of
//! all tiles are a pointwise convolution, and those of many elements one with a group of channels for each. Must not know: tokens.
//!
//! Outputs are cut into tiles, of a 3x3 kernel say of 4 x 4, computed from 6 x 6 inputs by 36 products for each pair of channels in place of
//! 144. The last tile of an axis has what is left, and takes no more than the points that it needs: an element of a transformed tile, of a row
//! and a column of points, is there in all tiles, or in all but the last of an axis. An axis with a single tap has tiles of one output, and is
//! not transformed.

mod candidate;
pub mod matrices;
mod tiling;

use core::ops::Range;

use super::frame::{Frame, Strides};
use super::machine::{CACHES, RegisterFile};
use super::{Nest, Plan, Refusal, Refused, along, cost, panel, planned, unfit};
use crate::choice::Asked;
use crate::layout::Toeplitz;
use crate::operation::{Algorithm, Axis, DataFormat, Element, Inner, Operation};
pub(super) use candidate::{Candidate, Tried, candidates, instead};
pub use tiling::Tiling;

/// Cycles to load, transform and store an element of a vector's tile along one axis: of its part of what is loaded and stored, and of each
/// point that it is made of. Half of the points are shared with another element, and two products are done at a time.
const TRANSFORM_CYCLES: [f64; 2] = [0.3, 0.2];
/// Cycles to set one vector of a tile up.
const TILE_CYCLES: f64 = 5.0;
/// Cycles for each vector of an image whose channels lie in front, and are turned into pixels, or of one that is turned back.
const TURN_CYCLES: f64 = 10.0;

/// Elements beside all others, so that those can begin on a cache line.
pub const SPARE: usize = CACHES.line / size_of::<f32>();

/// A convolution by tiles.
#[derive(Clone, Debug, PartialEq)]
pub struct Winograd {
    /// Rows and columns of tiles.
    pub axes: [Tiling; 2],
    /// Blocks of tiles that are transformed, multiplied and transformed back together.
    pub phases: Vec<Phase>,
    /// Elements of the input and of the output, where channels lie in front and are turned into pixels first: 0 where they do not.
    pub turned: [usize; 2],
}

/// Blocks of equal shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// First row of tiles.
    pub first: usize,
    /// Number of blocks.
    pub blocks: usize,
    /// Rows of full tiles in a block.
    pub full: usize,
    /// Whether the row that has fewer outputs belongs to the block.
    pub rest: bool,
    /// The products of elements that are there in the same tiles.
    pub products: Vec<Product>,
}

/// Elements of transformed tiles that are there in the same tiles.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// Rows and columns of these elements.
    pub elements: [Range<usize>; 2],
    /// Rows and columns of the tiles that have them.
    pub tiles: [usize; 2],
    /// Index of the packed weights, and of the first panel of them.
    pub packed: (usize, usize),
    /// A pointwise convolution of so many pixels, with a group of channels for each element.
    pub operation: Operation,
    /// Its plan.
    pub plan: Plan,
}

/// Why `operation` cannot be computed by tiles, if it cannot.
pub fn refusal(operation: &Operation) -> Option<Refusal> {
    let Operation { axes, in_channels, out_channels, element, .. } = operation;
    let has_kernel = axes.len() <= 2
        && axes.iter().all(|axis| !outputs(axis.kernel).is_empty())
        && axes.iter().any(|axis| axis.kernel > 1);
    let least = panel::widest(*element);
    let few = || (*in_channels.min(out_channels) < least).then_some(Refusal::Channels(least));
    unfit::refusal(operation, axes, has_kernel).or_else(few)
}

/// How many outputs a tile may have along an axis of so many taps.
fn outputs(taps: usize) -> &'static [usize] {
    match taps {
        1 => &[1],
        3 => &[2, 4, 6],
        5 => &[2, 4],
        _ => &[],
    }
}

/// The two axes of an operation; of one that has a single one the other is a row.
pub fn axes(operation: &Operation) -> [Axis; 2] {
    match operation.axes.as_slice() {
        [columns] => [Axis::pointwise(1), *columns],
        [rows, columns] => [*rows, *columns],
        _ => unreachable!("what has more is refused"),
    }
}

/// Bytes of weights, so many for each pair of channels.
fn weights(operation: &Operation, each: usize) -> usize {
    each * operation.in_channels * operation.out_channels * operation.element.bytes()
}

/// Cycles of a direct plan on a register file.
pub(super) fn direct_cycles(plan: &Plan, file: RegisterFile) -> f64 {
    if plan.kernels.iter().flat_map(|kernel| &kernel.nests).any(Nest::is_along) {
        return along::cycles(plan, file);
    }
    let nests = plan.kernels.iter().filter(|kernel| kernel.file == file).flat_map(|kernel| &kernel.nests);
    nests
        .map(|nest| cost::nest_cycles(file, &plan.frame, nest.panel.map(|panel| &plan.panels[panel]), nest).total())
        .sum()
}

impl Winograd {
    /// The plan with such tiles, and blocks of as many rows of them as cost least.
    fn new(operation: &Operation, axes: [Tiling; 2]) -> Result<Self, Refused> {
        let [rows, columns] = axes;
        let bytes = |elements: usize| elements * operation.element.bytes();
        let points = |tiling: Tiling, full: usize, rest: bool| {
            tiling.classes(full, rest).map(|(points, tiles)| points.len() * tiles).sum::<usize>()
        };
        let across = points(columns, columns.full, columns.rest > 0);
        let channels = operation.in_channels + operation.out_channels;
        let weights = weights(operation, rows.points() * columns.points());
        let traffic = |&full: &usize| {
            let blocks = if full == rows.full { 1 } else { rows.full / full + usize::from(rows.rest > 0) };
            let scratch = bytes(points(rows, full, full == rows.full && rows.rest > 0) * across * channels);
            blocks as f64
                * (weights as f64 / CACHES.rate(weights + scratch) + 2.0 * scratch as f64 / CACHES.rate(scratch))
        };
        let fitting = (1..=rows.full).filter(|&full| rows.full.is_multiple_of(full));
        let full = fitting.min_by(|a, b| traffic(a).total_cmp(&traffic(b))).unwrap_or(1);
        let mut phases = Vec::new();
        if full == rows.full {
            phases.push(Phase::new(operation, axes, (0, 1), (full, rows.rest > 0), &[])?);
        } else {
            phases.push(Phase::new(operation, axes, (0, rows.full / full), (full, false), &[])?);
            if rows.rest > 0 {
                let packed = &phases[0].products;
                let last = Phase::new(operation, axes, (rows.full, 1), (0, true), packed)?;
                phases.push(last);
            }
        }
        let first = operation.format == DataFormat::ChannelsFirst;
        let image =
            |channels: usize, of: fn(&Axis) -> usize| channels * operation.axes.iter().map(of).product::<usize>();
        let turned = if first {
            [image(operation.in_channels, |axis| axis.input), image(operation.out_channels, |axis| axis.output)]
        } else {
            [0, 0]
        };
        Ok(Winograd { axes, phases, turned })
    }

    /// The products that have weights of their own; those of later phases use the first panels of these.
    pub fn packed(&self) -> &[Product] {
        &self.phases[0].products
    }

    /// Elements of all transformed inputs of a block, and of all products.
    pub fn lens(&self) -> [usize; 2] {
        let len = |side: usize| {
            let phases = self
                .phases
                .iter()
                .map(|phase| phase.products.iter().map(|product| product.sizes()[side]).sum::<usize>());
            phases.max().unwrap_or(0)
        };
        [len(0), len(1)]
    }

    /// Multiply-adds of transformed numbers.
    pub fn macs(&self) -> u64 {
        let phase = |phase: &Phase| phase.blocks as u64 * phase.products.iter().map(|each| each.plan.macs).sum::<u64>();
        self.phases.iter().map(phase).sum()
    }

    /// By how much products of transformed numbers may be larger than those of the numbers themselves.
    pub fn growth(&self) -> f64 {
        candidate::growth(&self.axes)
    }

    /// Predicted cycles on `file`, by what takes them.
    fn cycles(&self, operation: &Operation, file: RegisterFile) -> [(&'static str, f64); 3] {
        let products = |phase: &Phase| {
            let products = phase.products.iter().map(|product| direct_cycles(&product.plan, file));
            phase.blocks as f64 * products.sum::<f64>()
        };
        let products: f64 = self.phases.iter().map(products).sum();
        let weights = weights(operation, self.axes[0].points() * self.axes[1].points());
        let blocks: usize = self.phases.iter().map(|phase| phase.blocks).sum();
        let loaded = (blocks * weights) as f64 / CACHES.rate(weights);
        let channels = operation.in_channels + operation.out_channels;
        let vectors = channels.div_ceil(file.lanes) as f64;
        let [rows, columns] = self.axes;
        let elements = (rows.all_points() * columns.all_points()) as f64;
        let [fixed, each] = TRANSFORM_CYCLES;
        let element: f64 = self.axes.iter().map(|axis| fixed + each * axis.points() as f64).sum();
        let turned = self.turned.iter().sum::<usize>() as f64 * TURN_CYCLES / file.lanes as f64;
        let tiles = (rows.tiles() * columns.tiles()) as f64;
        [
            ("multiply-adds", products),
            ("weights from beyond the first-level cache", (loaded - products).max(0.0)),
            ("transforms", turned + vectors * (elements * element + tiles * TILE_CYCLES)),
        ]
    }
}

impl Phase {
    /// Blocks of `full` rows of full tiles, with the `rest` if it is to belong to them, from a row of tiles on.
    fn new(
        operation: &Operation,
        [rows, columns]: [Tiling; 2],
        (first, blocks): (usize, usize),
        (full, rest): (usize, bool),
        packed: &[Product],
    ) -> Result<Self, Refused> {
        let mut products: Vec<Product> = Vec::new();
        let mut panels = 0;
        for (down, of_rows) in rows.classes(full, rest) {
            for (across, of_columns) in columns.classes(columns.full, columns.rest > 0) {
                let elements = [down.clone(), across];
                let tiles = [of_rows, of_columns];
                let (operation, plan) = multiply(operation, &elements, tiles)?;
                let own = (products.len(), panels);
                let packed =
                    packed.iter().find(|other| other.elements[1] == elements[1]).map_or(own, |other| other.packed);
                panels += plan.panels.len();
                products.push(Product { elements, tiles, packed, operation, plan });
            }
        }
        Ok(Phase { first, blocks, full, rest, products })
    }
}

impl Product {
    /// Which class of elements it is: 1 for those that the last tile of a row lacks, 2 for those that the last row of tiles lacks, 3 for both.
    pub fn class(&self) -> usize {
        let [down, across] = self.elements.each_ref().map(|elements| usize::from(elements.start > 0));
        2 * down + across
    }

    /// Elements of its inputs, of all tiles, and of its outputs.
    pub fn sizes(&self) -> [usize; 2] {
        [self.plan.frame.input_row(), self.elements[0].len() * self.plan.frame.to.stretch.1]
    }
}

/// The elements of a tile with so many behind them that tiles are an odd number of cache lines apart: the same element of neighbouring tiles,
/// which are read and written one after the other, then lies in different sets of the cache.
fn apart(elements: usize, element: Element) -> usize {
    let line = CACHES.line / element.bytes();
    (elements.div_ceil(line) | 1) * line
}

/// The products of `elements` of so many tiles, as an operation.
fn multiply(
    operation: &Operation,
    elements: &[Range<usize>; 2],
    tiles: [usize; 2],
) -> Result<(Operation, Plan), Refused> {
    let (groups, pixels) = (elements[0].len() * elements[1].len(), tiles[0] * tiles[1]);
    let axis = Axis::pointwise(pixels);
    let operation = Operation {
        axes: vec![axis],
        in_channels: groups * operation.in_channels,
        out_channels: groups * operation.out_channels,
        groups,
        inner: Inner::MultiplyAdd,
        transposed: false,
        bias: false,
        epsilon: None,
        activation: crate::operation::Activation::None,
        unroll: operation.unroll,
        format: DataFormat::ChannelsLast,
        element: operation.element,
        algorithm: Algorithm::Direct,
        norm: None,
        sum: None,
        then: None,
        asked: Asked::default(),
    };
    let layout = Toeplitz::new(&operation);
    let mut frame = Frame::new(&operation, &layout);
    frame.from.pixel = apart(frame.from.pixel, operation.element);
    // Row by row of elements, each of all tiles.
    let (group, row) = (frame.each(), elements[1].len());
    let pixel = apart(row * group, operation.element);
    frame.to = Strides { pixel, channel: 1, group, stretch: (row, pixels * pixel) };
    let plan = planned(&operation, frame, layout.nnz(), None)?;
    Ok((operation, plan))
}
