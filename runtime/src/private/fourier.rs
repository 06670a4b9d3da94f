//! Convolutions along one axis by transforms of blocks of the signal (overlap-save).
//!
//! Comes in: signals, spectra of kernels, roots of unity. Goes out: outputs. Must not know: how weights become spectra.
//!
//! Lanes are blocks: a vector has the same element of as many blocks, and no transform moves anything between lanes. Two blocks are the real and
//! the imaginary part of one: kernels are real, so that the parts stay apart. A transform has the passes of `toeplitz_tensors::spectra`, and from a
//! size on that stays in the first-level cache the passes of a part follow each other: forwards, the product, and back.

use core::ops::Range;

use fearless_simd::Simd;
use toeplitz_tensors::pack::Weights;
use toeplitz_tensors::spectra::{self, Spectra};

use super::lanes::opaque;
use super::math::{Real, Vector, zero};
use super::winograd::turned;

/// One element of all blocks: real parts, imaginary parts.
type Cell<E, const LANES: usize> = [[E; LANES]; 2];
/// Cells of a part whose passes follow each other.
const PART: usize = 64;

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
    (roots, spectra): (&[[V::Element; 2]], &[[[V::Element; 2]; TOGETHER]]),
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

/// The largest part of `size` that is no larger than [`PART`], and the last, of four cells or of two.
#[inline(always)]
fn parts(size: usize) -> (usize, usize) {
    let power = if size.is_multiple_of(3) { size / 3 } else { size };
    let mut part = power;
    while part > PART {
        part /= 4;
    }
    (part, if power.ilog2().is_multiple_of(2) { 4 } else { 2 })
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
        for half in 0..2 {
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
                    for lane in 0..opaque(LANES) {
                        let Some((part, elements)) = places.part(lane, at) else { continue };
                        let elements = &input[elements];
                        block[lane] = if elements.len() == LANES {
                            V::from_slice(simd, elements)
                        } else {
                            let mut line = [zero(); LANES];
                            line[part].copy_from_slice(elements);
                            V::from_slice(simd, &line)
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
        for half in 0..2 {
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
                    for lane in 0..opaque(LANES) {
                        let Some((part, elements)) = places.part(lane, at) else { continue };
                        let (elements, line) = (&mut output[elements], block[lane]);
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
    spectra: &[[[V::Element; 2]; TOGETHER]],
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

/// A cell as vectors.
#[inline(always)]
fn read<S: Simd, V: Vector<S>, const LANES: usize>(simd: S, [real, imaginary]: &Cell<V::Element, LANES>) -> [V; 2] {
    [V::from_slice(simd, real), V::from_slice(simd, imaginary)]
}

/// Vectors as a cell.
#[inline(always)]
fn write<S: Simd, V: Vector<S>, const LANES: usize>([a, b]: [V; 2], [real, imaginary]: &mut Cell<V::Element, LANES>) {
    a.store_slice(real);
    b.store_slice(imaginary);
}

/// Cells as vectors.
#[inline(always)]
fn read_each<S: Simd, V: Vector<S>, const LANES: usize, const LEN: usize>(
    simd: S,
    cells: [&Cell<V::Element, LANES>; LEN],
) -> [[V; 2]; LEN] {
    let mut values = [[V::splat(simd, zero()); 2]; LEN];
    for (value, cell) in values.iter_mut().zip(cells) {
        *value = read::<S, V, LANES>(simd, cell);
    }
    values
}

/// Vectors as neighbouring cells.
#[inline(always)]
fn write_all<S: Simd, V: Vector<S>, const LANES: usize, const LEN: usize>(
    values: [[V; 2]; LEN],
    cells: &mut [Cell<V::Element, LANES>; LEN],
) {
    for (value, cell) in values.into_iter().zip(cells) {
        write::<S, V, LANES>(value, cell);
    }
}

/// The roots from those on that the pass over parts of `part` multiplies by, in a transform of `size` elements.
#[inline(always)]
fn begin(size: usize, part: usize) -> usize {
    let mut begin = 0;
    let mut before = size;
    if size.is_multiple_of(3) && part < size {
        (begin, before) = (size / 3 * 2, size / 3);
    }
    while before > part {
        begin += before / 4 * 3;
        before /= 4;
    }
    begin
}

/// The passes of a transform of `size` elements over parts of `cells`, from all of them down to those larger than `least`.
#[inline(always)]
fn forwards<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    size: usize,
    least: usize,
    roots: &[[V::Element; 2]],
) {
    let mut part = cells.len();
    let mut roots = &roots[begin(size, part)..];
    if part.is_multiple_of(3) {
        part /= 3;
        let (own, rest) = roots.split_at(2 * part);
        thirds::<S, V, LANES>(simd, cells, own);
        roots = rest;
    }
    while part > least {
        let (own, rest) = roots.split_at(part / 4 * 3);
        for cells in cells.chunks_exact_mut(part) {
            quarters::<S, V, LANES>(simd, cells, own);
        }
        roots = rest;
        part /= 4;
    }
}

/// Those passes the other way round: a transform back times the size.
#[inline(always)]
fn backwards<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    size: usize,
    least: usize,
    roots: &[[V::Element; 2]],
) {
    let has_thirds = cells.len().is_multiple_of(3);
    let most = if has_thirds { cells.len() / 3 } else { cells.len() };
    let mut part = least;
    while part < most {
        part *= 4;
        let own = &roots[begin(size, part)..][..part / 4 * 3];
        for cells in cells.chunks_exact_mut(part) {
            quarters_back::<S, V, LANES>(simd, cells, own);
        }
    }
    if has_thirds {
        thirds_back::<S, V, LANES>(simd, cells, &roots[..2 * most]);
    }
}

/// The last pass, over parts of so many cells, which multiplies by nothing.
#[inline(always)]
fn ends<S: Simd, V: Vector<S>, const LANES: usize>(simd: S, cells: &mut [Cell<V::Element, LANES>], last: usize) {
    if last == 4 {
        for cells in cells.as_chunks_mut().0 {
            write_all::<S, V, LANES, 4>(four(read_each::<S, V, LANES, 4>(simd, cells.each_ref())), cells);
        }
    } else {
        for cells in cells.as_chunks_mut().0 {
            write_all::<S, V, LANES, 2>(two(read_each::<S, V, LANES, 2>(simd, cells.each_ref())), cells);
        }
    }
}

/// The first pass back.
#[inline(always)]
fn ends_back<S: Simd, V: Vector<S>, const LANES: usize>(simd: S, cells: &mut [Cell<V::Element, LANES>], last: usize) {
    if last == 4 {
        for cells in cells.as_chunks_mut().0 {
            write_all::<S, V, LANES, 4>(four_back(read_each::<S, V, LANES, 4>(simd, cells.each_ref())), cells);
        }
    } else {
        ends::<S, V, LANES>(simd, cells, last);
    }
}

/// The last pass, the products with a single spectrum, and the first pass back.
#[inline(always)]
fn multiply_one<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    last: usize,
    spectrum: &[[V::Element; 2]],
) {
    if last == 4 {
        for (cells, [e, f, g, h]) in cells.as_chunks_mut().0.iter_mut().zip(spectrum.as_chunks().0) {
            let [a, b, c, d] = four(read_each::<S, V, LANES, 4>(simd, cells.each_ref()));
            let products = [times(simd, a, e), times(simd, b, f), times(simd, c, g), times(simd, d, h)];
            write_all::<S, V, LANES, 4>(four_back(products), cells);
        }
    } else {
        for (cells, [e, f]) in cells.as_chunks_mut().0.iter_mut().zip(spectrum.as_chunks().0) {
            let [a, b] = two(read_each::<S, V, LANES, 2>(simd, cells.each_ref()));
            write_all::<S, V, LANES, 2>(two([times(simd, a, e), times(simd, b, f)]), cells);
        }
    }
}

/// A product of complex numbers, of which the second is the same in all lanes.
#[inline(always)]
fn times<S: Simd, V: Vector<S>>(simd: S, [a, b]: [V; 2], [c, d]: &[V::Element; 2]) -> [V; 2] {
    let (c, d) = (V::splat(simd, *c), V::splat(simd, *d));
    [a.mul_add(c, -(b * d)), a.mul_add(d, b * c)]
}

/// A product with the conjugate of the second.
#[inline(always)]
fn times_conjugate<S: Simd, V: Vector<S>>(simd: S, [a, b]: [V; 2], [c, d]: &[V::Element; 2]) -> [V; 2] {
    let (c, d) = (V::splat(simd, *c), V::splat(simd, *d));
    [a.mul_add(c, b * d), b.mul_add(c, -(a * d))]
}

#[inline(always)]
fn sum<S: Simd, V: Vector<S>>([a, b]: [V; 2], [c, d]: [V; 2]) -> [V; 2] {
    [a + c, b + d]
}

#[inline(always)]
fn difference<S: Simd, V: Vector<S>>([a, b]: [V; 2], [c, d]: [V; 2]) -> [V; 2] {
    [a - c, b - d]
}

/// The transform of two numbers, forwards as well as backwards.
#[inline(always)]
fn two<S: Simd, V: Vector<S>>([a, b]: [[V; 2]; 2]) -> [[V; 2]; 2] {
    [sum(a, b), difference(a, b)]
}

/// The transform of four numbers, of which the second sum and the third change places.
#[inline(always)]
fn four<S: Simd, V: Vector<S>>([a, b, c, d]: [[V; 2]; 4]) -> [[V; 2]; 4] {
    let (even, odd, across) = (sum(a, c), difference(a, c), sum(b, d));
    let turned = [b[1] - d[1], d[0] - b[0]];
    [sum(even, across), difference(even, across), sum(odd, turned), difference(odd, turned)]
}

/// Back from there.
#[inline(always)]
fn four_back<S: Simd, V: Vector<S>>([a, b, c, d]: [[V; 2]; 4]) -> [[V; 2]; 4] {
    let (even, odd, along) = (sum(a, b), difference(a, b), sum(c, d));
    let turned = [d[1] - c[1], c[0] - d[0]];
    [sum(even, along), sum(odd, turned), difference(even, along), difference(odd, turned)]
}

/// The transform of three numbers.
#[inline(always)]
fn three<S: Simd, V: Vector<S>>(simd: S, [a, b, c]: [[V; 2]; 3]) -> [[V; 2]; 3] {
    let (both, apart) = (sum(b, c), difference(b, c));
    let (half, sine) = (V::splat(simd, V::Element::ONE_HALF), V::splat(simd, V::Element::SIN_60));
    let middle = [a[0] - both[0] * half, a[1] - both[1] * half];
    let turned = [apart[1] * sine, -(apart[0] * sine)];
    [sum(a, both), sum(middle, turned), difference(middle, turned)]
}

/// One pass over the quarters of a part.
#[inline(always)]
fn quarters<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    roots: &[[V::Element; 2]],
) {
    let (low, high) = cells.split_at_mut(cells.len() / 2);
    let ((a, b), (c, d)) = (low.split_at_mut(low.len() / 2), high.split_at_mut(high.len() / 2));
    for ((((a, b), c), d), [second, first, third]) in a.iter_mut().zip(b).zip(c).zip(d).zip(roots.as_chunks::<3>().0) {
        let [all, halves, one, three] = four(read_each::<S, V, LANES, 4>(simd, [a, b, c, d]));
        write::<S, V, LANES>(all, a);
        write::<S, V, LANES>(times(simd, halves, second), b);
        write::<S, V, LANES>(times(simd, one, first), c);
        write::<S, V, LANES>(times(simd, three, third), d);
    }
}

/// Back from there.
#[inline(always)]
fn quarters_back<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    roots: &[[V::Element; 2]],
) {
    let (low, high) = cells.split_at_mut(cells.len() / 2);
    let ((a, b), (c, d)) = (low.split_at_mut(low.len() / 2), high.split_at_mut(high.len() / 2));
    for ((((a, b), c), d), [second, first, third]) in a.iter_mut().zip(b).zip(c).zip(d).zip(roots.as_chunks::<3>().0) {
        let [all, halves, one, three] = read_each::<S, V, LANES, 4>(simd, [a, b, c, d]);
        let halves = times_conjugate(simd, halves, second);
        let one = times_conjugate(simd, one, first);
        let three = times_conjugate(simd, three, third);
        let back = four_back([all, halves, one, three]);
        write::<S, V, LANES>(back[0], a);
        write::<S, V, LANES>(back[1], b);
        write::<S, V, LANES>(back[2], c);
        write::<S, V, LANES>(back[3], d);
    }
}

/// One pass over the thirds of all cells.
#[inline(always)]
fn thirds<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    roots: &[[V::Element; 2]],
) {
    let (a, rest) = cells.split_at_mut(cells.len() / 3);
    let (b, c) = rest.split_at_mut(a.len());
    for (((a, b), c), [first, second]) in a.iter_mut().zip(b).zip(c).zip(roots.as_chunks::<2>().0) {
        let [x, y, z] = three(simd, read_each::<S, V, LANES, 3>(simd, [a, b, c]));
        write::<S, V, LANES>(x, a);
        write::<S, V, LANES>(times(simd, y, first), b);
        write::<S, V, LANES>(times(simd, z, second), c);
    }
}

/// Back from there.
#[inline(always)]
fn thirds_back<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    roots: &[[V::Element; 2]],
) {
    let (a, rest) = cells.split_at_mut(cells.len() / 3);
    let (b, c) = rest.split_at_mut(a.len());
    for (((a, b), c), [first, second]) in a.iter_mut().zip(b).zip(c).zip(roots.as_chunks::<2>().0) {
        let [x, y, z] = read_each::<S, V, LANES, 3>(simd, [a, b, c]);
        let back = three(simd, [x, times_conjugate(simd, y, first), times_conjugate(simd, z, second)]);
        write::<S, V, LANES>(back[0], a);
        write::<S, V, LANES>(back[2], b);
        write::<S, V, LANES>(back[1], c);
    }
}
