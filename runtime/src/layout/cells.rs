//! A layout on a coarse grid: how full each cell is.
//!
//! Comes in: a [`Toeplitz`] and the largest grid. Goes out: densities. Non-zeros are counted from the spatial ones,
//! each with its whole block of channels, and not from single elements, so that matrices of billions of elements can be
//! drawn.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::{Channels, Entry, Toeplitz};
use crate::DataFormat;

/// A grid over the matrix.
pub(super) struct Cells {
    /// The matrix's rows, in cells.
    pub(super) rows: Axis,
    /// The matrix's columns, in cells.
    pub(super) cols: Axis,
    /// Non-zeros in each cell, row by row.
    counts: Vec<u64>,
}

/// One side of the matrix, cut into cells.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    /// Number of elements.
    len: usize,
    /// Elements in a cell; the last may have fewer.
    pub(super) size: usize,
    /// Number of cells.
    pub(super) cells: usize,
}

impl Axis {
    fn new(len: usize, most: usize) -> Self {
        let size = len.div_ceil(most);
        Self { len, size, cells: len.div_ceil(size) }
    }

    /// The cells that a range of elements touches, each with how many of the elements are in it.
    fn touched(self, range: &Range<usize>) -> Vec<(usize, usize)> {
        let (start, end) = (range.start, range.end);
        let inside = |cell: usize| end.min((cell + 1) * self.size) - start.max(cell * self.size);
        (start / self.size..end.div_ceil(self.size)).map(|cell| (cell, inside(cell))).collect()
    }

    /// As `touched`, of the elements that are at `place` of those `planes`, which have `len` elements each.
    fn spread(self, planes: Range<usize>, len: usize, place: usize) -> Vec<(usize, usize)> {
        let mut touched: Vec<(usize, usize)> = Vec::new();
        for cell in planes.map(|plane| (plane * len + place) / self.size) {
            match touched.last_mut() {
                Some((last, count)) if *last == cell => *count += 1,
                _ => touched.push((cell, 1)),
            }
        }
        touched
    }

    /// Elements in one cell.
    fn elements(self, cell: usize) -> usize {
        self.size.min(self.len - cell * self.size)
    }
}

impl Cells {
    /// Counts on a grid of at most `rows` x `cols` cells.
    pub(super) fn new<const N: usize>(layout: &Toeplitz<N>, rows: usize, cols: usize) -> Self {
        let (rows, cols) = (Axis::new(layout.rows(), rows), Axis::new(layout.cols(), cols));
        let mut cells = Self { rows, cols, counts: vec![0; rows.cells * cols.cells] };
        let spatial = Toeplitz { channels: Channels::Diagonal(1), format: DataFormat::ChannelsLast, ..*layout };
        let (groups, input, output) = layout.channels.blocks();
        let (out_pixels, in_pixels) = (layout.pixels(|band| band.output), layout.pixels(|band| band.input));
        let mut last = None;
        for Entry { row, col, .. } in &spatial {
            // Several kernel elements on one input fill one place.
            if last.replace((row, col)) == Some((row, col)) {
                continue;
            }
            for group in 0..groups {
                match layout.format {
                    DataFormat::ChannelsLast => {
                        let (row, col) = (row * groups + group, col * groups + group);
                        let (down, across) = (row * output..(row + 1) * output, col * input..(col + 1) * input);
                        cells.add(&cells.rows.touched(&down), &cells.cols.touched(&across));
                    }
                    DataFormat::ChannelsFirst => {
                        let planes = |each: usize| group * each..(group + 1) * each;
                        cells.add(
                            &cells.rows.spread(planes(output), out_pixels, row),
                            &cells.cols.spread(planes(input), in_pixels, col),
                        );
                    }
                }
            }
        }
        cells
    }

    /// Adds a block of non-zeros, given by how many of its rows and columns fall into which cells.
    fn add(&mut self, rows: &[(usize, usize)], cols: &[(usize, usize)]) {
        for &(y, down) in rows {
            for &(x, across) in cols {
                self.counts[y * self.cols.cells + x] += (down * across) as u64;
            }
        }
    }

    /// The fraction of the elements of each cell in row `y` that are non-zero.
    pub(super) fn row(&self, y: usize) -> Vec<f64> {
        let counts = &self.counts[y * self.cols.cells..][..self.cols.cells];
        let elements = |x: usize| (self.rows.elements(y) * self.cols.elements(x)) as f64;
        counts.iter().enumerate().map(|(x, &count)| count as f64 / elements(x)).collect()
    }
}
