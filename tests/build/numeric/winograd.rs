//! Convolutions that Winograd's algorithm computes.
//!
//! Comes in: a source of numbers. Goes out: macro calls. Must not know: how tiles are laid.

use super::{MAX_MACS, Random, joined};

/// Taps of each axis.
const KERNELS: &[&[usize]] =
    &[&[3, 3], &[3, 3], &[5, 5], &[5, 5], &[3, 5], &[5, 3], &[1, 3], &[3, 1], &[1, 5], &[5, 1], &[3], &[5]];

/// Taps of windows along a row, of inputs of which so many neighbours are taken for one.
const TAPS: [usize; 4] = [3, 4, 5, 7];

/// What a convolution's windows are.
struct Windows {
    input: Vec<usize>,
    kernel: Vec<usize>,
    padding: Vec<[usize; 2]>,
    stride: Vec<usize>,
}

/// A convolution that tiles are for, with any padding of zeros, of any size from a single output on.
pub(super) fn winograd(random: &mut Random) -> Option<String> {
    let double = random.below(4) == 0;
    let least = if double { 8 } else { 16 };
    let mut channels = || match random.below(3) {
        0 => least,
        1 => 2 * least,
        _ => least + random.below(50),
    };
    let [mut from, to] = [channels(), channels()];
    let windows = if random.below(2) == 0 { tiles(random) } else { lines(random) };
    let Windows { input, kernel, padding, stride } = &windows;
    if *stride != vec![1; stride.len()] || kernel.len() == 2 && random.below(2) == 0 {
        // Neighbours are channels too, and of a kernel of several rows there need not be many.
        let folded = stride[stride.len() - 1];
        from = if kernel.len() == 1 { least.div_ceil(folded) + random.below(5) } else { 1 + random.below(20) };
    }
    let outputs: Option<Vec<usize>> = (0..kernel.len())
        .map(|axis| {
            let [before, after] = padding[axis];
            let left = (input[axis] + before + after).checked_sub(kernel[axis])?;
            Some(left / stride[axis] + 1)
        })
        .collect();
    // Of few channels a kernel that is one row high has no tiles.
    let is_low = kernel.len() == 2 && kernel.contains(&1) && from < least;
    let macs = outputs?.iter().chain(kernel).product::<usize>() * from * to;
    let written: Vec<String> = padding.iter().map(|[before, after]| format!("[{before}, {after}]")).collect();
    // With a stride it depends on the padding how many steps cover the kernel.
    let may_be_same = stride.iter().all(|&stride| stride == 1);
    let written = if may_be_same && random.below(3) == 0 { "same".to_owned() } else { written.join("x") };
    let ending = super::ending(random);
    let activation = if ending.contains("activation") {
        ""
    } else {
        random.pick(&["", ", activation: prelu", ", activation: silu"])
    };
    let dtype = if double { ", dtype: f64" } else { "" };
    let unroll = random.pick(&["", "", ", unroll: none"]);
    let layout = random.pick(&["", "", ", layout: nchw"]);
    (macs <= MAX_MACS && !is_low).then(|| {
        format!(
            "conv{}d in: {}x{from}, kernel: {}x{to}, padding: {}, stride: {}{ending}{activation}{dtype}{unroll}{layout}, \
             algorithm: winograd",
            kernel.len(),
            joined(input),
            joined(kernel),
            written,
            joined(stride),
        )
    })
}

/// Windows of 3 or 5 taps along an axis, or along both, next to each other.
fn tiles(random: &mut Random) -> Windows {
    let kernel = random.pick(KERNELS).to_vec();
    let most = random.pick(&[5, 12, 23]);
    let input = random.lengths(&vec![most; kernel.len()]);
    let padding = kernel.iter().map(|_| [random.below(4), random.below(3)]).collect();
    Windows { input, padding, stride: vec![1; kernel.len()], kernel }
}

/// Windows some inputs apart, of several rows or of one.
fn lines(random: &mut Random) -> Windows {
    let stride = random.pick(&[1, 2, 2, 3]);
    let [before, after] = [random.below(4), random.below(3)];
    // As many columns as make the taps, with some of zeros before and behind.
    let zeros = before.next_multiple_of(stride) - before + random.below(stride);
    let columns = (random.pick(&TAPS) * stride).saturating_sub(zeros).max(1);
    let width = stride * (1 + random.below(14));
    if random.below(4) == 0 {
        return Windows {
            input: vec![width],
            kernel: vec![columns],
            padding: vec![[before, after]],
            stride: vec![stride],
        };
    }
    let (rows, height) = (2 + random.below(5), 1 + random.below(20));
    let above = [random.below(3), random.below(3)];
    Windows {
        input: vec![height, width],
        kernel: vec![rows, columns],
        padding: vec![above, [before, after]],
        stride: vec![1 + random.below(2), stride],
    }
}
