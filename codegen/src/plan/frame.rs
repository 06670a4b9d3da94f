//! The operator as the emitted loops see it: planes of rows of input, planes of rows of output, one column axis inside.
//!
//! Comes in: an operation and its layout, of rank 0 to 3. Goes out: a [`Frame`], always with one row band and one column band.
//! Must not know: registers, tiles.
//!
//! A dense layer (rank 0) is one row of one column; what has a single axis is one row. A pointwise convolution has no geometry at
//! all, so its pixels become one long row, which tiles without remainders at every row's end.

use super::panel::Panel;
use super::parts;
use crate::layout::{Band, Run, Tap, Toeplitz};
use crate::operation::{Axis, DataFormat, Inner, Operation, Unroll};

/// Plane band, row band, column band and the channels below them.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The outermost of three axes; looped over.
    pub planes: Option<Band>,
    /// The outer axis; looped over.
    pub rows: Band,
    /// The inner axis; tiled.
    pub columns: Band,
    /// Which of the layout's bands `rows` is, so that emitted code can walk the layout constant itself; none where it is none
    /// of them.
    pub rows_in_layout: Option<usize>,
    /// Kernel rows, of all planes, and kernel columns whose weights are known to be zeros, and which have no taps.
    pub left_out: [Vec<usize>; 2],
    /// Input channels.
    pub in_channels: usize,
    /// Output channels.
    pub out_channels: usize,
    /// Groups of channels.
    pub groups: usize,
    /// Whether channels stay apart, so that lanes are channels: of a pool, and of a convolution where each has a group. Never
    /// where channels are outermost, and no neighbours in memory.
    pub diagonal: bool,
    /// Output rows that something waits for, so that they are done before the next ones.
    pub waiting: Option<usize>,
    /// What a product is.
    pub inner: Inner,
    /// How the input lies.
    pub from: Strides,
    /// How the output lies.
    pub to: Strides,
}

/// Elements from one thing to the next of its kind, in a flat buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strides {
    /// From one pixel of a row to the next.
    pub pixel: usize,
    /// From one channel of a pixel to the next.
    pub channel: usize,
    /// From one group of channels to the next.
    pub group: usize,
    /// Groups that lie so, and from their first to the first of as many others, which have a stretch of memory of their own.
    pub stretch: (usize, usize),
}

impl Frame {
    /// The frame of `operation`.
    pub fn new(operation: &Operation, layout: &Toeplitz) -> Self {
        let (planes, rows, columns, rows_in_layout) = match layout.bands.as_slice() {
            [] => (None, unit(1), unit(1), None),
            // Rows that something else waits for stay rows.
            bands if operation.then.is_none() && operation.axes.iter().all(Axis::is_pointwise) => {
                (None, unit(1), unit(bands.iter().map(|band| band.input).product()), None)
            }
            [columns] => (None, unit(1), columns.clone(), None),
            [rows, columns] => (None, rows.clone(), columns.clone(), Some(0)),
            [planes, rows, columns] => (Some(planes.clone()), rows.clone(), columns.clone(), Some(1)),
            _ => unreachable!("no operator has more than three spatial axes"),
        };
        let Operation { in_channels, out_channels, groups, inner, unroll, .. } = *operation;
        let first = operation.format == DataFormat::ChannelsFirst;
        let apart =
            !inner.is_weighted() || groups > 1 && [in_channels, out_channels] == [groups; 2] && unroll != Unroll::Full;
        // Each plane of a pool is an image of its own.
        let groups = if apart && first { in_channels } else { groups };
        let strides = |channels: usize, pixels: fn(&Axis) -> usize| {
            let (each, stretch) = (channels / groups, (groups, 0));
            // Of a single pixel both formats are the same.
            match operation.axes.iter().map(pixels).product() {
                channel if first && channel > 1 => Strides { pixel: 1, channel, group: each * channel, stretch },
                _ => Strides { pixel: channels, channel: 1, group: each, stretch },
            }
        };
        Frame {
            planes,
            rows,
            columns,
            rows_in_layout,
            left_out: [Vec::new(), Vec::new()],
            in_channels,
            out_channels,
            groups,
            diagonal: apart && !first,
            from: strides(in_channels, |axis| axis.input),
            to: strides(out_channels, |axis| axis.output),
            waiting: None,
            inner,
        }
    }

