//! Predicts the cycles of a nest from the ports of a register file.
//!
//! Comes in: a nest and the frame it runs over. Goes out: [`Cycles`], to be compared with those of other candidates for the same
//! outputs. Must not know: tokens.

use core::iter::Sum;
use core::ops::{Add, Mul};

use super::frame::Frame;
use super::machine::{CACHES, RegisterFile};
use super::panel::Panel;
use super::tile::{Segment, Tile};
use super::{Body, Nest, Order, Strip, powers};
use crate::layout::Run;

/// One register in so many is spare, to reorder straight-line code and to begin a loop's next step with.
const SPARE: usize = 4;
/// The part of their cycles that products lose where inputs are walked and none of these is. Measured with AVX-512: up to an eighth.
const CROWDED: f64 = 0.23;
/// Cycles to set a tile up and to leave its loops, beside its stores.
const TILE_CYCLES: f64 = 10.0;
/// Cycles to find the next kernel row's input, for each row of the tile.
const ROW_CYCLES: f64 = 2.0;
/// Cycles to weave one vector with another, for each of both.
const WEAVE_CYCLES: f64 = 1.2;
/// Cycles to store a piece of a vector.
const PIECE_CYCLES: f64 = 2.5;
/// Vectors of the narrowest kind, 16 bytes, in a cache line.
const LINE_VECTORS: usize = 4;
/// Cycles to begin a stretch of channels elsewhere, where outputs go beyond the first-level cache. Measured with AVX-512: 28x28x1 -> 5x5x32
/// in tiles of seven pixels and all 32 channels reaches 98% of the peak, of fourteen and half of the channels 96%.
const STRETCH_CYCLES: f64 = 0.5;
/// Lines that a tile may store where outputs go beyond the second-level cache: a core fetches so many at a time, Zen 4 twenty-four, and while
/// it waits for those of a tile that was stored, the next tile's loads need some. Of lines that follow each other in the third-level cache, two
/// come at once.
const LINES_AT_ONCE: usize = 8;
/// Cycles for each line more where the third-level cache has the inputs, and where it has not. Measured with AVX-512: 56x56x64 -> 1x1x256 in
/// tiles of 8 and of 28 lines reaches 98 and 96% of the peak; 2048x2048x16 -> 3x3x16 in tiles of 8, 14 and 28 lines 98, 94 and 86%.
const WAITING_CYCLES: [f64; 2] = [3.0, 20.0];
/// Cycles to reach a cache line of a channel that lies apart: rows of different channels are so far from each other, and so often by
/// a power of two, that a line does not wait in the first-level cache for the row's next tile.
const LINE_CYCLES: f64 = 5.0;
/// Cycles to load an input again whose line others of the same step have pushed out of the first-level cache. Measured: fourteen pixels of
/// 1,024 channels, 4 KB apart, take 1.22 times as long as fewer do.
const PUSHED_OUT_CYCLES: f64 = 0.5;
/// Cycles that a line which comes to the first-level cache keeps loads from it.
const FILL_CYCLES: f64 = 1.1;
/// Cycles lost when a loop over weights begins and ends.
const LOOP_CYCLES: f64 = 3.0;
/// Cycles lost besides where no register is spare. Measured with AVX2: 512x512x3 -> 3x3x16, a loop of nine steps, in tiles of 6 x 2 vectors takes
/// 1.13 times as long as in tiles of 5 x 2.
const CROWDED_LOOP_CYCLES: f64 = 12.0;

/// The part of the cycles of loops, stores and full registers that is not hidden behind other tiles' products. Measured: of the direct plans of 16
/// shapes with AVX-512 and AVX2, those that are predicted best take what their products do and an eighth of the rest.
const BESIDE: f64 = 0.125;
/// Cycles lost when a loop over a list begins and ends, at the latest step of which no branch can be foreseen.
const LIST_CYCLES: f64 = 20.0;
/// Cycles to take a step from a list and to find its input, for each row of the tile.
const LISTED_CYCLES: f64 = 1.0;

/// Cycles, by what takes them: products, and what has to be done or waited for besides.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cycles {
    /// Multiply-adds at the ports' full speed.
    pub(super) products: f64,
    /// Beyond that, until a step's weights and inputs are loaded.
    pub(super) loads: f64,
    /// Beyond that, until sums are there that are added to.
    pub(super) sums: f64,
    /// What products lose where few registers are left.
    pub(super) registers: f64,
    /// Storing outputs.
    pub(super) stores: f64,
    /// Setting tiles and loops up.
    pub(super) loops: f64,
}

impl Cycles {
    /// All of them.
    pub(super) fn total(self) -> f64 {
        self.parts().iter().map(|(_, cycles)| cycles).sum()
    }

