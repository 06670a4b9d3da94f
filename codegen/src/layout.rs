//! The layout of an operator: one banded Toeplitz matrix an axis, a channel block at each non-zero.
//!
//! Comes in: an [`Operation`]. Goes out: bands as runs, O(kernel²) numbers whatever the input's size, for the plan and the
//! emitter. Must not know: tokens, SIMD, channels' packing.
//!
//! Worked example, input 4, kernel 3, padding 1 on both sides (`same`):
//!
//! ```text
//!   output 0 meets inputs      0 1     with taps   1 2     run { start 0, len 1, taps (1,0) (2,1) }
//!   output 1 meets inputs      0 1 2   with taps 0 1 2 \   run { start 1, len 2, taps (0,0) (1,1) (2,2) },
//!   output 2 meets inputs        1 2 3 with taps 0 1 2 /         the input advances by 1 from output to output
//!   output 3 meets inputs          2 3 with taps 0 1       run { start 3, len 1, taps (0,2) (1,3) }
//! ```

use crate::operation::{Axis, Inner, Operation};

/// Which input element one kernel element meets, at the first output of a [`Run`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tap {
    /// Index along the kernel.
    pub kernel: usize,
    /// Index along the input, for the first output of the run.
    pub input: usize,
}

/// Outputs that share their taps and whose input advances evenly: output `start + j * step` meets input
/// `tap.input + j * advance` with kernel element `tap.kernel`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// First output.
    pub start: usize,
    /// Distance between neighbouring outputs of the run.
    pub step: usize,
    /// Number of outputs.
    pub len: usize,
    /// How far the input moves from one output of the run to the next.
    pub advance: usize,
    /// Taps inside the input, by ascending kernel index; none where the window lies wholly in padding.
    pub taps: Vec<Tap>,
}

/// One axis as a banded Toeplitz matrix of `output` rows and `input` columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// Input length.
    pub input: usize,
    /// Output length.
    pub output: usize,
    /// Kernel length.
    pub kernel: usize,
    /// Every output belongs to exactly one run; ordered by `start`.
    pub runs: Vec<Run>,
}

/// The block at each spatial non-zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// All input channels times all output channels.
    Dense,
    /// Each channel with itself.
    Diagonal,
}

/// The factored layout of an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toeplitz {
    /// One band a spatial axis, outermost first.
    pub bands: Vec<Band>,
    /// The block at each spatial non-zero.
    pub channels: Channels,
    /// Input channels.
    pub in_channels: usize,
    /// Output channels.
    pub out_channels: usize,
}

impl Band {
    /// The band of a convolution along `axis`.
    ///
    /// Tap `k` meets the input for an interval of outputs; between two neighbouring ends of these intervals all outputs
    /// have the same taps, so the ends cut the axis into its runs.
    pub fn new(axis: &Axis) -> Self {
        let intervals: Vec<(usize, usize)> = (0..axis.kernel).map(|k| outputs_met(axis, k)).collect();
        let runs = cuts(axis, &intervals)
            .windows(2)
            .map(|cut| {
                let (start, end) = (cut[0], cut[1]);
                let met = |&k: &usize| intervals[k].0 <= start && start < intervals[k].1;
                let input = |k: usize| start * axis.stride + k * axis.dilation - axis.pad_before;
                let taps = (0..axis.kernel).filter(met).map(|k| Tap { kernel: k, input: input(k) }).collect();
                Run { start, step: 1, len: end - start, advance: axis.stride, taps }
            })
            .collect();
        Band { input: axis.input, output: axis.output, kernel: axis.kernel, runs }
    }

    /// Number of (output, tap) pairs inside the input: the non-zeros of the axis.
    pub fn nnz(&self) -> u64 {
        self.runs.iter().map(|run| run.len as u64 * run.taps.len() as u64).sum()
    }

    /// Index of the run whose outputs meet every tap of the axis.
    pub fn interior(&self) -> Option<usize> {
        self.runs.iter().position(|run| run.taps.len() == self.kernel)
    }

    /// The run that `output` belongs to.
    ///
    /// # Panics
    ///
    /// There is no such output.
    pub fn run(&self, output: usize) -> &Run {
        let contains = |run: &&Run| {
            let moved = output - run.start;
            moved.is_multiple_of(run.step) && moved / run.step < run.len
        };
        let started = self.runs.partition_point(|run| run.start <= output);
        self.runs[..started].iter().rev().find(contains).expect("an output of this axis")
    }

    /// The taps of one output, as (kernel index, input index), by ascending kernel index.
    ///
    /// # Panics
    ///
    /// There is no such output.
    pub fn taps(&self, output: usize) -> Vec<Tap> {
        let run = self.run(output);
        let moved = (output - run.start) / run.step * run.advance;
        run.taps.iter().map(|tap| Tap { kernel: tap.kernel, input: tap.input + moved }).collect()
    }
}

/// Where runs begin, and where the last one ends, if tap `k` meets the input for the outputs `intervals[k]`.
fn cuts(axis: &Axis, intervals: &[(usize, usize)]) -> Vec<usize> {
    let mut cuts = vec![0, axis.output];
    cuts.extend(intervals.iter().filter(|(from, to)| from < to).flat_map(|&(from, to)| [from, to]));
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// Number of taps in all runs of `axis`, without making them: there may be too many to make.
pub(crate) fn taps(axis: &Axis) -> u64 {
    let intervals: Vec<(usize, usize)> = (0..axis.kernel).map(|k| outputs_met(axis, k)).collect();
    let cuts = cuts(axis, &intervals);
    let runs_before = |output: usize| cuts.partition_point(|&cut| cut < output) as u64;
    intervals.iter().map(|&(from, to)| runs_before(to) - runs_before(from)).sum()
}

/// The outputs `from..to` for which tap `k` falls inside the input; `from == to` where there are none.
fn outputs_met(axis: &Axis, k: usize) -> (usize, usize) {
    let shift = k * axis.dilation;
    let from = axis.pad_before.saturating_sub(shift).div_ceil(axis.stride);
    let to = (axis.input + axis.pad_before).saturating_sub(shift).div_ceil(axis.stride);
    (from.min(axis.output), to.min(axis.output).max(from.min(axis.output)))
}

impl Toeplitz {
    /// The layout of `operation`.
    pub fn new(operation: &Operation) -> Self {
        Toeplitz {
            bands: operation.axes.iter().map(Band::new).collect(),
            channels: match operation.inner {
                Inner::MultiplyAdd => Channels::Dense,
                Inner::Max => Channels::Diagonal,
            },
            in_channels: operation.in_channels,
            out_channels: operation.out_channels,
        }
    }

    /// Structural non-zeros: the product of the bands' times the channel block's.
    pub fn nnz(&self) -> u64 {
        let spatial: u64 = self.bands.iter().map(Band::nnz).product();
        spatial
            * match self.channels {
                Channels::Dense => self.in_channels as u64 * self.out_channels as u64,
                Channels::Diagonal => self.out_channels as u64,
            }
    }
}
