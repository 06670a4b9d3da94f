//! Random geometries: what decides whether a shape is valid, worked out here once more.
//!
//! Comes in: sizes. Goes out: stride, dilation and padding around them, in numbers and as keys. Must not know: operators, beyond
//! whether one is a pool.

use super::random::Random;

/// Sizes as they are written.
pub(super) fn joined(sizes: &[usize]) -> String {
    let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
    sizes.join("x")
}

/// Along every axis, everything that decides whether a shape is valid, and the keys that say so.
pub(super) struct Geometry {
    axes: Vec<Axis>,
    pub(super) keys: String,
}

struct Axis {
    input: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    before: usize,
    after: usize,
    /// Whether the last window may hang over the end.
    ceil: bool,
}

impl Axis {
    fn extent(&self) -> usize {
        (self.kernel - 1) * self.dilation + 1
    }

    /// Number of outputs; none where the kernel does not fit.
    fn output(&self) -> Option<usize> {
        let hanging = if self.ceil { self.stride - 1 } else { 0 };
        let slack = (self.before + self.input + self.after + hanging).checked_sub(self.extent())?;
        let last = slack / self.stride;
        // What would begin behind the input is left out.
        Some(if self.ceil && last * self.stride >= self.before + self.input { last } else { last + 1 })
    }

    fn windows_meet_input(&self) -> bool {
        (0..self.output().unwrap_or(0)).all(|output| {
            let mut places = (0..self.kernel).map(|k| output * self.stride + k * self.dilation);
            places.any(|place| place >= self.before && place < self.before + self.input)
        })
    }
}

impl Geometry {
    /// The keys for stride, dilation and padding around the given sizes.
    pub(super) fn new(random: &mut Random, input: &[usize], kernel: &[usize], strides: &[usize], pool: bool) -> Self {
        let rank = input.len();
        let (stride, stride_text) = random.one_or_each(strides, rank);
        let (dilation, dilation_text) = random.one_or_each(&[1, 1, 2], rank);
        let axis = |i: usize| Axis {
            input: input[i],
            kernel: kernel[i],
            stride: stride[i],
            dilation: dilation[i],
            before: 0,
            after: 0,
            ceil: false,
        };
        let mut axes: Vec<Axis> = (0..rank).map(axis).collect();
        let padding = pad(random, &mut axes, pool);
        let ceil = pool && !padding.contains("same") && random.below(2) == 0;
        for axis in &mut axes {
            axis.ceil = ceil;
        }
        let say = |needed: bool, key: String| if needed { key } else { String::new() };
        // A pool's stride is its window's size where it is absent.
        let stride_needed = pool || stride.iter().any(|&stride| stride != 1) || random.below(2) == 0;
        let stride = say(stride_needed, format!(", stride: {stride_text}"));
        let dilation_needed = dilation.iter().any(|&dilation| dilation != 1) || random.below(4) == 0;
        let dilation = say(dilation_needed, format!(", dilation: {dilation_text}"));
        Geometry { axes, keys: stride + &dilation + &padding + if ceil { ", ceil_mode: true" } else { "" } }
    }

    /// Whether there is padding, and no more than the mode allows.
    pub(super) fn is_padded_within(&self, mode: &str) -> bool {
        let within = |axis: &Axis| match mode {
            "reflect" => axis.before.max(axis.after) < axis.input,
            "circular" => axis.before.max(axis.after) <= axis.input,
            _ => true,
        };
        self.axes.iter().all(within) && self.axes.iter().any(|axis| axis.before + axis.after > 0)
    }

    /// Whether the last window hangs over the padded end of some axis.
    pub(super) fn hangs_over(&self) -> bool {
        self.axes.iter().any(|axis| {
            let last = axis.output().map_or(0, |output| (output - 1) * axis.stride);
            last + axis.extent() > axis.before + axis.input + axis.after
        })
    }

    /// Whether every window meets the input, as a maximum and an average have to.
    pub(super) fn windows_meet_input(&self) -> bool {
        self.axes.iter().all(Axis::windows_meet_input)
    }

    /// Output positions, or nothing for an invalid shape.
    pub(super) fn outputs(&self) -> Option<usize> {
        self.axes.iter().map(Axis::output).product()
    }
}

/// Pads `axes` by a random rule and spells it.
fn pad(random: &mut Random, axes: &mut [Axis], pool: bool) -> String {
    let rule = random.below(10);
    match rule {
        0 => return String::new(),
        1 => return ", padding: valid".to_owned(),
        2..=4 => {
            for axis in axes {
                let outputs = axis.input.div_ceil(axis.stride);
                let total = ((outputs - 1) * axis.stride + axis.extent()).saturating_sub(axis.input);
                let (less, more) = (total / 2, total - total / 2);
                (axis.before, axis.after) = if rule == 4 { (more, less) } else { (less, more) };
            }
            return format!(", padding: {}", if rule == 4 { "same_lower" } else { "same" });
        }
        5 if !pool => {
            let causal = axes.len() == 1 && random.below(2) == 0;
            for axis in axes {
                (axis.before, axis.after) = (axis.extent() - 1, if causal { 0 } else { axis.extent() - 1 });
            }
            return format!(", padding: {}", if causal { "causal" } else { "full" });
        }
        _ => {}
    }
    // One number for all axes, or for each a number or a pair.
    let one = (rule < 7).then(|| random.below(4));
    let mut texts = Vec::new();
    for axis in axes {
        let pair = [random.below(4), random.below(4)];
        (axis.before, axis.after) = match one {
            Some(one) => (one, one),
            None if rule == 7 => (pair[0], pair[0]),
            None => pair.into(),
        };
        texts.push(if rule < 8 { axis.before.to_string() } else { format!("[{}, {}]", pair[0], pair[1]) });
    }
    // `0x` followed by anything but a digit would be read as a broken hexadecimal number, so zeros stand apart.
    let text = if one.is_some() { texts[0].clone() } else { texts.join(" x ") };
    format!(", padding: {text}")
}