    /// All of them where one tile follows another, and much of what is not products is done at the same time.
    pub(super) fn in_turn(self) -> f64 {
        let Cycles { products, loads, sums, registers, stores, loops } = self;
        products + loads + sums + (registers + stores + loops) * BESIDE
    }

    /// Each part, and what it is called.
    pub(super) fn parts(self) -> [(&'static str, f64); 6] {
        let Cycles { products, loads, sums, registers, stores, loops } = self;
        [
            ("multiply-adds", products),
            ("loads", loads),
            ("waiting for sums", sums),
            ("too few registers left", registers),
            ("stores", stores),
            ("setting up loops", loops),
        ]
    }

    /// A step that takes so long for its products, for its loads, and until its sums are there.
    fn step(products: f64, loads: f64, sums: f64) -> Self {
        let beyond = |cycles: f64, before: f64| (cycles - before).max(0.0);
        Cycles { products, loads: beyond(loads, products), sums: beyond(sums, products.max(loads)), ..Self::default() }
    }

    fn loops(cycles: f64) -> Self {
        Cycles { loops: cycles, ..Self::default() }
    }

    fn stores(cycles: f64) -> Self {
        Cycles { stores: cycles, ..Self::default() }
    }
}

impl Add for Cycles {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Cycles {
            products: self.products + other.products,
            loads: self.loads + other.loads,
            sums: self.sums + other.sums,
            registers: self.registers + other.registers,
            stores: self.stores + other.stores,
            loops: self.loops + other.loops,
        }
    }
}

impl Mul<f64> for Cycles {
    type Output = Self;
    fn mul(self, times: f64) -> Self {
        Cycles {
            products: self.products * times,
            loads: self.loads * times,
            sums: self.sums * times,
            registers: self.registers * times,
            stores: self.stores * times,
            loops: self.loops * times,
        }
    }
}

impl Sum for Cycles {
    fn sum<I: Iterator<Item = Self>>(cycles: I) -> Self {
        cycles.fold(Self::default(), Self::add)
    }
}

/// Cycles of `nest` over all its outputs, of one plane that meets one kernel plane.
pub(super) fn nest_cycles(file: RegisterFile, frame: &Frame, panel: Option<&Panel>, nest: &Nest) -> Cycles {
    let cycles =
        |taps: usize, rows: usize| rows_cycles(file, frame, panel, nest.order, nest.strips(rows), (taps, rows));
    let runs = frame.rows.runs.iter().map(|run| {
        let (groups, singles) = (run.len / nest.rows, run.len % nest.rows);
        cycles(run.taps.len(), nest.rows) * groups as f64 + cycles(run.taps.len(), 1) * singles as f64
    });
    runs.sum::<Cycles>() * nest.all_blocks() as f64
}

/// Cycles that a step of so many sums loses. Sums for three latencies keep two ports busy; each one less was measured to cost a
/// sixth of a cycle. That says more than the cycle of reserve in the latency, which is taken off.
fn idle(file: RegisterFile, sums: usize) -> f64 {
    (3.0 * (file.fma_latency as f64 - 1.0) - sums as f64).max(0.0) / 6.0
}

/// Elements of a cache line.
fn line(file: RegisterFile) -> usize {
    LINE_VECTORS * file.narrowest
}

/// Bytes of the lines that so many elements fill.
fn bytes(file: RegisterFile, elements: usize) -> usize {
    elements.div_ceil(line(file)) * CACHES.line
}

/// Cycles to store a tile of `rows` rows; where channels lie apart, vectors of them become rows of pixels first.
fn store_cycles(file: RegisterFile, frame: &Frame, order: Order, strip: &Strip, rows: usize) -> f64 {
    let (pixels, vectors) = (strip.region.tile.outputs, (rows * strip.vectors) as f64);
    if frame.to.channel == 1 || strip.lanes == 1 {
        return pixels as f64 * vectors + far_cycles(file, frame, order, strip, rows);
    }
    if pixels == 1 || strip.region.step > 1 {
        // Element by element.
        return (pixels * strip.lanes) as f64 * vectors * (1.0 + LINE_CYCLES);
    }
    // Vectors of channels become vectors of pixels in as many stages as their number can be halved.
    let (full, rest) = (pixels / strip.lanes, pixels % strip.lanes);
    let stages = |pixels: usize| pixels * pixels.ilog2() as usize;
    let woven: usize = powers(pixels, strip.lanes).map(stages).sum();
    let weaves = woven as f64 * WEAVE_CYCLES;
    // What is left of a vector goes in pieces.
    let stores = full as f64 + f64::from(rest.count_ones()) * PIECE_CYCLES;
    let line = line(file);
    let even =
        frame.columns.output.is_multiple_of(line) && (pixels.is_multiple_of(line) || line.is_multiple_of(pixels));
    let lines = if even { pixels.div_ceil(line) as f64 } else { 1.0 + (pixels - 1) as f64 / line as f64 };
    vectors * (weaves + strip.lanes as f64 * (stores + lines * LINE_CYCLES))
}

