//! The operator as the emitted loops see it: rows of input, rows of output, one column axis inside.
//!
//! Comes in: an operation and its layout, of rank 0 to 2. Goes out: a [`Frame`], always with one row band and one column band.
//! Must not know: registers, tiles.
//!
//! A dense layer (rank 0) is one row of one column. A pointwise convolution has no geometry at all, so its pixels become
//! one long row, which tiles without remainders at every row's end.

use crate::layout::{Band, Run, Tap, Toeplitz};
use crate::operation::{Axis, Operation};

/// Row band, column band and the channels below them.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The outer axis; looped over.
    pub rows: Band,
    /// The inner axis; tiled.
    pub columns: Band,
    /// Whether `rows` is the layout's own first band, so that emitted code can walk the layout constant itself.
    pub rows_are_layout: bool,
    /// Input channels.
    pub in_channels: usize,
    /// Output channels.
    pub out_channels: usize,
}

impl Frame {
    /// The frame of `operation`.
    pub fn new(operation: &Operation, layout: &Toeplitz) -> Self {
        let (rows, columns) = match layout.bands.as_slice() {
            [] => (unit(1), unit(1)),
            bands if operation.axes.iter().all(pointwise) => {
                (unit(1), unit(bands.iter().map(|band| band.input).product()))
            }
            [columns] => (unit(1), columns.clone()),
            [rows, columns] => (rows.clone(), columns.clone()),
            _ => unreachable!("no operator has more than two spatial axes"),
        };
        let rows_are_layout = layout.bands.len() == 2 && layout.bands[0] == rows;
        Frame {
            rows,
            columns,
            rows_are_layout,
            in_channels: operation.in_channels,
            out_channels: operation.out_channels,
        }
    }

    /// Elements of one input row.
    pub fn input_row(&self) -> usize {
        self.columns.input * self.in_channels
    }

    /// Elements of one output row.
    pub fn output_row(&self) -> usize {
        self.columns.output * self.out_channels
    }

    /// Products that one kernel row contributes to one output away from the border.
    pub fn row_depth(&self) -> usize {
        self.columns.kernel * self.in_channels
    }
}

/// An axis along which every output is the input element of the same index.
fn pointwise(axis: &Axis) -> bool {
    axis.kernel == 1 && axis.stride == 1 && axis.pad_before == 0 && axis.input == axis.output
}

/// The identity band.
fn unit(len: usize) -> Band {
    let taps = vec![Tap { kernel: 0, input: 0 }];
    Band { input: len, output: len, kernel: 1, runs: vec![Run { start: 0, step: 1, len, advance: 1, taps }] }
}
