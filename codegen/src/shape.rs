//! Shape arithmetic: sizes along an axis, padding rules, limits.
//!
//! Comes in: integers as the call gives them. Goes out: an [`Axis`], or what is wrong with it, as a value. Must not
//! know: tokens, spans, the operator. Every length is in elements. All arithmetic is in `u64` on numbers of at most
//! [`MAX_NUMBER`], so that it cannot overflow, also where `usize` has 32 bits.

use crate::operation::Axis;

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
    OutputPadding {
        /// The larger of both.
        limit: u64,
    },
    /// `same` settles the output's length, and there is an output padding.
    OutputPaddingWithSame,
}

impl Padding {
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
        let same_output = input.div_ceil(stride);
        let same_total = ((same_output - 1) * stride + extent).saturating_sub(input);
        let (before, after) = self.padding.ends(same_total, extent);
        let padded = before + input + after;
        if extent > padded {
            return Err(AxisError::KernelTooLarge { extent, padded });
        }
        // With `same` and a stride beyond the kernel, up to `stride - 1` trailing inputs meet no window: the quotient
        // is `same_output` there too.
        let output = (padded - extent) / stride + 1;
        if output > MAX_LENGTH {
            return Err(AxisError::OutputTooLong(output));
        }
        Ok(Axis {
            input: self.input,
            kernel: self.kernel,
            stride: self.stride,
            dilation: self.dilation,
            pad_before: before as usize,
            output: output as usize,
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
            return Err(AxisError::OutputPadding { limit: stride.max(dilation) });
        }
        let full = (input - 1) * stride + extent + output_padding;
        let same_total = extent.saturating_sub(stride);
        let same = matches!(self.padding, Padding::Same | Padding::SameLower);
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
        Ok(Axis { input, kernel, stride, dilation, pad_before: before as usize, output: output as usize })
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
#[allow(clippy::cast_possible_wrap, reason = "the sizes of the grid are small")]
mod tests {
    use super::{AxisError, MAX_KERNEL, MAX_LENGTH, Padding, Window, elements, first_empty_window};

    /// Output length and both paddings by the published formulas, in signed arithmetic; nothing where no window fits.
    fn formula(window: Window) -> Option<(i64, i64, i64)> {
        let [n, k, s, d] = [window.input, window.kernel, window.stride, window.dilation].map(|size| size as i64);
        let e = (k - 1) * d + 1;
        let total = ((((n + s - 1) / s) - 1) * s + e - n).max(0);
        let (output, before, after) = match window.padding {
            Padding::Valid if n < e => return None,
            Padding::Valid => ((n + s - e) / s, 0, 0),
            Padding::Same => ((n + s - 1) / s, total / 2, total - total / 2),
            Padding::SameLower => ((n + s - 1) / s, total - total / 2, total / 2),
            Padding::Full => ((n + 2 * (e - 1) - e) / s + 1, e - 1, e - 1),
            Padding::Causal => ((n - 1) / s + 1, e - 1, 0),
            Padding::Explicit { before, after } => {
                let (before, after) = (before as i64, after as i64);
                if n + before + after < e {
                    return None;
                }
                ((n + before + after - e) / s + 1, before, after)
            }
        };
        Some((output, before, after))
    }

    fn grid() -> impl Iterator<Item = Window> {
        let explicit = |before, after| Padding::Explicit { before, after };
        let paddings = [
            Padding::Valid,
            Padding::Same,
            Padding::SameLower,
            Padding::Full,
            Padding::Causal,
            explicit(0, 0),
            explicit(1, 2),
            explicit(3, 0),
            explicit(0, 9),
        ];
        let sizes = (1..=33).flat_map(|input| (1..=7).map(move |kernel| (input, kernel)));
        let steps = move |(input, kernel)| {
            (1..=4).flat_map(move |stride| (1..=3).map(move |dilation| (input, kernel, stride, dilation)))
        };
        sizes.flat_map(steps).flat_map(move |(input, kernel, stride, dilation)| {
            paddings.into_iter().map(move |padding| Window {
                input,
                kernel,
                stride,
                dilation,
                padding,
                transposed: None,
            })
        })
    }

    #[test]
    fn axes_follow_the_formulas() {
        for window in grid() {
            match (window.resolve(), formula(window)) {
                (Ok(axis), Some((output, before, after))) => {
                    assert_eq!((axis.output as i64, axis.pad_before as i64), (output, before), "{window:?}");
                    // The last window ends within the padded input, and another would not.
                    let end = (output - 1) * axis.stride as i64 + ((axis.kernel - 1) * axis.dilation) as i64 + 1;
                    let padded = before + axis.input as i64 + after;
                    assert!(end <= padded && padded < end + axis.stride as i64, "{window:?}");
                }
                (Err(AxisError::KernelTooLarge { .. }), None) => {}
                (found, expected) => panic!("{window:?}: {found:?}, expected {expected:?}"),
            }
        }
    }

    #[test]
    fn same_is_derived_from_size_and_stride() {
        let same = |input, kernel, stride, dilation| {
            let axis =
                Window { input, kernel, stride, dilation, padding: Padding::Same, transposed: None }.resolve().unwrap();
            (axis.output, axis.pad_before)
        };
        assert_eq!(same(96, 3, 2, 1), (48, 0));
        assert_eq!(same(16, 3, 1, 2), (16, 2));
        assert_eq!(same(28, 3, 2, 1), (14, 0));
        assert_eq!(same(4, 1, 2, 1), (2, 0));
    }

    #[test]
    fn empty_windows_are_found() {
        for window in grid() {
            let Ok(axis) = window.resolve() else { continue };
            let meets = |output: usize, tap: usize| {
                let at = (output * axis.stride + tap * axis.dilation).checked_sub(axis.pad_before);
                at.is_some_and(|at| at < axis.input)
            };
            let empty = (0..axis.output).find(|&output| !(0..axis.kernel).any(|tap| meets(output, tap)));
            assert_eq!(first_empty_window(&axis), empty, "{axis:?}");
        }
    }

    #[test]
    fn limits_hold() {
        let window = Window { input: 9, kernel: 3, stride: 1, dilation: 1, padding: Padding::Valid, transposed: None };
        let max_length = MAX_LENGTH as usize;
        assert!(Window { input: max_length, ..window }.resolve().is_ok());
        assert_eq!(Window { input: max_length + 1, ..window }.resolve(), Err(AxisError::InputTooLong));
        assert_eq!(Window { kernel: MAX_KERNEL as usize + 1, ..window }.resolve(), Err(AxisError::KernelTooLong));
        let padding = Padding::Explicit { before: max_length, after: 0 };
        let output = MAX_LENGTH + 7;
        assert_eq!(Window { padding, ..window }.resolve(), Err(AxisError::OutputTooLong(output)));
        assert_eq!(elements(&[1 << 15, 1 << 16]), Some(1 << 31));
        assert_eq!(elements(&[1 << 15, (1 << 16) + 1]), None);
        assert_eq!(elements(&[1 << 31, 1 << 31, 1 << 31]), None);
    }

    #[test]
    fn transposed_axes_follow_the_formulas() {
        for window in grid() {
            for output_padding in 0..3 {
                let [n, k, s, d] = [window.input, window.kernel, window.stride, window.dilation];
                let (e, op) = ((k - 1) * d + 1, output_padding);
                let full = (n - 1) * s + e + op;
                let found = Window { transposed: Some(op), ..window }.resolve();
                let expected = match window.padding {
                    _ if op > 0 && op >= s.max(d) => Err(AxisError::OutputPadding { limit: s.max(d) as u64 }),
                    Padding::Valid => Ok((full, 0)),
                    Padding::Same | Padding::SameLower if op > 0 => Err(AxisError::OutputPaddingWithSame),
                    Padding::Same => Ok((n * s, e.saturating_sub(s) / 2)),
                    Padding::SameLower => Ok((n * s, e.saturating_sub(s) - e.saturating_sub(s) / 2)),
                    Padding::Causal if full > e - 1 => Ok((full - (e - 1), e - 1)),
                    Padding::Causal => Err(AxisError::AllCropped { full: full as u64, cropped: e as u64 - 1 }),
                    Padding::Full if full > 2 * (e - 1) => Ok((full - 2 * (e - 1), e - 1)),
                    Padding::Explicit { before, after } if full > before + after => Ok((full - before - after, before)),
                    Padding::Full => Err(AxisError::AllCropped { full: full as u64, cropped: 2 * (e as u64 - 1) }),
                    Padding::Explicit { before, after } => {
                        Err(AxisError::AllCropped { full: full as u64, cropped: (before + after) as u64 })
                    }
                };
                assert_eq!(found.map(|axis| (axis.output, axis.pad_before)), expected, "{window:?}, {op}");
            }
        }
    }
}
