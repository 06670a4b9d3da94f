//! Weights and bias in the order that kernels read them.
//!
//! Comes in: flat weights, in any order of channels. Goes out: nested arrays of whole vectors. Must not know: which kernel reads them.
//!
//! All functions run at compile time for a `static` layer. The compiler stops an evaluation of more than two million
//! loop turns and calls (the lint `long_running_const_eval`), hence plain indices, which are neither, and eight or four elements a
//! turn.

use crate::Element;

/// How flat weights lie: the weight of tap `t`, and of input channel `i` and output channel `o` of channel group `g`, is
/// `t * tap + i * input + o * output + g * group`, where taps are the kernel's elements, row-major.
#[derive(Clone, Copy)]
pub struct Weights {
    /// Groups of channels.
    pub groups: usize,
    /// Number of input channels of a group.
    pub in_channels: usize,
    /// Number of output channels of a group.
    pub out_channels: usize,
    /// From one tap to the next.
    pub tap: usize,
    /// From one input channel to the next.
    pub input: usize,
    /// From one output channel to the next.
    pub output: usize,
    /// From one group of channels to the next.
    pub group: usize,
}

impl Weights {
    /// Where the weight of `depth`, which counts taps times input channels, and output channel `channel` is.
    const fn at(&self, depth: usize, channel: usize) -> usize {
        depth / self.in_channels * self.tap + depth % self.in_channels * self.input + channel * self.output
    }
}

/// Weights of `ROWS` kernel rows, each `STEPS * interleave` deep, as panels of output channels.
///
/// The depth `k` of a row runs over kernel columns times input channels of a group. The panels of a group follow each other; its
/// panel `p` holds `LANES / interleave` output channels from `first + p * LANES / interleave` on. Lane `o * interleave + i` of step `s` is weight
/// `k = s * interleave + i` of the panel's output channel `o`, and 0 for channels from `first + outputs` on.
///
/// With `interleave` 1 a step is a vector of output channels. A larger one is for few output channels: neighbouring
/// lanes are then neighbouring inputs.
pub const fn pack<E: Element, const LANES: usize, const STEPS: usize, const ROWS: usize, const PANELS: usize>(
    weights: &[E],
    order: Weights,
    first: usize,
    outputs: usize,
    interleave: usize,
) -> [[[[E; LANES]; STEPS]; ROWS]; PANELS] {
    assert!(LANES.is_multiple_of(interleave), "a panel holds whole output channels");
    assert!(interleave == 1 || interleave.is_multiple_of(4), "inputs are interleaved by fours");
    assert!(PANELS.is_multiple_of(order.groups), "groups have the same panels");
    assert!(
        weights.len() == order.groups * ROWS * STEPS * interleave * order.out_channels,
        "weights cover groups, rows, steps and channels"
    );
    let (per_panel, per_group) = (LANES / interleave, PANELS / order.groups);
    let mut packed = [[[[E::ZERO; LANES]; STEPS]; ROWS]; PANELS];
    let mut panel = 0;
    while panel < PANELS {
        let before = min(panel % per_group * per_panel, outputs);
        let channels = min(outputs - before, per_panel);
        let group = panel / per_group * order.group;
        let mut row = 0;
        while row < ROWS {
            let mut step = 0;
            while step < STEPS {
                let from = group + order.at((row * STEPS + step) * interleave, first + before);
                let lanes = &mut packed[panel][row][step];
                if interleave == 1 {
                    copy(weights, from, order.output, channels, lanes);
                } else {
                    transpose(weights, from, &order, channels, interleave, lanes);
                }
                step += 1;
            }
            row += 1;
        }
        panel += 1;
    }
    packed
}

/// One step of a panel: `channels` weights from `from` on, `apart` from each other.
const fn copy<E: Element>(weights: &[E], from: usize, apart: usize, channels: usize, lanes: &mut [E]) {
    let mut lane = 0;
    while lane + 8 <= channels {
        lanes[lane] = weights[from + lane * apart];
        lanes[lane + 1] = weights[from + (lane + 1) * apart];
        lanes[lane + 2] = weights[from + (lane + 2) * apart];
        lanes[lane + 3] = weights[from + (lane + 3) * apart];
        lanes[lane + 4] = weights[from + (lane + 4) * apart];
        lanes[lane + 5] = weights[from + (lane + 5) * apart];
        lanes[lane + 6] = weights[from + (lane + 6) * apart];
        lanes[lane + 7] = weights[from + (lane + 7) * apart];
        lane += 8;
    }
    while lane < channels {
        lanes[lane] = weights[from + lane * apart];
        lane += 1;
    }
}

