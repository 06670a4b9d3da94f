//! A convolution as tiles see it: two axes, along the inner one of which windows move by one input.
//!
//! Comes in: an operation of one axis or of two. Goes out: a [`View`]. Must not know: tiles, points.
//!
//! Where windows move by several inputs of a row, so many neighbours are taken for one with as many times the channels, which is where they lie
//! in memory anyway. With a stride of 2, 224 columns of 3 channels are 112 of 6, and of a kernel of 7 columns 4:
//!
//! ```text
//!   inputs     . . 0 1 2 3 4 5 ...                                 . .  0 1  2 3  4 5
//!   taps       0 1 2 3 4 5 6         output 0             taps     0 1  2 3  4 5  6 -
//!                  0 1 2 3 4 5 6     output 1                           0 1  2 3  4 5  6 -
//! ```

use super::super::panel;
use super::outputs;
use crate::operation::{Axis, Operation};

/// A convolution as tiles see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Rows and columns, of which there may be one row.
    pub axes: [Axis; 2],
    /// Input channels.
    pub in_channels: usize,
    /// Neighbouring inputs of a row that are taken for one.
    pub folded: usize,
    /// Taps before the kernel's first one that such an input has, and which are zeros.
    pub before: usize,
    /// Whether products are summed over the kernel's rows as they are, and tiles are one row high.
    pub keeps_rows: bool,
}

impl View {
    /// That of `operation`.
    ///
    /// # Panics
    ///
    /// If there are more than two axes, or none.
    pub fn new(operation: &Operation) -> Self {
        let [rows, columns] = match operation.axes.as_slice() {
            [columns] => [Axis::pointwise(1), *columns],
            [rows, columns] => [*rows, *columns],
            _ => unreachable!("what has more is refused"),
        };
        let (columns, folded, before) = folded(columns);
        let in_channels = folded * operation.in_channels;
        let is_small = |axis: &Axis| matches!(axis.kernel, 1 | 3 | 5);
        let both = [rows, columns].iter().all(is_small) && rows.stride == 1;
        let few = in_channels < panel::widest(operation.element) && columns.kernel > 1;
        let keeps_rows = rows.kernel > 1 && (few || !both);
        View { axes: [rows, columns], in_channels, folded, before, keeps_rows }
    }

    /// The axes along which numbers are transformed.
    pub(super) fn tiled(&self) -> &[Axis] {
        if self.keeps_rows { &self.axes[1..] } else { &self.axes }
    }

    /// Whether a tile may have several outputs, and there are points for it along all axes.
    pub(super) fn has_kernel(&self) -> bool {
        self.tiled().iter().all(|axis| !outputs(axis.kernel).is_empty())
            && self.tiled().iter().any(|axis| axis.kernel > 1)
    }

    /// Kernel elements that a transformed weight is multiplied for: those of rows that are no part of any tile.
    pub fn kept_taps(&self) -> usize {
        if self.keeps_rows { self.axes[0].kernel } else { 1 }
    }
}

/// An axis along which windows move by one input, the inputs that are taken for one, and the taps before the kernel's first. Where inputs are no
/// multiple of the stride, the axis is left as it is.
fn folded(axis: Axis) -> (Axis, usize, usize) {
    let Axis { input, kernel, stride, pad_before, .. } = axis;
    if stride == 1 || axis.dilation > 1 || !input.is_multiple_of(stride) {
        return (axis, 1, 0);
    }
    let pad = pad_before.div_ceil(stride);
    let before = pad * stride - pad_before;
    let kernel = (before + kernel).div_ceil(stride);
    (Axis { input: input / stride, kernel, stride: 1, pad_before: pad, ..axis }, stride, before)
}

#[cfg(test)]
mod tests {
    use super::folded;
    use crate::operation::Axis;

    /// Each tap of each output meets the same input, as one of those that are taken for one.
    #[test]
    fn neighbours_are_taken_for_one() {
        for (stride, kernel, pad_before, ones) in
            [2, 3, 16].iter().flat_map(|&s| (1..40).flat_map(move |k| (0..5).map(move |p| (s, k, p, 7))))
        {
            let axis = Axis { kernel, stride, pad_before, output: 4, ..Axis::pointwise(stride * ones) };
            let (one, count, before) = folded(axis);
            assert_eq!((one.input, one.stride, count), (ones, 1, stride));
            for (output, tap) in (0..axis.output).flat_map(|output| (0..kernel).map(move |tap| (output, tap))) {
                let (of_one, within) = ((tap + before) / stride, (tap + before) % stride);
                assert!(of_one < one.kernel, "{axis:?}: tap {tap}");
                // What is met, and both paddings.
                let met = output * stride + tap + one.pad_before * stride;
                let met_as_one = (output + of_one) * stride + within + pad_before;
                assert_eq!(met_as_one, met, "{axis:?}: output {output}, tap {tap}");
            }
        }
    }

    #[test]
    fn what_does_not_divide_is_left_as_it_is() {
        let axis = Axis { kernel: 7, stride: 2, output: 9, ..Axis::pointwise(23) };
        assert_eq!(folded(axis), (axis, 1, 0));
    }
}
