//! Convolutions along one axis by transforms of blocks of the signal (overlap-save).
//!
//! Comes in: signals, spectra of kernels, roots of unity. Goes out: outputs. Must not know: how weights become spectra.
//!
//! Lanes are blocks: a vector has the same element of as many blocks, and no transform moves anything between lanes. Two blocks are the real and
//! the imaginary part of one: kernels are real, so that the parts stay apart. A transform has the passes of `toeplitz_tensors::spectra`, and from a
//! size on that stays in the first-level cache the passes of a part follow each other: forwards, the product, and back.

mod passes;

use core::ops::Range;

use fearless_simd::Simd;
use toeplitz_tensors::pack::Weights;
use toeplitz_tensors::spectra::{self, Spectra};

use super::lanes::opaque;
use super::math::{Vector, zero};
use super::winograd::turned;
use passes::{backwards, ends, ends_back, forwards, multiply_one, parts, read, write};

/// One element of all blocks: real parts, imaginary parts.
type Cell<E, const LANES: usize> = [[E; LANES]; 2];
/// One element of the spectra of some output channels for an input channel.
type Factors<E, const TOGETHER: usize> = [[E; 2]; TOGETHER];

/// A convolution.
#[derive(Clone, Copy)]
pub struct Signals {
    /// Signals that have nothing to do with each other: rows of an image.
    pub rows: usize,
    /// Elements of a signal, and outputs.
    pub lens: [usize; 2],
    /// Elements of padding before a signal.
    pub before: usize,
    /// Input channels, and output channels.
    pub channels: [usize; 2],
    /// Whether channels are outermost.
    pub first: bool,
    /// Outputs of a block.
    pub step: usize,
    /// Elements of a transform.
    pub size: usize,
}

impl Signals {
    /// Blocks of all signals.
    fn blocks(&self) -> usize {
        self.rows * self.lens[1].div_ceil(self.step)
    }

    /// Where the blocks from `first` on are, on the side of inputs or of outputs.
    #[inline(always)]
    fn places<const LANES: usize>(&self, side: usize, first: usize) -> Places<LANES> {
        let (each, len) = (self.lens[1].div_ceil(self.step), self.lens[side]);
        let channels = if self.first { 1 } else { self.channels[side] };
        let (before, most) = if side == 0 { (self.before, self.size) } else { (0, self.step) };
        let mut places = Places { begins: [0; LANES], there: [(0, 0); LANES], all: (0, usize::MAX) };
        for lane in 0..LANES {
            // Lanes that have no block do the last one too.
            let block = (first + lane).min(self.blocks() - 1);
            let (row, at) = (block / each, block % each * self.step);
            let from = before.saturating_sub(at) * channels;
            let to = (before + len).saturating_sub(at).min(most) * channels;
            places.begins[lane] = (row * len + at).wrapping_sub(before).wrapping_mul(channels);
            places.there[lane] = (from, to);
            places.all = (places.all.0.max(from), places.all.1.min(to));
        }
        places
    }
}

/// Where the elements of blocks are, one a lane.
struct Places<const LANES: usize> {
    /// A block's first element, which may lie before the signal.
    begins: [usize; LANES],
    /// From which of its elements on, and up to which, there are some.
    there: [(usize, usize); LANES],
    /// Where there are some in all lanes.
    all: (usize, usize),
}

impl<const LANES: usize> Places<LANES> {
    /// Whether all blocks have `LANES` elements from the `at`-th on.
    #[inline(always)]
    fn are_whole(&self, at: usize) -> bool {
        at >= self.all.0 && at + LANES <= self.all.1
    }

    /// The elements of a lane's block among the `LANES` from the `at`-th on: which, and where they are.
    #[inline(always)]
    fn part(&self, lane: usize, at: usize) -> Option<(Range<usize>, Range<usize>)> {
        let (from, to) = self.there[lane];
        let from = from.saturating_sub(at);
        let to = to.saturating_sub(at).min(LANES);
        let begin = self.begins[lane].wrapping_add(at + from);
        (from < to).then(|| (from..to, begin..begin + (to - from)))
    }
}

/// Cells of each channel's signal, and one that keeps the same cells of channels in different sets of the cache.
const fn apart(size: usize) -> usize {
    size + 1
}