/// Cycles that a tile of `rows` rows loses where what it stores does not stay in the first-level cache.
fn far_cycles(file: RegisterFile, frame: &Frame, order: Order, strip: &Strip, rows: usize) -> f64 {
    let [inputs, outputs] = [frame.in_elements(), frame.out_elements()].map(|elements| bytes(file, elements));
    if outputs <= CACHES.first {
        return 0.0;
    }
    let (pixels, channels, line) = (strip.region.tile.outputs, strip.vectors * strip.lanes, line(file));
    let is_apart = channels < frame.to.pixel;
    let stretches = if is_apart { rows * pixels } else { rows };
    let begun = stretches as f64 * STRETCH_CYCLES;
    // Straight-line code stores what is next to each other between products.
    if outputs <= CACHES.stays_second() || !is_apart && strip.body == Body::Walk {
        return begun;
    }
    let is_far = inputs >= CACHES.stays_third();
    let lines = if is_apart {
        // A line that is stored in parts is fetched for each, unless a row's parts are stored before the next row, and its lines lie side by side.
        let is_kept = order == Order::PixelsOutside && frame.to.pixel <= line;
        let fetched = if is_kept { 1 } else { line.div_ceil(channels) };
        stretches * channels.div_ceil(line) * fetched
    } else {
        let lines = (pixels * channels).div_ceil(line);
        stretches * if is_far { lines } else { lines.div_ceil(2) }
    };
    begun + lines.saturating_sub(LINES_AT_ONCE) as f64 * WAITING_CYCLES[usize::from(is_far)]
}

/// Cycles of one block of `rows` output rows that meet `taps` kernel rows.
pub(super) fn rows_cycles(
    file: RegisterFile,
    frame: &Frame,
    panel: Option<&Panel>,
    order: Order,
    strips: &[Strip],
    (taps, rows): (usize, usize),
) -> Cycles {
    let strip = |strip: &Strip| {
        let met = strip.runs.as_ref().map_or(1.0, |runs| mean_taps(&frame.columns.runs[runs.clone()]));
        let row = strip_cycles(file, frame, panel, strip, rows) * met + Cycles::loops(rows as f64 * ROW_CYCLES);
        let store = Cycles::stores(store_cycles(file, frame, order, strip, rows));
        (row * taps as f64 + Cycles::loops(TILE_CYCLES) + store) * strip.region.count as f64
    };
    strips.iter().map(strip).sum()
}

/// Taps that an output of `runs` meets on average.
fn mean_taps(runs: &[Run]) -> f64 {
    let outputs: usize = runs.iter().map(|run| run.len).sum();
    let taps: usize = runs.iter().map(|run| run.len * run.taps.len()).sum();
    taps as f64 / outputs as f64
}

/// Cycles of one tile of `rows` rows for one kernel row, or for one tap of it where taps are looped over.
fn strip_cycles(file: RegisterFile, frame: &Frame, panel: Option<&Panel>, strip: &Strip, rows: usize) -> Cycles {
    let tile = &strip.region.tile;
    match strip.body {
        Body::Stream { .. } => {
            let interleave = panel.map_or(1, |panel| panel.interleave);
            tile.segments.iter().map(|segment| stream_cycles(file, frame, interleave, strip, segment, rows)).sum()
        }
        Body::Sparse { .. } => {
            let kept = panel.map_or(1.0, |panel| kept(frame, panel));
            tile.segments.iter().map(|segment| sparse_cycles(file, frame, kept, strip, segment, rows)).sum()
        }
        Body::Walk => walk_cycles(file, frame, panel, strip, tile),
        Body::Along { .. } => unreachable!("a plan along the row has no alternative to compare with"),
    }
}

/// The part of its steps that a panel has in lists, of the kernel rows and columns that there are taps of.
fn kept(frame: &Frame, panel: &Panel) -> f64 {
    let [rows, columns] = &frame.left_out;
    let elements = frame.kernel_rows() / frame.rows.kernel
        * (frame.rows.kernel - rows.len())
        * (frame.columns.kernel - columns.len());
    let steps = (panel.count * elements * frame.depth()).max(1);
    panel.listed.unwrap_or(steps) as f64 / steps as f64
}

/// A loop over those steps of the segment's depth that are `kept`.
fn sparse_cycles(
    file: RegisterFile,
    frame: &Frame,
    kept: f64,
    strip: &Strip,
    segment: &Segment,
    rows: usize,
) -> Cycles {
    let steps = (segment.kernel.len() * frame.depth()) as f64 * kept;
    let step = step_cycles(file, frame, strip, segment, rows) + Cycles::loops(rows as f64 * LISTED_CYCLES);
    step * steps + Cycles::loops(LIST_CYCLES)
}