    /// The same with the pixels of a pointwise convolution in several rows, if there is so much to do that threads may share it.
    pub(super) fn in_rows(self) -> Self {
        let pixels = self.columns.output;
        let is_line = self.rows_in_layout.is_none() && self.columns == unit(pixels) && self.planes.is_none();
        if !is_line || self.to.channel > 1 {
            return self;
        }
        let rows = parts::pixel_rows(pixels, (self.depth() * self.out_channels) as u64);
        Frame { rows: unit(rows), columns: unit(pixels / rows), ..self }
    }

    /// Leaves out kernel rows and kernel columns of which no element is `met` by a weight that is not zero.
    pub(super) fn leave_out(&mut self, met: &[bool]) {
        let (height, width) = (self.rows.kernel, self.columns.kernel);
        let is_row = |row: usize| met.chunks(width).skip(row).step_by(height).any(|line| line.contains(&true));
        let is_column = |column: usize| met.iter().skip(column).step_by(width).any(|&met| met);
        self.left_out = [
            (0..height).filter(|&row| !is_row(row)).collect(),
            (0..width).filter(|&column| !is_column(column)).collect(),
        ];
        let [rows, columns] = &self.left_out;
        self.rows.keep(|row| !rows.contains(&row));
        self.columns.keep(|column| !columns.contains(&column));
        if !rows.is_empty() {
            self.rows_in_layout = None;
        }
    }

    /// Whether some kernel rows or columns are left out.
    pub fn is_trimmed(&self) -> bool {
        self.left_out.iter().any(|lines| !lines.is_empty())
    }

    /// Products of a forward pass of an operation without groups.
    pub(super) fn products(&self) -> u64 {
        let planes = self.planes.as_ref().map_or(1, Band::nnz);
        planes * self.rows.nnz() * self.columns.nnz() * (self.in_channels * self.out_channels) as u64
    }

    /// Whether the inputs that an output meets in a row are one stretch, pixel after pixel.
    pub fn is_stretch(&self) -> bool {
        self.from.pixel == self.depth() && (self.from.channel == 1 || self.depth() == 1)
    }

    /// Whether all rows of a channel, or of a group of them, lie before those of the next.
    pub fn is_planar(&self) -> bool {
        self.from.channel > 1 || self.groups > 1 && self.from.group >= self.input_row()
    }

    /// Output channels of a group.
    pub fn each(&self) -> usize {
        self.out_channels / self.groups
    }

    /// Input channels that an output meets.
    pub fn depth(&self) -> usize {
        self.in_channels / self.groups
    }

    /// Elements of the input.
    pub fn in_elements(&self) -> usize {
        self.planes.as_ref().map_or(1, |planes| planes.input) * self.rows.input * self.columns.input * self.in_channels
    }

    /// Elements of the output.
    pub fn out_elements(&self) -> usize {
        self.planes.as_ref().map_or(1, |planes| planes.output)
            * self.rows.output
            * self.columns.output
            * self.out_channels
    }

    /// Elements of one input row.
    pub fn input_row(&self) -> usize {
        self.columns.input * self.from.pixel
    }

    /// Elements of one output row.
    pub fn output_row(&self) -> usize {
        self.columns.output * self.to.pixel
    }

    /// Elements of the packed weights of `panel`.
    pub fn weights(&self, panel: &Panel) -> usize {
        if let Some(steps) = panel.listed {
            return steps * panel.lanes();
        }
        let groups = if self.diagonal { 1 } else { self.groups };
        groups * panel.count * panel.lanes() * self.kernel_rows() * self.row_depth() / panel.interleave
    }

    /// Whether some window reaches into the padding.
    pub fn is_clipped(&self) -> bool {
        self.planes.iter().chain([&self.rows, &self.columns]).any(Band::is_clipped)
    }

    /// Kernel rows of all kernel planes.
    pub fn kernel_rows(&self) -> usize {
        self.planes.as_ref().map_or(1, |planes| planes.kernel) * self.rows.kernel
    }

    /// Products that one kernel row contributes to one output away from the border.
    pub fn row_depth(&self) -> usize {
        self.columns.kernel * self.depth()
    }
}

/// The identity band.
fn unit(len: usize) -> Band {
    let taps = vec![Tap { kernel: 0, input: 0 }];
    Band {
        input: len,
        output: len,
        kernel: 1,
        runs: vec![Run { start: 0, step: 1, len, advance: 1, taps }],
        overhang: 0,
        interior: Some(0),
    }
}
