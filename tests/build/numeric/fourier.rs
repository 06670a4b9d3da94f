//! Convolutions that transforms of blocks compute.
//!
//! Comes in: a source of numbers. Goes out: macro calls. Must not know: how blocks are cut.

use super::{MAX_MACS, Random};

/// A convolution of 2 to 150 taps along one axis, or along the rows of an image, with any channels and any padding of zeros, of any length from
/// a single output on.
pub(super) fn fourier(random: &mut Random) -> Option<String> {
    let [most_taps, longest] = [random.pick(&[8, 40, 149]), random.pick(&[20, 200, 2000])];
    let (taps, len) = (2 + random.below(most_taps), 1 + random.below(longest));
    let [from, to] = [random.pick(&[1, 1, 2, 3, 5, 8, 17]), random.pick(&[1, 1, 2, 3, 4, 5, 8, 16])];
    let [before, after] = [random.below(taps + 3), random.below(taps)];
    let rows = random.pick(&[0, 0, 0, 1, 3, 7]);
    let padding = match random.below(4) {
        0 if rows == 0 => "causal".to_owned(),
        1 if rows == 0 => "same".to_owned(),
        _ if len + before + after < taps => return None,
        _ if rows == 0 => format!("[{before}, {after}]"),
        _ => format!("0 x [{before}, {after}]"),
    };
    let ending = super::ending(random);
    let activation = if ending.contains("activation") {
        ""
    } else {
        random.pick(&["", ", activation: prelu", ", activation: silu"])
    };
    let dtype = random.pick(&["", "", "", ", dtype: f64"]);
    let layout = random.pick(&["", "", ", layout: nchw"]);
    let (operator, input, kernel) = match rows {
        0 => ("conv1d", format!("{len}x{from}"), format!("{taps}x{to}")),
        rows => ("conv2d", format!("{rows}x{len}x{from}"), format!("1x{taps}x{to}")),
    };
    let macs = rows.max(1) * (len + before + after) * taps * from * to;
    (macs <= MAX_MACS).then(|| {
        format!("{operator} in: {input}, kernel: {kernel}, padding: {padding}{ending}{activation}{dtype}{layout}, algorithm: fft")
    })
}