/// The functions for one type of data.
macro_rules! packed {
    ($roots:ident, $spectra:ident, $pack:ident, $element:ty) => {
        /// The roots of unity of a transform of `size` elements, in the type of data.
        pub const fn $roots<const ROOTS: usize>(size: usize) -> [[$element; 2]; ROOTS] {
            let exact = roots::<ROOTS>(size);
            let mut rounded = [[0.0; 2]; ROOTS];
            let mut at = 0;
            while at < ROOTS {
                rounded[at] = [exact[at][0] as $element, exact[at][1] as $element];
                at += 1;
            }
            rounded
        }

        /// The spectra of kernels of so many `taps`, as `CELLS` times those that are multiplied together.
        pub const fn $spectra<const ROOTS: usize, const SIZE: usize, const TOGETHER: usize, const CELLS: usize>(
            weights: &[$element],
            order: Weights,
            taps: usize,
        ) -> [[[$element; 2]; TOGETHER]; CELLS] {
            let mut packed = [[[0.0; 2]; TOGETHER]; CELLS];
            let spectra = Spectra { taps, size: SIZE, together: TOGETHER };
            let work = (&roots::<ROOTS>(SIZE), &mut [[0.0; 2]; SIZE]);
            spectra::$pack(weights, order, spectra, (work.0, work.1), packed.as_flattened_mut().as_flattened_mut());
            packed
        }
    };
}

/// The roots of unity of a transform of `size` elements.
const fn roots<const ROOTS: usize>(size: usize) -> [[f64; 2]; ROOTS] {
    let mut roots = [[0.0; 2]; ROOTS];
    spectra::roots(size, &mut roots);
    roots
}

packed!(roots_f32, spectra_f32, pack_spectra_f32, f32);
packed!(roots_f64, spectra_f64, pack_spectra_f64, f64);

/// Computes `output` from `input`: `[rows][len][channels]`, or with channels first `[channels][rows][len]`.
///
/// `spectra` are packed for so many output channels `TOGETHER`. `finish` makes outputs of sums of a channel; where it is much code, it is
/// `LOOPED` over.
#[inline(always)]
pub fn overlap_save<S: Simd, V: Vector<S>, const LANES: usize, const TOGETHER: usize, const LOOPED: bool>(
    simd: S,
    signals: Signals,
    roots: &[[V::Element; 2]],
    spectra: &[Factors<V::Element, TOGETHER>],
    (input, output): (&[V::Element], &mut [V::Element]),
    scratch: &mut [V::Element],
    finish: impl Fn(V, usize) -> V,
) {
    let Signals { size, channels: [from, to], .. } = signals;
    let cells = scratch.as_chunks_mut::<LANES>().0.as_chunks_mut::<2>().0;
    let apart = apart(size);
    // All of a block's sums wait in registers until its inputs are read, so that they may take their place.
    let begin = if to <= TOGETHER { 0 } else { from * apart };
    let (part, last) = parts(size);
    let mut first = 0;
    while first < signals.blocks() {
        load::<S, V, LANES>(simd, &signals, input, first, cells);
        for plane in cells.chunks_mut(apart).take(from) {
            forwards::<S, V, LANES>(simd, &mut plane[..size], size, part, roots);
        }
        for at in (0..size).step_by(part) {
            for plane in cells.chunks_mut(apart).take(from) {
                forwards::<S, V, LANES>(simd, &mut plane[at..at + part], size, last, roots);
            }
            if from == 1 && TOGETHER == 1 && to == 1 {
                let spectrum = &spectra.as_flattened()[at..at + part];
                multiply_one::<S, V, LANES>(simd, &mut cells[at..at + part], last, spectrum);
            } else {
                for plane in cells.chunks_mut(apart).take(from) {
                    ends::<S, V, LANES>(simd, &mut plane[at..at + part], last);
                }
                multiply::<S, V, LANES, TOGETHER>(simd, &signals, (at, part), spectra, (cells, begin));
                for plane in cells[begin..].chunks_mut(apart).take(to) {
                    ends_back::<S, V, LANES>(simd, &mut plane[at..at + part], last);
                }
            }
            for plane in cells[begin..].chunks_mut(apart).take(to) {
                backwards::<S, V, LANES>(simd, &mut plane[at..at + part], size, last, roots);
            }
        }
        for plane in cells[begin..].chunks_mut(apart).take(to) {
            backwards::<S, V, LANES>(simd, &mut plane[..size], size, part, roots);
        }
        store::<S, V, LANES, LOOPED>(simd, &signals, &cells[begin..], first, output, &finish);
        first += 2 * LANES;
    }
}

