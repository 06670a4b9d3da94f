//! The layout of an operator: one banded Toeplitz matrix an axis, a channel block at each non-zero.
//!
//! Comes in: an [`Operation`]. Goes out: bands as runs, O(kernel²) numbers whatever the input's size, for the plan and the
//! emitter. Must not know: tokens, SIMD, channels' packing.
//!
//! Worked example of a convolution, input 4, kernel 3, padding 1 on both sides (`same`):
//!
//! ```text
//!   output 0 meets inputs      0 1     with taps   1 2     run { start 0, len 1, taps (1,0) (2,1) }
//!   output 1 meets inputs      0 1 2   with taps 0 1 2 \   run { start 1, len 2, taps (0,0) (1,1) (2,2) },
//!   output 2 meets inputs        1 2 3 with taps 0 1 2 /         the input advances by 1 from output to output
//!   output 3 meets inputs          2 3 with taps 0 1       run { start 3, len 1, taps (0,2) (1,3) }
//! ```
//!
//! A padding mode gives the taps that are missing here an input after all: with `circular` tap 0 of output 0 meets input 3, and the
//! first run is { start 0, len 1, taps (0,3) (1,0) (2,1) }.

use crate::operation::{Axis, DataFormat, Inner, Operation, PaddingMode};

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
    /// Taps that meet an input, by ascending kernel index; none where the window lies wholly in padding of zeros.
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
    /// Taps of the last output that lie beyond the padding, and are no part of its window.
    pub overhang: usize,
    /// Index of the run whose windows have every tap of the axis, all of them inside the input.
    pub interior: Option<usize>,
}

/// The block at each spatial non-zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// All input channels times all output channels.
    Dense,
    /// In each of so many groups, its input channels times its output channels.
    Grouped(usize),
    /// Each channel with itself, without a weight.
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
    /// Whether weights are `[kernel sizes...][out][in]` and not `[kernel sizes...][in][out]`.
    pub transposed: bool,
    /// How elements lie in memory.
    pub format: DataFormat,
}

/// Outputs `start + j * step` for `j < len`, where tap `k` meets input `taps[k].1 + j * advance` if there is such.
struct Phase {
    start: usize,
    step: usize,
    len: usize,
    advance: usize,
    /// Kernel index, and where along the input it lies at `j = 0`, which may be outside.
    taps: Vec<(usize, i64)>,
    /// What it meets there.
    mode: PaddingMode,
}

#[expect(clippy::cast_possible_wrap, reason = "no length, and no offset along a kernel, is beyond 2^32")]
impl Phase {
    /// The phases of `axis`, each output in one of them. A convolution has one; of a transposed one, outputs that differ by a
    /// multiple of the stride form one, since the others meet other taps.
    fn all(axis: &Axis, transposed: bool) -> Vec<Self> {
        let offset = |k: usize| (k * axis.dilation) as i64;
        let pad = axis.pad_before as i64;
        if !transposed {
            let taps = (0..axis.kernel).map(|k| (k, offset(k) - pad)).collect();
            return vec![Phase { start: 0, step: 1, len: axis.output, advance: axis.stride, taps, mode: axis.mode }];
        }
        let stride = axis.stride as i64;
        let phase = |start: usize| {
            // Kernel element `k` carries input `i` to output `i * stride + k * dilation - pad`.
            let taps = (0..axis.kernel).map(|k| (k, start as i64 + pad - offset(k)));
            let taps = taps.filter(|(_, at)| at.rem_euclid(stride) == 0).map(|(k, at)| (k, at.div_euclid(stride)));
            let len = (axis.output - start).div_ceil(axis.stride);
            Phase { start, step: axis.stride, len, advance: 1, taps: taps.collect(), mode: axis.mode }
        };
        (0..axis.stride.min(axis.output)).map(phase).collect()
    }

    /// The `j` from and to which each tap falls inside an input of `input` elements; equal where it never does.
    fn intervals(&self, input: usize) -> Vec<(usize, usize)> {
        let (advance, len) = (self.advance as i64, self.len as i64);
        // The first `j` at which the input is `at` or more.
        let reach = |first: i64, at: i64| (at - first + advance - 1).div_euclid(advance).clamp(0, len) as usize;
        self.taps.iter().map(|&(_, first)| (reach(first, 0), reach(first, input as i64))).collect()
    }

    /// Where runs begin, and where the last one ends, if taps are inside the input in `intervals`: between two neighbouring ends of
    /// these all outputs have the same taps.
    fn cuts(&self, intervals: &[(usize, usize)]) -> Vec<usize> {
        // A tap that is never inside says nothing, unless it meets something on both sides.
        let counts = |&&(from, to): &&(usize, usize)| from < to || self.mode != PaddingMode::Zeros;
        let mut cuts = vec![0, self.len];
        cuts.extend(intervals.iter().filter(counts).flat_map(|&(from, to)| [from, to]));
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }

    /// How far the input moves from output to output between two cuts, where so many taps are `inside`; nothing where it does not
    /// move evenly, since some taps go on, and others stay or turn back.
    fn advance(&self, inside: usize) -> Option<usize> {
        match self.mode {
            PaddingMode::Zeros | PaddingMode::Circular => Some(self.advance),
            PaddingMode::Replicate if inside == 0 => Some(0),
            PaddingMode::Replicate | PaddingMode::Reflect => (inside == self.taps.len()).then_some(self.advance),
        }
    }

