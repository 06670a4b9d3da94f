//! Random layers whose padding decides: convolutions of every kind with a padding mode, and averages of windows that hang over.
//!
//! Comes in: random numbers. Goes out: calls. Must not know: the other kinds of layers.

use super::geometry::{Geometry, joined};
use super::random::Random;
use super::{CHANNELS, MAX_MACS, ending, unroll};

/// Any operator that knows padding modes, along any number of axes that it has; one in five an average that rounds up.
pub(super) fn padded(random: &mut Random) -> Option<String> {
    let rank = random.pick(&[1, 2, 2, 2, 3]);
    let input = random.lengths(&[[40, 0, 0], [9, 18, 0], [4, 5, 12]][rank - 1][..rank]);
    let kernel = random.lengths(&[[12, 0, 0], [5, 7, 0], [3, 3, 4]][rank - 1][..rank]);
    if random.below(5) == 0 {
        return average(random, &input, &kernel);
    }
    let mode = random.pick(&["reflect", "replicate", "circular"]);
    let geometry = Geometry::new(random, &input, &kernel, &[1, 1, 1, 2, 3], false);
    let outputs = geometry.outputs()?;
    if !geometry.is_padded_within(mode) {
        return None;
    }
    let [from, to] = [random.pick(&CHANNELS[..13]), random.pick(&CHANNELS[..13])];
    let (operator, channels, keys) = match random.below(7) {
        0 if rank < 3 => ("depthwise_conv", "", random.pick(&["", ", multiplier: 2"])),
        1 if rank == 2 => ("separable_conv", "to", ""),
        2 if rank == 2 => ("adder", "to", ""),
        3 => ("conv", "groups", ", groups: 2"),
        _ => ("conv", "to", ""),
    };
    let (from, kernel_text) = match channels {
        "" => (from, joined(&kernel)),
        "groups" => (2 * from, format!("{}x{}", joined(&kernel), 2 * to)),
        _ => (from, format!("{}x{to}", joined(&kernel))),
    };
    let macs = outputs * kernel.iter().product::<usize>() * from * 2 * to;
    let ending = ending(random);
    // The halves of a separable convolution have one layout, and take turns in a loop.
    let free = operator != "separable_conv";
    let unroll = if free { unroll(random, macs) } else { "" };
    let layout = if free { random.pick(&["", "", ", layout: nchw"]) } else { "" };
    let (input, geometry) = (joined(&input), geometry.keys);
    (macs <= MAX_MACS).then(|| {
        format!(
            "{operator}{rank}d in: {input}x{from}, kernel: {kernel_text}{geometry}, padding_mode: {mode}{keys}{ending}{unroll}{layout}"
        )
    })
}

/// An average that counts the padding, and not what is beyond it.
fn average(random: &mut Random, input: &[usize], window: &[usize]) -> Option<String> {
    let geometry = Geometry::new(random, input, window, &[2, 3, 4], true);
    geometry.outputs()?;
    let rounds_up = geometry.keys.contains("ceil_mode") && geometry.hangs_over() && geometry.windows_meet_input();
    let (rank, channels) = (input.len(), random.pick(&CHANNELS));
    let layout = random.pick(&["", "", ", layout: nchw"]);
    let (input, window, keys) = (joined(input), joined(window), geometry.keys);
    rounds_up.then(|| {
        format!("avg_pool{rank}d in: {input}x{channels}, window: {window}{keys}, count_include_pad: true{layout}")
    })
}