/// One step of a panel: `interleave` rows, a multiple of four, of `channels` weights, turned so that a channel's weights are
/// neighbours.
const fn transpose<E: Element>(
    weights: &[E],
    from: usize,
    order: &Weights,
    channels: usize,
    interleave: usize,
    lanes: &mut [E],
) {
    let mut lane = 0;
    while lane < channels * interleave {
        let at = from + lane % interleave * order.input + lane / interleave * order.output;
        lanes[lane] = weights[at];
        lanes[lane + 1] = weights[at + order.input];
        lanes[lane + 2] = weights[at + 2 * order.input];
        lanes[lane + 3] = weights[at + 3 * order.input];
        lane += 4;
    }
}

/// The bias of output channels `first..first + outputs` of each of `groups`, which have `each` channels, as accumulators begin with it: in the lanes of a step of
/// [`pack`]ed weights, each channel's in the first lane that it has, zeros elsewhere.
pub const fn pad<E: Element, const LANES: usize, const PANELS: usize>(
    bias: &[E],
    (groups, each): (usize, usize),
    first: usize,
    outputs: usize,
    interleave: usize,
) -> [[E; LANES]; PANELS] {
    let mut padded = [[E::ZERO; LANES]; PANELS];
    let lanes = padded.as_flattened_mut();
    let apart = lanes.len() / groups;
    let mut output = 0;
    while output < groups * outputs {
        let (group, channel) = (output / outputs, output % outputs);
        lanes[group * apart + channel * interleave] = bias[group * each + first + channel];
        output += 1;
    }
    padded
}

/// The functions for one type of data: constants are worked out by operators of known types alone.
macro_rules! magnitudes {
    ($magnitudes:ident, $add_magnitudes:ident, $element:ty) => {
        /// For each kernel element the sum of the magnitudes of its [`pack`]ed weights, lane by lane: over `STEPS / COLUMNS` steps each.
        pub const fn $magnitudes<
            const LANES: usize,
            const STEPS: usize,
            const COLUMNS: usize,
            const ROWS: usize,
            const PANELS: usize,
        >(
            packed: &[[[[$element; LANES]; STEPS]; ROWS]; PANELS],
        ) -> [[[[$element; LANES]; COLUMNS]; ROWS]; PANELS] {
            assert!(STEPS.is_multiple_of(COLUMNS), "a kernel column has whole steps");
            let mut sums = [[[[0.0; LANES]; COLUMNS]; ROWS]; PANELS];
            let mut panel = 0;
            while panel < PANELS {
                let mut row = 0;
                while row < ROWS {
                    let mut step = 0;
                    while step < STEPS {
                        $add_magnitudes(&mut sums[panel][row][step / (STEPS / COLUMNS)], &packed[panel][row][step]);
                        step += 1;
                    }
                    row += 1;
                }
                panel += 1;
            }
            sums
        }

        /// Adds the magnitudes of one step to the sums so far.
        const fn $add_magnitudes(sums: &mut [$element], step: &[$element]) {
            let mut lane = 0;
            while lane + 4 <= step.len() {
                sums[lane] += step[lane].abs();
                sums[lane + 1] += step[lane + 1].abs();
                sums[lane + 2] += step[lane + 2].abs();
                sums[lane + 3] += step[lane + 3].abs();
                lane += 4;
            }
            while lane < step.len() {
                sums[lane] += step[lane].abs();
                lane += 1;
            }
        }
    };
}

magnitudes!(magnitudes_f32, add_magnitudes_f32, f32);
magnitudes!(magnitudes_f64, add_magnitudes_f64, f64);

/// The slopes of the same channels as [`pad`]'s, as the activation meets them: those of a panel's `width` output channels again and
/// again in its lanes, zeros in the place of channels from `first + outputs` on.
pub const fn spread<E: Element, const LANES: usize, const PANELS: usize>(
    slopes: &[E],
    (groups, each): (usize, usize),
    first: usize,
    outputs: usize,
    width: usize,
) -> [[E; LANES]; PANELS] {
    let mut spread = [[E::ZERO; LANES]; PANELS];
    let per_group = PANELS / groups;
    let mut panel = 0;
    while panel < PANELS {
        let mut lane = 0;
        while lane < LANES {
            let channel = panel % per_group * width + lane % width;
            if channel < outputs {
                spread[panel][lane] = slopes[panel / per_group * each + first + channel];
            }
            lane += 1;
        }
        panel += 1;
    }
    spread
}

const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}
