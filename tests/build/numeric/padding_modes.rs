//! Random layers whose padding decides: convolutions of every kind with a padding mode, and averages of windows that hang over.
//!
//! Comes in: random numbers. Goes out: calls. Must not know: the other kinds of layers.

use super::geometry::{Geometry, joined};
use super::random::Random;
use super::{CHANNELS, MAX_MACS, ending, unroll};

/// A kind of layer: operator, most of the input's sizes, most of the kernel's, input and output channels, further keys.
type Kind =
    (&'static str, &'static [usize], &'static [usize], &'static [usize], &'static [usize], &'static [&'static str]);

const KINDS: [Kind; 12] = [
    ("conv1d", &[40], &[12], &CHANNELS, &CHANNELS, &[""]),
    ("conv2d", &[9, 18], &[5, 7], &CHANNELS, &CHANNELS, &[""]),
    ("conv2d", &[12, 20], &[4, 4], &CHANNELS, &CHANNELS, &[""]),
    // Lanes along the row.
    ("conv2d", &[12, 70], &[5, 5], &[1, 2, 3], &[1, 2, 3, 4], &[""]),
    ("conv2d", &[5, 5], &[3, 3], &[1, 2], &[1, 4], &[", unroll: full"]),
    ("conv2d", &[2, 60], &[2, 40], &[2, 4, 7], &[3, 16], &[""]),
    ("conv2d", &[8, 14], &[3, 4], &[2, 6, 12, 24], &[2, 8, 18, 34], &[", groups: 2"]),
    ("conv3d", &[4, 5, 12], &[3, 3, 4], &[1, 3, 8], &CHANNELS, &[""]),
    ("depthwise_conv1d", &[40], &[9], &CHANNELS, &[], &["", ", multiplier: 2"]),
    ("depthwise_conv2d", &[9, 18], &[5, 6], &CHANNELS, &[], &["", ", multiplier: 2"]),
    ("separable_conv2d", &[9, 14], &[4, 5], &CHANNELS, &CHANNELS, &["", ", multiplier: 2"]),
    ("adder2d", &[9, 18], &[4, 5], &[1, 3, 8, 17], &CHANNELS, &[""]),
];

/// One of the kinds with a padding mode; one in six an average.
pub(super) fn padded(random: &mut Random) -> Option<String> {
    if random.below(6) == 0 {
        return std::iter::repeat_with(|| average(random)).flatten().next();
    }
    let kind = random.pick(&KINDS);
    std::iter::repeat_with(|| of_kind(random, kind)).flatten().next()
}

fn of_kind(random: &mut Random, (operator, inputs, kernels, from, to, keys): Kind) -> Option<String> {
    let (input, kernel) = (random.lengths(inputs), random.lengths(kernels));
    let mode = random.pick(&["reflect", "replicate", "circular"]);
    let geometry = Geometry::new(random, &input, &kernel, &[1, 1, 1, 2, 3], false);
    let outputs = geometry.outputs()?;
    if !geometry.is_padded_within(mode) {
        return None;
    }
    let (from, to, keys) = (random.pick(from), to.get(random.below(to.len().max(1))), random.pick(keys));
    let macs = outputs * kernel.iter().product::<usize>() * from * 2 * to.unwrap_or(&1);
    let to = to.map_or_else(String::new, |to| format!("x{to}"));
    let ending = ending(random);
    // The halves of a separable convolution take turns in a loop.
    let free = operator != "separable_conv2d" && !keys.contains("unroll");
    let unroll = if free { unroll(random, macs) } else { "" };
    let layout = random.pick(&["", "", ", layout: nchw"]);
    let (input, kernel, geometry) = (joined(&input), joined(&kernel), geometry.keys);
    (macs <= MAX_MACS).then(|| {
        format!(
            "{operator} in: {input}x{from}, kernel: {kernel}{to}{geometry}, padding_mode: {mode}{keys}{ending}{unroll}{layout}"
        )
    })
}

/// An average that counts the padding, and not what is beyond it.
fn average(random: &mut Random) -> Option<String> {
    let rank = random.pick(&[1, 2, 2, 3]);
    let (input, window) = (random.lengths(&[8, 20, 9][..rank]), random.lengths(&[4, 5, 3][..rank]));
    let geometry = Geometry::new(random, &input, &window, &[2, 3, 4], true);
    geometry.outputs()?;
    let rounds_up = geometry.keys.contains("ceil_mode") && geometry.hangs_over() && geometry.windows_meet_input();
    let (channels, layout) = (random.pick(&CHANNELS), random.pick(&["", "", ", layout: nchw"]));
    let (input, window, keys) = (joined(&input), joined(&window), geometry.keys);
    rounds_up.then(|| {
        format!("avg_pool{rank}d in: {input}x{channels}, window: {window}{keys}, count_include_pad: true{layout}")
    })
}