/// The blocks from `first` on, `LANES` real parts and as many imaginary ones, as cells of each channel.
#[inline(always)]
fn load<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    signals: &Signals,
    input: &[V::Element],
    first: usize,
    cells: &mut [Cell<V::Element, LANES>],
) {
    let Signals { size, rows, lens, .. } = *signals;
    let apart = apart(size);
    let (planes, channels) = if signals.first { (signals.channels[0], 1) } else { (1, signals.channels[0]) };
    for (plane, input) in input.chunks_exact(rows * lens[0] * channels).take(planes).enumerate() {
        for half in [0, 1] {
            let places = signals.places::<LANES>(0, first + half * LANES);
            let (mut channel, mut element) = (0, 0);
            for at in (0..size * channels).step_by(LANES) {
                let mut block = [V::splat(simd, zero()); LANES];
                if places.are_whole(at) {
                    for (line, begin) in block.iter_mut().zip(places.begins) {
                        *line = V::from_slice(simd, &input[begin.wrapping_add(at)..][..LANES]);
                    }
                } else {
                    // A loop, since it is seldom gone through and would be much code.
                    for (lane, line) in block.iter_mut().enumerate().take(opaque(LANES)) {
                        let Some((part, elements)) = places.part(lane, at) else { continue };
                        let elements = &input[elements];
                        *line = if elements.len() == LANES {
                            V::from_slice(simd, elements)
                        } else {
                            let mut filled = [zero(); LANES];
                            filled[part].copy_from_slice(elements);
                            V::from_slice(simd, &filled)
                        };
                    }
                }
                for line in turned::<S, V, LANES>(block) {
                    line.store_slice(&mut cells[(plane + channel) * apart + element][half]);
                    channel += 1;
                    if channel == channels {
                        (channel, element) = (0, element + 1);
                    }
                }
            }
        }
    }
}

/// The outputs of the blocks from `first` on.
#[inline(always)]
fn store<S: Simd, V: Vector<S>, const LANES: usize, const LOOPED: bool>(
    simd: S,
    signals: &Signals,
    cells: &[Cell<V::Element, LANES>],
    first: usize,
    output: &mut [V::Element],
    finish: &impl Fn(V, usize) -> V,
) {
    let Signals { size, rows, lens, step, .. } = *signals;
    let apart = apart(size);
    let (planes, channels) = if signals.first { (signals.channels[1], 1) } else { (1, signals.channels[1]) };
    for (plane, output) in output.chunks_exact_mut(rows * lens[1] * channels).take(planes).enumerate() {
        for half in [0, 1] {
            let places = signals.places::<LANES>(1, first + half * LANES);
            let (mut channel, mut element) = (0, 0);
            for at in (0..step * channels).step_by(LANES) {
                let mut block = [V::splat(simd, zero()); LANES];
                for line in block.iter_mut().take(if LOOPED { opaque(LANES) } else { LANES }) {
                    // Behind the last output of a block there is something else, which nobody takes.
                    let cell = &cells[(plane + channel) * apart + element];
                    *line = finish(V::from_slice(simd, &cell[half]), plane + channel);
                    channel += 1;
                    if channel == channels {
                        (channel, element) = (0, element + 1);
                    }
                }
                let block = turned::<S, V, LANES>(block);
                if places.are_whole(at) {
                    for (line, begin) in block.iter().zip(places.begins) {
                        line.store_slice(&mut output[begin + at..][..LANES]);
                    }
                } else {
                    for (lane, line) in block.iter().enumerate().take(opaque(LANES)) {
                        let Some((part, elements)) = places.part(lane, at) else { continue };
                        let elements = &mut output[elements];
                        if elements.len() == LANES {
                            line.store_slice(elements);
                        } else {
                            elements.copy_from_slice(&line.as_slice()[part]);
                        }
                    }
                }
            }
        }
    }
}

/// The products of the cells from `at` on: for each output channel the sum over all input channels, in the place of inputs or behind them.
#[inline(always)]
fn multiply<S: Simd, V: Vector<S>, const LANES: usize, const TOGETHER: usize>(
    simd: S,
    signals: &Signals,
    (at, part): (usize, usize),
    spectra: &[Factors<V::Element, TOGETHER>],
    (cells, begin): (&mut [Cell<V::Element, LANES>], usize),
) {
    let Signals { size, channels: [from, to], .. } = *signals;
    let (apart, blocks) = (apart(size), to.div_ceil(TOGETHER));
    let spectra = &spectra[at * blocks * from..][..part * blocks * from];
    for (element, spectra) in spectra.chunks_exact(blocks * from).enumerate() {
        let element = at + element;
        for (block, spectra) in spectra.chunks_exact(from).enumerate() {
            let mut sums = [[V::splat(simd, zero()); 2]; TOGETHER];
            for (channel, spectrum) in spectra.iter().enumerate() {
                let [real, imaginary] = read::<S, V, LANES>(simd, &cells[channel * apart + element]);
                for ([sum, turned], [along, across]) in sums.iter_mut().zip(spectrum) {
                    let (along, across) = (V::splat(simd, *along), V::splat(simd, *across));
                    *sum = real.mul_add(along, imaginary.mul_add(-across, *sum));
                    *turned = real.mul_add(across, imaginary.mul_add(along, *turned));
                }
            }
            let outputs = block * TOGETHER..to.min((block + 1) * TOGETHER);
            for (output, sum) in outputs.zip(sums) {
                write::<S, V, LANES>(sum, &mut cells[begin + output * apart + element]);
            }
        }
    }
}
