//! Plans convolutions of long kernels along one axis by transforms of blocks of the signal (overlap-save).
//!
//! Comes in: an operation and its direct plan. Goes out: a [`Fourier`]. Must not know: tokens, how transforms are computed.
//!
//! A block of as many elements as a transform has gives all outputs whose windows lie inside, so that blocks overlap by the kernel. Lanes are
//! blocks, and two blocks are the real and the imaginary part of one: as many blocks as twice the lanes are transformed together, for every input
//! channel, multiplied by the spectra of kernels, summed up and transformed back for every output channel.

use super::machine::{CACHES, REGISTER_FILES, RegisterFile};
use super::{Instead, Plan, Refusal, unfit, winograd};
use crate::operation::{Algorithm, Axis, Operation};

/// Elements of the smallest transform, and of the largest, which is four times as long as the longest kernel.
const SIZES: [usize; 2] = [32, 16_384];
/// Output channels whose sums are in registers together: eight sums, a spectrum and a signal fit in sixteen.
const TOGETHER: usize = 4;
/// Outputs of a block are so many, or a multiple of them, where that costs no block: no store is in pieces then.
const EVEN: usize = 16;
/// Cycles for a cell, a vector of real parts and one of imaginary parts, to bring it from a signal into lanes, and back from there. In
/// lanes they are about the same on all register files.
const MOVE_CYCLES: f64 = 3.5;
/// Cycles for a cell in a pass over quarters and in that back, or over thirds.
const PASS_CYCLES: [f64; 2] = [7.5, 9.0];
/// Cycles for a cell in the passes that multiply by nothing, forwards and back.
const END_CYCLES: f64 = 4.0;
/// Cycles for a cell that waits for another while sums are begun and stored.
const SUM_CYCLES: f64 = 4.0;
/// How much longer products take than their multiply-adds: they wait for spectra now and then.
const WAITING: f64 = 1.15;
/// Cycles to find the places of the blocks of a lane, and to set all passes up.
const GROUP_CYCLES: f64 = 600.0;
/// How much of the direct cycles there may be at most: see [`winograd`].
const WORTH: f64 = 0.95;

/// A convolution by transforms.
#[derive(Clone, Debug, PartialEq)]
pub struct Fourier {
    /// Signals that have nothing to do with each other: rows of an image.
    pub rows: usize,
    /// Elements of a signal, and outputs.
    pub lens: [usize; 2],
    /// Elements of padding before a signal.
    pub before: usize,
    /// Taps of the kernel.
    pub taps: usize,
    /// Input channels and output channels.
    pub channels: [usize; 2],
    /// Elements of a transform: a power of two, or three times one.
    pub size: usize,
    /// Outputs of a block.
    pub step: usize,
    /// Output channels whose sums are in registers together.
    pub together: usize,
    /// Lanes, for each register file.
    pub lanes: [usize; REGISTER_FILES.len()],
}

/// Why `operation` cannot be computed by transforms, if it cannot.
pub fn refusal(operation: &Operation) -> Option<Refusal> {
    let Some((along, outer)) = operation.axes.split_last() else { return Some(Refusal::Operator) };
    let has_kernel = along.kernel > 1 && outer.iter().all(Axis::is_pointwise);
    unfit::refusal(operation, core::slice::from_ref(along), has_kernel)
}

/// The plan by transforms, where that can be and is asked for or cheaper than `direct`.
pub(super) fn instead(operation: &Operation, direct: &Plan) -> Option<Plan> {
    let is_allowed = matches!(operation.algorithm, Algorithm::Auto | Algorithm::Fft);
    let is_other = operation.asked.choice.is_some();
    if !is_allowed || is_other || refusal(operation).is_some() || operation.sum.is_some() {
        return None;
    }
    let files = REGISTER_FILES.map(|file| file.holding(operation.element));
    let directly = files.map(|file| winograd::direct_cycles(direct, file));
    // What part of the direct cycles it takes, on each register file.
    let parts = |fourier: &Fourier| {
        let cycles = files.iter().zip(fourier.lanes).map(|(&file, lanes)| fourier.cycles(operation, file, lanes));
        cycles.zip(directly).map(|(cycles, directly)| cycles / directly).collect::<Vec<_>>()
    };
    let candidates = sizes().filter_map(|size| Fourier::new(operation, &files, size));
    let sum = |fourier: &Fourier| parts(fourier).iter().sum::<f64>();
    let fourier = candidates.min_by(|a, b| sum(a).total_cmp(&sum(b)))?;
    // No CPU is to be slower.
    if operation.algorithm == Algorithm::Auto && parts(&fourier).iter().any(|&part| part > WORTH) {
        return None;
    }
    Some(direct.with(Instead::Fourier(Box::new(fourier))))
}

