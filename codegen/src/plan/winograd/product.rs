//! The products of transformed tiles, as operations of their own.
//!
//! Comes in: an operation, its tiles, blocks of them. Goes out: [`Phase`]s of [`Product`]s. Must not know: tokens, points.

use core::ops::Range;

use super::super::frame::{Frame, Strides};
use super::super::machine::CACHES;
use super::super::{Plan, Refused, planned};
use super::{Tiling, View, weights};
use crate::choice::Asked;
use crate::layout::Toeplitz;
use crate::operation::{Activation, Algorithm, Axis, DataFormat, Element, Inner, Operation};

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
    /// Elements of its inputs, of all tiles, and of its outputs.
    pub sizes: [usize; 2],
    /// A convolution with a group of channels for each element.
    pub operation: Operation,
    /// Its plan: kernels for those register files on which products are not summed in registers.
    pub plan: Plan,
}

impl Phase {
    /// Blocks of `full` rows of full tiles, with the `rest` if it is to belong to them, from a row of tiles on.
    pub(super) fn new(
        operation: &Operation,
        view: &View,
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
                let own = (products.len(), panels);
                let packed =
                    packed.iter().find(|other| other.elements[1] == elements[1]).map_or(own, |other| other.packed);
                let product = multiply(operation, view, elements, tiles, packed)?;
                panels += product.plan.panels.len();
                products.push(product);
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
}

/// The elements of a tile with so many behind them that tiles are an odd number of cache lines apart: the same element of neighbouring tiles,
/// which are read and written one after the other, then lies in different sets of the cache.
pub(super) fn apart(elements: usize, element: Element) -> usize {
    let line = CACHES.line / element.bytes();
    (elements.div_ceil(line) | 1) * line
}

/// The products of `elements` of so many tiles: all of them are pixels of one row.
fn multiply(
    operation: &Operation,
    view: &View,
    elements: [Range<usize>; 2],
    tiles: [usize; 2],
    packed: (usize, usize),
) -> Result<Product, Refused> {
    let (pixels, across) = (tiles[0] * tiles[1], elements[1].len());
    let operation = grouped(operation, view, elements[0].len() * across, vec![Axis::pointwise(pixels)]);
    let layout = Toeplitz::new(&operation);
    let mut frame = Frame::new(&operation, &layout);
    frame.from.pixel = apart(frame.from.pixel, operation.element);
    // Row by row of elements, each of all tiles.
    let group = frame.each();
    let pixel = apart(across * group, operation.element);
    frame.to = Strides { pixel, channel: 1, group, stretch: (across, pixels * pixel) };
    let sizes = [frame.input_row(), elements[0].len() * frame.to.stretch.1];
    let plan = planned(&operation, frame, layout.nnz(), None)?;
    Ok(Product { elements, tiles, packed, sizes, operation, plan })
}

/// A convolution over `axes` with a group of channels for each of so many elements.
pub(super) fn grouped(operation: &Operation, view: &View, groups: usize, axes: Vec<Axis>) -> Operation {
    Operation {
        axes,
        in_channels: groups * view.in_channels,
        out_channels: groups * operation.out_channels,
        groups,
        inner: Inner::MultiplyAdd,
        transposed: false,
        bias: false,
        epsilon: None,
        activation: Activation::None,
        unroll: operation.unroll,
        format: DataFormat::ChannelsLast,
        element: operation.element,
        algorithm: Algorithm::Direct,
        norm: None,
        sum: None,
        then: None,
        asked: Asked::default(),
    }
}

/// How many rows of full tiles a block has where scratch memory and weights cost least.
pub(super) fn rows_of_a_block(operation: &Operation, view: &View, [rows, columns]: [Tiling; 2]) -> usize {
    let bytes = |elements: usize| elements * operation.element.bytes();
    let points = |tiling: Tiling, full: usize, rest: bool| {
        tiling.classes(full, rest).map(|(points, tiles)| points.len() * tiles).sum::<usize>()
    };
    let across = points(columns, columns.full, columns.rest > 0);
    let channels = view.in_channels + operation.out_channels;
    let weights = weights(view, operation, rows.points() * columns.points());
    let traffic = |&full: &usize| {
        let blocks = if full == rows.full { 1 } else { rows.full / full + usize::from(rows.rest > 0) };
        let scratch = bytes(points(rows, full, full == rows.full && rows.rest > 0) * across * channels);
        blocks as f64 * (weights as f64 / CACHES.rate(weights + scratch) + 2.0 * scratch as f64 / CACHES.rate(scratch))
    };
    let fitting = (1..=rows.full).filter(|&full| rows.full.is_multiple_of(full));
    fitting.min_by(|a, b| traffic(a).total_cmp(&traffic(b))).unwrap_or(1)
}
