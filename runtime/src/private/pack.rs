//! Weights and bias in the order that kernels read them.
//!
//! Comes in: flat HWIO weights. Goes out: nested arrays of whole vectors. Must not know: which kernel reads them.
//!
//! Both functions run at compile time for a `static` layer. The compiler stops an evaluation of more than two million
//! loop turns and calls (the lint `long_running_const_eval`), hence whole vectors are copied and not elements wherever
//! the order allows it.

/// Weights `[ROWS][STEPS * interleave][out_channels]` as panels of output channels.
///
/// A row is a kernel row, `k` runs over kernel columns times input channels. Panel `p` holds `LANES / interleave`
/// output channels from `first + p * LANES / interleave` on. Lane `o * interleave + i` of step `s` is weight
/// `k = s * interleave + i` of the panel's output channel `o`, and 0 for channels from `first + outputs` on.
///
/// With `interleave` 1 a step is a vector of output channels. A larger one is for few output channels: neighbouring
/// lanes are then neighbouring inputs.
pub const fn pack<const LANES: usize, const STEPS: usize, const ROWS: usize, const PANELS: usize>(
    weights: &[f32],
    out_channels: usize,
    first: usize,
    outputs: usize,
    interleave: usize,
) -> [[[[f32; LANES]; STEPS]; ROWS]; PANELS] {
    assert!(LANES.is_multiple_of(interleave), "a panel holds whole output channels");
    assert!(weights.len() == ROWS * STEPS * interleave * out_channels, "weights cover rows, steps and channels");
    let per_panel = LANES / interleave;
    let vectors = weights.as_chunks::<LANES>().0;
    let mut packed = [[[[0.0; LANES]; STEPS]; ROWS]; PANELS];
    let mut panel = 0;
    while panel < PANELS && panel * per_panel < outputs {
        let channel = first + panel * per_panel;
        let channels = min(outputs - panel * per_panel, per_panel);
        let mut row = 0;
        while row < ROWS {
            let mut step = 0;
            while step < STEPS {
                let from = (row * STEPS + step) * interleave * out_channels + channel;
                let lanes = &mut packed[panel][row][step];
                if interleave > 1 {
                    transpose(weights, from, out_channels, channels, interleave, lanes);
                } else if channels == LANES && from.is_multiple_of(LANES) {
                    // The rule in large layers, and cheap: two million weights would be too many for the slices below.
                    *lanes = vectors[from / LANES];
                } else {
                    lanes.split_at_mut(channels).0.copy_from_slice(weights.split_at(from).1.split_at(channels).0);
                }
                step += 1;
            }
            row += 1;
        }
        panel += 1;
    }
    packed
}

/// One step of a panel: `interleave` rows of `channels` weights, turned so that a channel's weights are neighbours.
const fn transpose(
    weights: &[f32],
    from: usize,
    out_channels: usize,
    channels: usize,
    interleave: usize,
    lanes: &mut [f32],
) {
    let mut lane = 0;
    while lane < channels * interleave {
        lanes[lane] = weights[from + lane % interleave * out_channels + lane / interleave];
        lane += 1;
    }
}

/// The bias of output channels `first..first + outputs` as accumulators begin with it: in the lanes of a step of
/// [`pack`]ed weights, each channel's in the first lane that it has, zeros elsewhere.
pub const fn pad<const LANES: usize, const PANELS: usize>(
    bias: &[f32],
    first: usize,
    outputs: usize,
    interleave: usize,
) -> [[f32; LANES]; PANELS] {
    let mut padded = [[0.0; LANES]; PANELS];
    let lanes = padded.as_flattened_mut();
    let mut output = 0;
    while output < outputs {
        lanes[output * interleave] = bias[first + output];
        output += 1;
    }
    padded
}

const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}
