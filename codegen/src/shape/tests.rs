//! Axes against the formulas that the frameworks publish, over a full grid of small sizes.
#![allow(clippy::cast_possible_wrap, reason = "the sizes of the grid are small")]

use super::{AxisError, MAX_KERNEL, MAX_LENGTH, Padding, Window, elements, first_empty_window};
use crate::layout::{self, Band};
use crate::operation::{Axis, PaddingMode};

/// Output, kernel element and input element that meet.
type Product = [i64; 3];

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

/// What meets by the published formula: output `o` and kernel element `f` meet input `o * s - p0 + d * f`, or what the mode has there.
fn products(window: Window, output: i64, before: i64) -> Vec<Product> {
    let [n, k, s, d] = [window.input, window.kernel, window.stride, window.dilation].map(|size| size as i64);
    let mut products = Vec::new();
    for o in 0..output {
        for f in 0..k {
            let mut at = o * s - before + d * f;
            while !(0..n).contains(&at) && window.mode != PaddingMode::Zeros {
                at = match window.mode {
                    PaddingMode::Reflect if at < 0 => -at,
                    PaddingMode::Reflect => n - 1 - (at - (n - 1)),
                    PaddingMode::Circular if at < 0 => at + n,
                    PaddingMode::Circular => at - n,
                    _ if at < 0 => 0,
                    _ => n - 1,
                };
            }
            if (0..n).contains(&at) {
                products.push([o, f, at]);
            }
        }
    }
    products
}

/// What meets in a transposed convolution: input `i` times kernel element `f` goes to output `i * s + d * f - p0`.
fn transposed_products(window: Window, output: i64, before: i64) -> Vec<Product> {
    let [n, k, s, d] = [window.input, window.kernel, window.stride, window.dilation].map(|size| size as i64);
    let spread = (0..n).flat_map(|i| (0..k).map(move |f| [i * s + d * f - before, f, i]));
    let mut products: Vec<Product> = spread.filter(|[o, ..]| (0..output).contains(o)).collect();
    products.sort_unstable();
    products
}

/// The layout of `axis` holds `expected`, and its taps are as many as were foretold.
fn check_taps(axis: &Axis, transposed: bool, expected: &[Product]) {
    let band = Band::new(axis, transposed);
    let of = |o: usize| band.taps(o).into_iter().map(move |tap| [o, tap.kernel, tap.input].map(|index| index as i64));
    assert!((0..axis.output).flat_map(of).eq(expected.iter().copied()), "{axis:?}: {band:?}");
    assert_eq!(
        layout::taps(axis, transposed),
        band.runs.iter().map(|run| run.taps.len() as u64).sum::<u64>(),
        "{axis:?}"
    );
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
            ceil: false,
            mode: PaddingMode::Zeros,
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
                check_taps(&axis, false, &products(window, output, before));
            }
            (Err(AxisError::KernelTooLarge { .. }), None) => {}
            (found, expected) => panic!("{window:?}: {found:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn padding_modes_follow_the_formulas() {
    let modes = [PaddingMode::Reflect, PaddingMode::Replicate, PaddingMode::Circular];
    for window in grid().flat_map(|window| modes.map(|mode| Window { mode, ..window })) {
        let Some((output, before, after)) = formula(window) else { continue };
        let limit = match window.mode {
            PaddingMode::Reflect => window.input - 1,
            PaddingMode::Circular => window.input,
            _ => usize::MAX,
        };
        match window.resolve() {
            Err(AxisError::PaddingTooWide { .. }) => assert!(before.max(after) as usize > limit, "{window:?}"),
            Ok(axis) if before.max(after) as usize <= limit => {
                assert_eq!((axis.output as i64, axis.pad_before as i64), (output, before), "{window:?}");
                check_taps(&axis, false, &products(window, output, before));
            }
            found => panic!("{window:?}: {found:?}"),
        }
    }
}

#[test]
fn same_is_derived_from_size_and_stride() {
    let same = |input, kernel, stride, dilation| {
        let axis = Window {
            input,
            kernel,
            stride,
            dilation,
            padding: Padding::Same,
            transposed: None,
            ceil: false,
            mode: PaddingMode::Zeros,
        }
        .resolve()
        .unwrap();
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
    let window = Window {
        input: 9,
        kernel: 3,
        stride: 1,
        dilation: 1,
        padding: Padding::Valid,
        transposed: None,
        ceil: false,
        mode: PaddingMode::Zeros,
    };
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
                _ if op > 0 && op >= s.max(d) => Err(AxisError::OutputPadding),
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
            if let Ok(axis) = found {
                let expected = transposed_products(window, axis.output as i64, axis.pad_before as i64);
                check_taps(&axis, true, &expected);
            }
        }
    }
}

/// Windows of a pool that rounds up, by `PyTorch`'s formula with its correction; nothing where there are none.
fn rounded_up(window: Window, (before, after): (i64, i64)) -> Option<i64> {
    let [n, k, s, d] = [window.input, window.kernel, window.stride, window.dilation].map(|size| size as i64);
    let slack = n + before + after - d * (k - 1) - 1;
    let mut output = (slack + s - 1).div_euclid(s) + 1;
    if (output - 1) * s >= n + before {
        output -= 1;
    }
    (slack + s > 0).then_some(output)
}

#[test]
fn axes_that_round_up_follow_the_formula() {
    for window in grid() {
        let found = Window { ceil: true, ..window }.resolve();
        let ends = match window.padding {
            Padding::Same | Padding::SameLower => {
                assert_eq!(found, Err(AxisError::CeilWithSame), "{window:?}");
                continue;
            }
            padding => {
                let extent = (window.kernel - 1) * window.dilation + 1;
                let (before, after) = padding.ends(0, extent as u64);
                (before as i64, after as i64)
            }
        };
        let axis = match (found, rounded_up(window, ends)) {
            (Ok(axis), Some(output)) => {
                assert_eq!(axis.output as i64, output, "{window:?}");
                axis
            }
            (Err(AxisError::KernelTooLarge { .. }), None) => continue,
            (found, expected) => panic!("{window:?}: {found:?}, expected {expected:?}"),
        };
        check_taps(&axis, false, &products(window, axis.output as i64, ends.0));
        let begin = ((axis.output - 1) * axis.stride) as i64;
        let padded = ends.0 + axis.input as i64 + ends.1;
        let beyond = (0..axis.kernel).filter(|tap| begin + (tap * axis.dilation) as i64 >= padded).count();
        assert_eq!(axis.overhang, beyond, "{window:?}");
    }
}