/// A loop over the segment's depth; each step loads weights and inputs, and every accumulator waits for its own last sum.
fn stream_cycles(
    file: RegisterFile,
    frame: &Frame,
    interleave: usize,
    strip: &Strip,
    segment: &Segment,
    rows: usize,
) -> Cycles {
    let steps = (segment.kernel.len() * frame.depth() / interleave) as f64;
    let held = (rows * segment.outputs.len() + 1) * strip.vectors + 1;
    let loops = LOOP_CYCLES + crowded(file, held) * CROWDED_LOOP_CYCLES;
    step_cycles(file, frame, strip, segment, rows) * steps + Cycles::loops(loops)
}

/// The part of the spare registers that is missing where so many are held.
fn crowded(file: RegisterFile, held: usize) -> f64 {
    let spare = file.registers / SPARE;
    (held + spare).saturating_sub(file.registers) as f64 / spare as f64
}

/// One step of a stream.
fn step_cycles(file: RegisterFile, frame: &Frame, strip: &Strip, segment: &Segment, rows: usize) -> Cycles {
    let pixels = rows * segment.outputs.len();
    let channels = strip.vectors * strip.lanes;
    let weights = bytes(file, frame.kernel_rows() * frame.row_depth() * channels);
    let multiply = (pixels * strip.vectors * frame.inner.instructions()) as f64 / file.fma_ports as f64;
    let load = (pixels + strip.vectors) as f64 / file.load_ports as f64
        + fill_cycles(weights, channels as f64 / line(file) as f64);
    let step = step_of_sums(file, (multiply, load), pixels * strip.vectors, strip.split);
    let pushed_out = pushed_out(file, frame, segment, rows) as f64 * PUSHED_OUT_CYCLES;
    Cycles { loads: step.loads + pushed_out, ..step }
}

/// A step of so many sums that takes so long for its products, and for its loads; `split` sets of sums take turns.
pub(super) fn step_of_sums(file: RegisterFile, (multiply, load): (f64, f64), sums: usize, split: usize) -> Cycles {
    let (wait, turns) = (file.fma_latency as f64 - 1.0, split as f64);
    Cycles::step(multiply, load, (wait / turns).max(multiply + idle(file, sums * split) / turns))
}

/// Cycles that a step's lines of weights keep loads from the first-level cache, where not all bytes of `weights` stay there.
pub(super) fn fill_cycles(weights: usize, of_step: f64) -> f64 {
    if weights > CACHES.stays_first() { of_step * FILL_CYCLES } else { 0.0 }
}

/// Inputs of a step whose lines are gone from the first-level cache before the next step reads them again: those beyond the ways of a set,
/// of lines that are neighbouring pixels' and rows', and so often a power of two apart.
fn pushed_out(file: RegisterFile, frame: &Frame, segment: &Segment, rows: usize) -> usize {
    let down = frame.rows.runs.iter().map(|run| run.advance).max().unwrap_or(1) * frame.input_row();
    let across = segment.advance * frame.from.pixel;
    let places = (0..rows).flat_map(|row| (0..segment.outputs.len()).map(move |pixel| row * down + pixel * across));
    let mut lines: Vec<usize> = places.map(|place| place / line(file)).collect();
    lines.sort_unstable();
    lines.dedup();
    let mut sets: Vec<usize> = lines.into_iter().map(|line| line % CACHES.sets()).collect();
    sets.sort_unstable();
    sets.chunk_by(|a, b| a == b).map(|lines| lines.len().saturating_sub(CACHES.ways)).sum()
}

/// Straight-line code, in which an output's products follow each other closely and each waits for the one before.
fn walk_cycles(file: RegisterFile, frame: &Frame, panel: Option<&Panel>, strip: &Strip, tile: &Tile) -> Cycles {
    let products = tile.products() * strip.vectors;
    let (depth, loads) = match panel {
        Some(panel) => {
            let weights = tile.kernel_columns().len() * strip.vectors;
            (frame.depth() / panel.interleave, weights + tile.inputs)
        }
        None => (1, tile.inputs * strip.vectors),
    };
    let multiply = (products * frame.inner.instructions()) as f64 / file.fma_ports as f64;
    let load = loads as f64 / file.load_ports as f64;
    let wait = (tile.kernel_columns().len() * file.fma_latency) as f64;
    // Where outputs are some inputs apart, and there are channels to go on with, LLVM loads as many inputs ahead.
    let ahead = if depth > 1 { tile.segments.iter().map(|segment| segment.advance).fold(1, usize::max) } else { 1 };
    let held = (tile.kernel_columns().len() + tile.outputs) * strip.vectors + ahead;
    let step = Cycles { registers: crowded(file, held) * CROWDED * multiply, ..Cycles::step(multiply, load, wait) };
    step * depth as f64
}