/// Sizes of transforms.
fn sizes() -> impl Iterator<Item = usize> {
    let powers = core::iter::successors(Some(SIZES[0]), |size| Some(2 * size)).take_while(|&size| size <= SIZES[1]);
    powers.flat_map(|power| [power, power / 2 * 3]).filter(|&size| size <= SIZES[1])
}

impl Fourier {
    /// The plan with transforms of `size` elements, if a block of so many has outputs.
    fn new(operation: &Operation, files: &[RegisterFile; REGISTER_FILES.len()], size: usize) -> Option<Self> {
        let (axis, outer) = operation.axes.split_last()?;
        let most = (size + 1).checked_sub(axis.kernel).filter(|&most| most > 0)?;
        let evenly = axis.output.div_ceil(axis.output.div_ceil(most));
        let channels = [operation.in_channels, operation.out_channels];
        let blocks = channels[1].div_ceil(TOGETHER);
        let fourier = Fourier {
            rows: outer.iter().map(|axis| axis.output).product(),
            lens: [axis.input, axis.output],
            before: axis.pad_before,
            taps: axis.kernel,
            channels,
            size,
            step: evenly.next_multiple_of(EVEN).min(most),
            together: channels[1].div_ceil(blocks),
            lanes: files.map(|file| file.lanes),
        };
        let lanes = files.map(|file| {
            let cycles = |lanes: usize| fourier.cycles(operation, file, lanes);
            // Of lanes that nothing is in there are as few as can be.
            let widths = file.widths().collect::<Vec<_>>().into_iter().rev();
            widths.min_by(|&a, &b| cycles(a).total_cmp(&cycles(b))).unwrap_or(file.lanes)
        });
        Some(Fourier { lanes, ..fourier })
    }

    /// Blocks of all signals.
    pub fn blocks(&self) -> usize {
        self.rows * self.lens[1].div_ceil(self.step)
    }

    /// How often so many lanes of blocks are transformed.
    pub fn groups(&self, lanes: usize) -> usize {
        self.blocks().div_ceil(2 * lanes)
    }

    /// Spectra that are multiplied together, all of them.
    pub fn spectra(&self) -> usize {
        self.size * self.channels[0] * self.channels[1].div_ceil(self.together)
    }

    /// Elements of all blocks that are transformed together, with `lanes`: of each channel one more than a transform has. Sums that are in
    /// registers together take the place of their inputs.
    pub fn len(&self, lanes: usize) -> usize {
        let [from, to] = self.channels;
        let planes = if to <= self.together { from.max(to) } else { from + to };
        2 * lanes * (self.size + 1) * planes
    }

    /// Elements of them with the widest lanes.
    pub fn longest(&self) -> usize {
        self.lanes.iter().map(|&lanes| self.len(lanes)).max().unwrap_or(0)
    }

    /// Predicted cycles on `file`.
    fn cycles(&self, operation: &Operation, file: RegisterFile, lanes: usize) -> f64 {
        let [from, to] = self.channels.map(|channels| channels as f64);
        let bytes = |elements: usize| elements * operation.element.bytes();
        let thirds = self.size.is_multiple_of(3);
        let power = if thirds { self.size / 3 } else { self.size };
        let quarters = f64::from((power.ilog2() - 1) / 2);
        let passes = quarters * PASS_CYCLES[0] + if thirds { PASS_CYCLES[1] } else { 0.0 } + END_CYCLES;
        let stored = self.step as f64 / self.size as f64;
        let transforms = 0.5 * passes * (from + to) + (from + to * stored) * MOVE_CYCLES;
        // Four real products for a complex one.
        let products = from * to * 4.0 / file.fma_ports as f64 * WAITING + (to - 1.0) * SUM_CYCLES;
        let cells = self.size as f64 * (transforms + products);
        let spectra = bytes(2 * self.spectra() * self.together);
        // Transformed signals are read again for every block of output channels, and all of them by every pass that leaves the cache.
        let signals = bytes(self.len(lanes));
        let traffic = spectra as f64 / CACHES.rate(spectra + signals) + 4.0 * signals as f64 / CACHES.rate(signals);
        self.groups(lanes) as f64 * (cells.max(traffic) + GROUP_CYCLES)
    }
}
