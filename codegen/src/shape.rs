//! Shape arithmetic: sizes along an axis, padding rules, limits.
//!
//! Comes in: integers as the call gives them. Goes out: an [`Axis`], or what is wrong with it, as a value. Must not
//! know: tokens, spans, the operator. Every length is in elements. All arithmetic is in `u64` on numbers of at most
//! [`MAX_NUMBER`], so that it cannot overflow, also where `usize` has 32 bits.

use crate::operation::{Axis, PaddingMode};

/// No single number of a call may exceed this: the product of any two still fits in 64 bits.
pub(crate) const MAX_NUMBER: u64 = 1 << 31;

/// Most elements of one row between the halves of a separable convolution: 64 KB, which a stack and the second-level cache have.
pub(crate) const MAX_ROW_BETWEEN: usize = 1 << 14;
/// Elements in one buffer (input, output or weights). 8 GB of `f32`: beyond it a shape is a mistake.
pub(crate) const MAX_ELEMENTS: u64 = 1 << 31;

/// Length of a spatial axis, of input or output. The layout is walked axis by axis; this keeps the walk short.
pub(crate) const MAX_LENGTH: u64 = 1 << 20;

/// Length of a kernel along one axis. The layout takes time in proportion to its square.
pub(crate) const MAX_KERNEL: u64 = 1 << 12;

/// Taps in all runs of one axis' layout. They are constants in the generated code, and near the border each output may
/// be a run of its own: a kernel that reaches far into padding has its length's square of them.
pub(crate) const MAX_TAPS: u64 = 1 << 16;

/// Stride of a transposed operation. Outputs that differ by less than the stride meet different taps, so each needs code.
pub(crate) const MAX_TRANSPOSED_STRIDE: u64 = 1 << 8;

/// A padding rule along one axis, as written. A transposed operation crops its output by as much as the convolution from its
/// output to its input would pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Padding {
    /// None.
    Valid,
    /// `ceil(input / stride)` outputs; an odd unit of padding goes to the end.
    Same,
    /// As `Same`, with the odd unit at the beginning.
    SameLower,
    /// Every position where the kernel overlaps the input at all.
    Full,
    /// Before the input alone, as much as keeps outputs from meeting later inputs.
    Causal,
    /// So many elements before and after the input.
    Explicit {
        /// Elements before the first.
        before: usize,
        /// Elements after the last.
        after: usize,
    },
}

/// One axis before padding and output are worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Input length.
    pub(crate) input: usize,
    /// Kernel length.
    pub(crate) kernel: usize,
    /// Distance between neighbouring windows.
    pub(crate) stride: usize,
    /// Distance between neighbouring taps.
    pub(crate) dilation: usize,
    /// Padding rule.
    pub(crate) padding: Padding,
    /// Of a transposed operation, elements added after the last output; none for others.
    pub(crate) transposed: Option<usize>,
    /// Whether a last window may hang over the end, if it begins before the padding there.
    pub(crate) ceil: bool,
    /// What taps in the padding meet.
    pub(crate) mode: PaddingMode,
}

/// Why an axis cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AxisError {
    /// The dilated kernel does not fit once.
    KernelTooLarge {
        /// Input elements from the kernel's first to its last tap.
        extent: u64,
        /// Input length with padding.
        padded: u64,
        /// Elements that have to be added.
        missing: u64,
    },
    /// The input is longer than [`MAX_LENGTH`].
    InputTooLong,
    /// The kernel is longer than [`MAX_KERNEL`].
    KernelTooLong,
    /// The output would be longer than [`MAX_LENGTH`].
    OutputTooLong(u64),
    /// From the kernel's first to its last tap there would be more than [`MAX_NUMBER`] input elements.
    ExtentTooLong(u64),
    /// The stride of a transposed operation is larger than [`MAX_TRANSPOSED_STRIDE`].
    StrideTooLong,
    /// The padding crops all of a transposed operation's output.
    AllCropped {
        /// Output length without cropping.
        full: u64,
        /// Elements to be cropped.
        cropped: u64,
    },
    /// The output padding is not smaller than stride or dilation.
    OutputPadding,
    /// `same` settles the output's length, and there is an output padding.
    OutputPaddingWithSame,
    /// There is more padding than the mode allows.
    PaddingTooWide {
        /// Elements before the input.
        before: u64,
        /// Elements after it.
        after: u64,
        /// The most of either.
        limit: u64,
    },
    /// `same` settles the output's length, and the last window may hang over.
    CeilWithSame,
}

impl Padding {
    /// Whether the output's length follows from input and stride alone.
    fn is_same(self) -> bool {
        matches!(self, Padding::Same | Padding::SameLower)
    }

    /// Elements before and after, where `same` pads by `same_total` and the kernel spans `extent`.
    fn ends(self, same_total: u64, extent: u64) -> (u64, u64) {
        match self {
            Padding::Valid => (0, 0),
            Padding::Same => (same_total / 2, same_total.div_ceil(2)),
            Padding::SameLower => (same_total.div_ceil(2), same_total / 2),
            Padding::Full => (extent - 1, extent - 1),
            Padding::Causal => (extent - 1, 0),
            Padding::Explicit { before, after } => (before as u64, after as u64),
        }
    }
}