    /// From where to where, and how far the input moves in between: the runs without their taps.
    fn spans(&self, intervals: &[(usize, usize)]) -> Vec<(usize, usize, usize)> {
        let cuts = self.cuts(intervals);
        let span = |cut: &[usize]| {
            let (from, to) = (cut[0], cut[1]);
            let inside = intervals.iter().filter(|met| met.0 <= from && from < met.1).count();
            match self.advance(inside) {
                Some(advance) => vec![(from, to, advance)],
                None => (from..to).map(|output| (output, output + 1, self.advance)).collect(),
            }
        };
        cuts.windows(2).flat_map(span).collect()
    }

    /// The phase cut into runs.
    fn runs(&self, input: usize) -> Vec<Run> {
        let run = |(from, to, advance): (usize, usize, usize)| {
            let tap = |&(kernel, first): &(usize, i64)| {
                Some(Tap { kernel, input: self.mode.meet(first + (from * self.advance) as i64, input)? })
            };
            Run {
                start: self.start + from * self.step,
                step: self.step,
                len: to - from,
                advance,
                taps: self.taps.iter().filter_map(tap).collect(),
            }
        };
        self.spans(&self.intervals(input)).into_iter().map(run).collect()
    }

    /// First output whose window has all of `kernel` taps inside the input.
    fn interior(&self, kernel: usize, input: usize) -> Option<usize> {
        let intervals = self.intervals(input);
        let from = intervals.iter().map(|met| met.0).max()?;
        let to = intervals.iter().map(|met| met.1).min()?;
        (self.taps.len() == kernel && from < to).then_some(self.start + from * self.step)
    }
}

impl Band {
    /// The band of `axis`, of a convolution or of a transposed one.
    pub fn new(axis: &Axis, transposed: bool) -> Self {
        let Axis { input, output, kernel, overhang, .. } = *axis;
        let phases = Phase::all(axis, transposed);
        let mut runs: Vec<Run> = phases.iter().flat_map(|phase| phase.runs(input)).collect();
        runs.sort_by_key(|run| run.start);
        let interior = phases.iter().filter_map(|phase| phase.interior(kernel, input)).min();
        let interior = interior.and_then(|start| runs.iter().position(|run| run.start == start));
        Band { input, output, kernel, runs, overhang, interior }
    }

    /// Number of (output, tap) pairs that meet an input: the products of the axis.
    pub fn nnz(&self) -> u64 {
        self.runs.iter().map(|run| run.len as u64 * run.taps.len() as u64).sum()
    }

    /// Number of outputs that meet an input with one kernel element.
    pub fn outputs_of(&self, kernel: usize) -> u64 {
        let met = self.runs.iter().filter(|run| run.taps.iter().any(|tap| tap.kernel == kernel));
        met.map(|run| run.len as u64).sum()
    }

    /// Leaves out the taps of kernel elements that are not `kept`.
    pub(crate) fn keep(&mut self, kept: impl Fn(usize) -> bool) {
        for run in &mut self.runs {
            run.taps.retain(|tap| kept(tap.kernel));
        }
    }

    /// Whether some window lacks taps, which lie in padding of zeros.
    pub fn is_clipped(&self) -> bool {
        self.runs.iter().any(|run| run.taps.len() < self.kernel)
    }

    /// Whether neighbouring outputs belong to different runs, as those of a transposed convolution with a stride do.
    pub fn interleaved(&self) -> bool {
        self.runs.iter().any(|run| run.step > 1)
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

/// Number of taps in all runs of `axis`, without making them: there may be too many to make.
pub(crate) fn taps(axis: &Axis, transposed: bool) -> u64 {
    let of_phase = |phase: &Phase| {
        let intervals = phase.intervals(axis.input);
        if phase.mode != PaddingMode::Zeros {
            return (phase.spans(&intervals).len() * phase.taps.len()) as u64;
        }
        let cuts = phase.cuts(&intervals);
        let runs_before = |output: usize| cuts.partition_point(|&cut| cut < output) as u64;
        intervals.iter().map(|&(from, to)| runs_before(to) - runs_before(from)).sum::<u64>()
    };
    Phase::all(axis, transposed).iter().map(of_phase).sum()
}

impl Toeplitz {
    /// The layout of `operation`.
    pub fn new(operation: &Operation) -> Self {
        Toeplitz {
            bands: operation.axes.iter().map(|axis| Band::new(axis, operation.transposed)).collect(),
            channels: match operation.inner {
                Inner::MultiplyAdd | Inner::AbsoluteDifference if operation.groups > 1 => {
                    Channels::Grouped(operation.groups)
                }
                Inner::MultiplyAdd | Inner::AbsoluteDifference => Channels::Dense,
                Inner::Max | Inner::Mean { .. } | Inner::Softmax { .. } => Channels::Diagonal,
            },
            in_channels: operation.in_channels,
            out_channels: operation.out_channels,
            transposed: operation.transposed,
            format: operation.format,
        }
    }

    /// This layout and that of a pointwise convolution behind it, `then`: of the convolution that they make together, in which every
    /// input channel of a window meets every output channel.
    #[must_use]
    pub fn before(&self, then: &Operation) -> Self {
        Toeplitz { channels: Channels::Dense, out_channels: then.out_channels, ..self.clone() }
    }

    /// Products of one forward pass: those of the bands times the channel block's.
    pub fn nnz(&self) -> u64 {
        let spatial: u64 = self.bands.iter().map(Band::nnz).product();
        spatial
            * match self.channels {
                Channels::Dense => self.in_channels as u64 * self.out_channels as u64,
                Channels::Grouped(groups) => (self.in_channels / groups) as u64 * self.out_channels as u64,
                Channels::Diagonal => self.out_channels as u64,
            }
    }
}
