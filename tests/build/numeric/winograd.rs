//! Convolutions that Winograd's algorithm computes.
//!
//! Comes in: a source of numbers. Goes out: macro calls. Must not know: how tiles are laid.

use super::{MAX_MACS, Random, joined};

/// A 3x3 convolution with enough channels, with any padding of zeros, of any size from a single output on.
pub(super) fn winograd(random: &mut Random) -> Option<String> {
    let double = random.below(4) == 0;
    let least = if double { 8 } else { 16 };
    let mut channels = || match random.below(3) {
        0 => least,
        1 => 2 * least,
        _ => least + random.below(50),
    };
    let [from, to] = [channels(), channels()];
    let most = random.pick(&[5, 12, 23]);
    let input = random.lengths(&[most, most]);
    let padding: Vec<[usize; 2]> = (0..2).map(|_| [random.below(4), random.below(3)]).collect();
    let outputs: Option<Vec<usize>> = input
        .iter()
        .zip(&padding)
        .map(|(input, [before, after])| (input + before + after).checked_sub(2).filter(|&outputs| outputs > 0))
        .collect();
    let macs = outputs?.iter().product::<usize>() * 9 * from * to;
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
    (macs <= MAX_MACS).then(|| {
        format!(
            "conv2d in: {}x{from}, kernel: 3x3x{to}, padding: {padding}{ending}{activation}{dtype}{unroll}, algorithm: winograd",
            joined(&input)
        )
    })
}
