//! Weights and bias in the order that kernels read them.
//!
//! Comes in: flat weights, in any order of channels. Goes out: flat arrays of whole vectors, into memory that holds zeros. Must not
//! know: which kernel reads them.
//!
//! All functions run at compile time for a `static` layer. The compiler stops an evaluation of more than two million
//! loop turns and calls (the lint `long_running_const_eval`), hence plain indices, which are neither, and eight or four elements a
//! turn.

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
    pub(crate) const fn at(&self, depth: usize, channel: usize) -> usize {
        depth / self.in_channels * self.tap + depth % self.in_channels * self.input + channel * self.output
    }
}

/// Equally packed panels, of the same output channels of each group.
#[derive(Clone, Copy)]
pub struct Panels {
    /// The first of the output channels of a group.
    pub first: usize,
    /// How many of them.
    pub outputs: usize,
    /// Neighbouring inputs in neighbouring lanes; 1 for none.
    pub interleave: usize,
    /// Lanes of a step.
    pub lanes: usize,
    /// Steps of a kernel row.
    pub steps: usize,
    /// Kernel rows.
    pub rows: usize,
    /// Panels of all groups.
    pub count: usize,
}

impl Panels {
    /// Elements of all panels.
    pub const fn len(&self) -> usize {
        self.count * self.rows * self.steps * self.lanes
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Weights of `rows` kernel rows, each `steps * interleave` deep, as panels of output channels: `[count][rows][steps][lanes]`.
///
/// The depth `k` of a row runs over kernel columns times input channels of a group. The panels of a group follow each other; its
/// panel `p` holds `lanes / interleave` output channels from `first + p * lanes / interleave` on. Lane `o * interleave + i` of step `s` is weight
/// `k = s * interleave + i` of the panel's output channel `o`, and 0 for channels from `first + outputs` on.
///
/// With `interleave` 1 a step is a vector of output channels. A larger one is for few output channels: neighbouring
/// lanes are then neighbouring inputs.
///
/// # Panics
///
/// If the numbers contradict each other.
pub const fn pack<E: Copy>(weights: &[E], order: Weights, panels: Panels, packed: &mut [E]) {
    let Panels { first, outputs, interleave, lanes, steps, rows, count } = panels;
    assert!(lanes.is_multiple_of(interleave), "a panel holds whole output channels");
    assert!(interleave == 1 || interleave.is_multiple_of(4), "inputs are interleaved by fours");
    assert!(count.is_multiple_of(order.groups), "groups have the same panels");
    assert!(
        weights.len() == order.groups * rows * steps * interleave * order.out_channels,
        "weights cover groups, rows, steps and channels"
    );
    assert!(packed.len() == panels.len(), "there is room for all panels");
    let (per_panel, per_group) = (lanes / interleave, count / order.groups);
    let mut to = 0;
    let mut panel = 0;
    while panel < count {
        let before = min(panel % per_group * per_panel, outputs);
        let channels = min(outputs - before, per_panel);
        let group = panel / per_group * order.group;
        let mut step = 0;
        while step < rows * steps {
            let from = group + order.at(step * interleave, first + before);
            if interleave == 1 {
                copy(weights, from, order.output, channels, packed, to);
            } else {
                transpose(weights, from, &order, channels, interleave, packed, to);
            }
            to += lanes;
            step += 1;
        }
        panel += 1;
    }
}

/// One step of a panel, which begins at `to`: `channels` weights from `from` on, `apart` from each other.
const fn copy<E: Copy>(weights: &[E], from: usize, apart: usize, channels: usize, packed: &mut [E], to: usize) {
    let mut lane = 0;
    while lane + 8 <= channels {
        packed[to + lane] = weights[from + lane * apart];
        packed[to + lane + 1] = weights[from + (lane + 1) * apart];
        packed[to + lane + 2] = weights[from + (lane + 2) * apart];
        packed[to + lane + 3] = weights[from + (lane + 3) * apart];
        packed[to + lane + 4] = weights[from + (lane + 4) * apart];
        packed[to + lane + 5] = weights[from + (lane + 5) * apart];
        packed[to + lane + 6] = weights[from + (lane + 6) * apart];
        packed[to + lane + 7] = weights[from + (lane + 7) * apart];
        lane += 8;
    }
    while lane < channels {
        packed[to + lane] = weights[from + lane * apart];
        lane += 1;
    }
}

/// One step of a panel: `interleave` rows, a multiple of four, of `channels` weights, turned so that a channel's weights are
/// neighbours.
const fn transpose<E: Copy>(
    weights: &[E],
    from: usize,
    order: &Weights,
    channels: usize,
    interleave: usize,
    packed: &mut [E],
    to: usize,
) {
    let mut lane = 0;
    while lane < channels * interleave {
        let at = from + lane % interleave * order.input + lane / interleave * order.output;
        packed[to + lane] = weights[at];
        packed[to + lane + 1] = weights[at + order.input];
        packed[to + lane + 2] = weights[at + 2 * order.input];
        packed[to + lane + 3] = weights[at + 3 * order.input];
        lane += 4;
    }
}

/// The bias of output channels `first..first + outputs` of each of `groups`, which have `each` channels, as accumulators begin with it: in the lanes of a step of
/// [`pack`]ed weights, each channel's in the first lane that it has, zeros elsewhere.
pub const fn pad<E: Copy>(
    bias: &[E],
    (groups, each): (usize, usize),
    first: usize,
    outputs: usize,
    interleave: usize,
    padded: &mut [E],
) {
    let apart = padded.len() / groups;
    let mut output = 0;
    while output < groups * outputs {
        let (group, channel) = (output / outputs, output % outputs);
        padded[group * apart + channel * interleave] = bias[group * each + first + channel];
        output += 1;
    }
}

/// The function for one type of data: constants are worked out by operators of known types alone.
macro_rules! magnitudes {
    ($magnitudes:ident, $element:ty) => {
        /// For each kernel element the sum of the magnitudes of its [`pack`]ed weights, lane by lane: over `steps / columns` steps each.
        /// `[panels][rows][columns][lanes]`
        ///
        /// # Panics
        ///
        /// If `steps` is no multiple of `columns`.
        pub const fn $magnitudes(
            packed: &[$element],
            lanes: usize,
            steps: usize,
            columns: usize,
            sums: &mut [$element],
        ) {
            assert!(steps.is_multiple_of(columns), "a kernel column has whole steps");
            // Columns follow each other as steps do, from row to row and from panel to panel.
            let each = steps / columns;
            let mut step = 0;
            while step < packed.len() / lanes {
                let (from, to) = (step * lanes, step / each * lanes);
                let mut lane = 0;
                while lane + 4 <= lanes {
                    sums[to + lane] += packed[from + lane].abs();
                    sums[to + lane + 1] += packed[from + lane + 1].abs();
                    sums[to + lane + 2] += packed[from + lane + 2].abs();
                    sums[to + lane + 3] += packed[from + lane + 3].abs();
                    lane += 4;
                }
                while lane < lanes {
                    sums[to + lane] += packed[from + lane].abs();
                    lane += 1;
                }
                step += 1;
            }
        }
    };
}

magnitudes!(magnitudes_f32, f32);
magnitudes!(magnitudes_f64, f64);

/// The slopes of the same channels as [`pad`]'s, as the activation meets them: those of a panel's `width` output channels again and
/// again in its `lanes`, zeros in the place of channels from `first + outputs` on.
pub const fn spread<E: Copy>(
    slopes: &[E],
    (groups, each): (usize, usize),
    first: usize,
    outputs: usize,
    width: usize,
    lanes: usize,
    spread: &mut [E],
) {
    let panels = spread.len() / lanes;
    let per_group = panels / groups;
    let mut panel = 0;
    while panel < panels {
        let mut lane = 0;
        while lane < lanes {
            let channel = panel % per_group * width + lane % width;
            if channel < outputs {
                spread[panel * lanes + lane] = slopes[panel / per_group * each + first + channel];
            }
            lane += 1;
        }
        panel += 1;
    }
}

const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}