impl Window {
    /// Works out padding and output length.
    pub(crate) fn resolve(self) -> Result<Axis, AxisError> {
        let [input, kernel, stride, dilation] = [self.input, self.kernel, self.stride, self.dilation].map(|n| n as u64);
        if input > MAX_LENGTH {
            return Err(AxisError::InputTooLong);
        }
        if kernel > MAX_KERNEL {
            return Err(AxisError::KernelTooLong);
        }
        let extent = (kernel - 1) * dilation + 1;
        if extent > MAX_NUMBER {
            return Err(AxisError::ExtentTooLong(extent));
        }
        if let Some(output_padding) = self.transposed {
            return self.resolve_transposed(extent, output_padding as u64);
        }
        if self.ceil && self.padding.is_same() {
            return Err(AxisError::CeilWithSame);
        }
        let same_output = input.div_ceil(stride);
        let same_total = ((same_output - 1) * stride + extent).saturating_sub(input);
        let (before, after) = self.padding.ends(same_total, extent);
        let padded = before + input + after;
        let limit = self.mode.limit(self.input).map_or(u64::MAX, |limit| limit as u64);
        if before.max(after) > limit {
            return Err(AxisError::PaddingTooWide { before, after, limit });
        }
        let hanging = if self.ceil { stride - 1 } else { 0 };
        if extent > padded + hanging {
            return Err(AxisError::KernelTooLarge { extent, padded, missing: extent - padded - hanging });
        }
        // With `same` and a stride beyond the kernel, up to `stride - 1` trailing inputs meet no window: the quotient
        // is `same_output` there too.
        let mut output = (padded + hanging - extent) / stride + 1;
        // A window that begins in the padding behind the input does not hang over, it is left out.
        if self.ceil && (output - 1) * stride >= before + input {
            output -= 1;
        }
        if output > MAX_LENGTH {
            return Err(AxisError::OutputTooLong(output));
        }
        let room = padded - (output - 1) * stride;
        Ok(Axis {
            input: self.input,
            kernel: self.kernel,
            stride: self.stride,
            dilation: self.dilation,
            pad_before: before as usize,
            output: output as usize,
            overhang: (kernel - kernel.min(room.div_ceil(dilation))) as usize,
            // Without padding all modes are one.
            mode: if before + after == 0 { PaddingMode::Zeros } else { self.mode },
        })
    }
}

impl Window {
    /// As [`resolve`](Window::resolve), of a transposed operation whose kernel spans `extent`: `PyTorch`'s formula, and for `same`
    /// TensorFlow's.
    fn resolve_transposed(self, extent: u64, output_padding: u64) -> Result<Axis, AxisError> {
        let [input, stride, dilation] = [self.input, self.stride, self.dilation].map(|n| n as u64);
        if stride > MAX_TRANSPOSED_STRIDE {
            return Err(AxisError::StrideTooLong);
        }
        if output_padding > 0 && output_padding >= stride.max(dilation) {
            return Err(AxisError::OutputPadding);
        }
        let full = (input - 1) * stride + extent + output_padding;
        let same_total = extent.saturating_sub(stride);
        let same = self.padding.is_same();
        if same && output_padding > 0 {
            return Err(AxisError::OutputPaddingWithSame);
        }
        let (before, after) = self.padding.ends(same_total, extent);
        let output = if same { input * stride } else { full.saturating_sub(before + after) };
        if output == 0 {
            return Err(AxisError::AllCropped { full, cropped: before + after });
        }
        if output > MAX_LENGTH {
            return Err(AxisError::OutputTooLong(output));
        }
        let Window { input, kernel, stride, dilation, .. } = self;
        Ok(Axis {
            input,
            kernel,
            stride,
            dilation,
            pad_before: before as usize,
            output: output as usize,
            overhang: 0,
            mode: PaddingMode::Zeros,
        })
    }
}

/// The first output whose window has no tap inside the input.
pub(crate) fn first_empty_window(axis: &Axis) -> Option<usize> {
    let [kernel, stride, dilation, pad_before] =
        [axis.kernel, axis.stride, axis.dilation, axis.pad_before].map(|n| n as u64);
    (0..axis.output).find(|&output| {
        let first = output as u64 * stride;
        // Taps that lie in the padding before the input.
        let skipped = pad_before.saturating_sub(first).div_ceil(dilation);
        skipped >= kernel || first + skipped * dilation >= pad_before + axis.input as u64
    })
}

/// The product of `sizes`, or `None` where it exceeds [`MAX_ELEMENTS`].
pub(crate) fn elements(sizes: &[usize]) -> Option<usize> {
    let product = sizes.iter().try_fold(1u64, |product, &size| product.checked_mul(size as u64))?;
    (product <= MAX_ELEMENTS).then_some(product as usize)
}

#[cfg(test)]
mod tests;
