//! The sizes of a layer, and which input an output meets.
//!
//! Comes in: the [`Spec`] of a layer, what its macro call says. Goes out: sizes, and one rule for each axis. Must not
//! know: values, or how a convolution is computed.
//!
//! Along an axis, output `o` and kernel element (tap) `t` meet input
//!
//! ```text
//!   i = o * stride + t * dilation - before
//! ```
//!
//! where `before` is the number of padding elements before the first input. If `i` is not one of the inputs, the tap
//! lies in the padding, which is zero. With `n` inputs, `k` taps that span `e = (k - 1) * dilation + 1`, and `after`
//! padding elements behind the last input there are
//!
//! ```text
//!   floor((n + before + after - e) / stride) + 1      outputs.
//! ```
//!
//! Padding `same` is as much as makes that `ceil(n / stride)`. Worked example: `n = 4`, `k = 3`, `same` are one element
//! on either side and four outputs. Output 0 meets inputs -1, 0, 1, of which the first is padding.

use toeplitz::{Padding, Spec};

/// A two-dimensional layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Geometry {
    pub(crate) height: Axis,
    pub(crate) width: Axis,
    /// Input channels.
    pub(crate) in_c: usize,
    /// Output channels.
    pub(crate) out_c: usize,
}

/// One axis of it; lengths in elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    pub(crate) input: usize,
    pub(crate) kernel: usize,
    pub(crate) output: usize,
    stride: usize,
    dilation: usize,
    /// Padding before the first input.
    before: usize,
}

impl Geometry {
    /// The geometry of a convolution along two axes, whose kernel fits into the padded input.
    pub(crate) fn new(spec: &Spec) -> Self {
        let [height, width] = spec.axes else { unreachable!("every layer here has two axes") };
        let (height, width) = (Axis::new(height), Axis::new(width));
        Self { height, width, in_c: spec.in_channels, out_c: spec.out_channels }
    }

    /// Elements of the input.
    pub(crate) fn inputs(&self) -> usize {
        self.pixels_in() * self.in_c
    }

    /// Elements of the output.
    pub(crate) fn outputs(&self) -> usize {
        self.pixels_out() * self.out_c
    }

    /// Positions of the input, whatever its channels.
    pub(crate) fn pixels_in(&self) -> usize {
        self.height.input * self.width.input
    }

    /// Positions of the output, whatever its channels.
    pub(crate) fn pixels_out(&self) -> usize {
        self.height.output * self.width.output
    }

    /// Kernel elements of a pair of channels.
    pub(crate) fn taps(&self) -> usize {
        self.height.kernel * self.width.kernel
    }

    /// Weights an output channel has, which are the elements of a window.
    pub(crate) fn depth(&self) -> usize {
        self.taps() * self.in_c
    }

    /// Pairs of an output and a weight that meet inside the input: products nobody can save.
    pub(crate) fn true_products(&self) -> u64 {
        (self.height.meetings() * self.width.meetings() * self.in_c * self.out_c) as u64
    }

    /// The same with the pairs that meet in the padding.
    pub(crate) fn all_products(&self) -> u64 {
        (self.outputs() * self.depth()) as u64
    }
}

impl Axis {
    fn new(axis: &toeplitz::Axis) -> Self {
        let toeplitz::Axis { input, kernel, stride, dilation, .. } = *axis;
        let span = (kernel - 1) * dilation + 1;
        // Never negative: a stride beyond the kernel's span may skip the last inputs, and then nothing is padded.
        let same = ((input.div_ceil(stride) - 1) * stride + span).saturating_sub(input);
        let (before, after) = match axis.padding {
            Padding::Valid => (0, 0),
            Padding::Same => (same / 2, same.div_ceil(2)),
            Padding::SameLower => (same.div_ceil(2), same / 2),
            Padding::Full => (span - 1, span - 1),
            Padding::Causal => (span - 1, 0),
            Padding::Explicit { before, after } => (before, after),
        };
        Self { input, kernel, output: (input + before + after - span) / stride + 1, stride, dilation, before }
    }

    /// The input that an output and a tap meet; `None` in the padding.
    pub(crate) fn meet(&self, output: usize, tap: usize) -> Option<usize> {
        self.padded(output, tap).checked_sub(self.before).filter(|&input| input < self.input)
    }

    /// The same, counted from the first element of the padding.
    pub(crate) fn padded(&self, output: usize, tap: usize) -> usize {
        output * self.stride + tap * self.dilation
    }

    /// Length with as much padding as any output or input needs.
    pub(crate) fn padded_len(&self) -> usize {
        (self.before + self.input).max(self.padded(self.output - 1, self.kernel - 1) + 1)
    }

    /// Where an input stands in the padded row.
    pub(crate) fn in_padded(&self, input: usize) -> usize {
        self.before + input
    }

    /// Pairs of an output and a tap that meet inside the input.
    fn meetings(&self) -> usize {
        let all = (0..self.output).flat_map(|output| (0..self.kernel).map(move |tap| (output, tap)));
        all.filter(|&(output, tap)| self.meet(output, tap).is_some()).count()
    }
}
