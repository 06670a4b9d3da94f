//! Convolutions that Winograd's algorithm computes.
//!
//! Comes in: a source of numbers. Goes out: macro calls. Must not know: how tiles are laid.

use super::{MAX_MACS, Random, joined};

/// Taps of each axis.
const KERNELS: &[&[usize]] =
    &[&[3, 3], &[3, 3], &[5, 5], &[5, 5], &[3, 5], &[5, 3], &[1, 3], &[3, 1], &[1, 5], &[5, 1], &[3], &[5]];

/// A convolution of 3 or 5 taps along an axis, or along both, with enough channels, with any padding of zeros, of any size from a single
/// output on.
pub(super) fn winograd(random: &mut Random) -> Option<String> {
    let double = random.below(4) == 0;
    let least = if double { 8 } else { 16 };
    let mut channels = || match random.below(3) {
        0 => least,
        1 => 2 * least,
        _ => least + random.below(50),
    };
    let [from, to] = [channels(), channels()];
    let kernel = random.pick(KERNELS);
    let most = random.pick(&[5, 12, 23]);
    let input = random.lengths(&vec![most; kernel.len()]);
    let padding: Vec<[usize; 2]> = kernel.iter().map(|_| [random.below(4), random.below(3)]).collect();
    let outputs: Option<Vec<usize>> = input
        .iter()
        .zip(kernel)
        .zip(&padding)
        .map(|((input, taps), [before, after])| {
            (input + before + after + 1).checked_sub(*taps).filter(|&outputs| outputs > 0)
        })
        .collect();
    let macs = outputs?.iter().chain(kernel).product::<usize>() * from * to;
    let padding: Vec<String> = padding.iter().map(|[before, after]| format!("[{before}, {after}]")).collect();
    let padding = match random.below(3) {
        0 => "same".to_owned(),
        _ => padding.join("x"),
    };
    let ending = super::ending(random);
    let activation = if ending.contains("activation") {
        ""
    } else {
        random.pick(&["", ", activation: prelu", ", activation: silu"])
    };
    let dtype = if double { ", dtype: f64" } else { "" };
    let unroll = random.pick(&["", "", ", unroll: none"]);
    let layout = random.pick(&["", "", ", layout: nchw"]);
    (macs <= MAX_MACS).then(|| {
        format!(
            "conv{}d in: {}x{from}, kernel: {}x{to}, padding: {padding}{ending}{activation}{dtype}{unroll}{layout}, algorithm: winograd",
            kernel.len(),
            joined(&input),
            joined(kernel)
        )
    })
}
