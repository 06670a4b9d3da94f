//! Cuts the column band into register tiles and groups equal neighbours into regions.
//!
//! Comes in: the column [`Band`] and a [`Cut`]. Goes out: [`Region`]s, each one [`Tile`] shape repeated evenly. Must not know:
//! channels, vectors, registers.
//!
//! A tile is a few neighbouring outputs and, for every kernel column, the inputs they meet. Kernel columns that reach the
//! same outputs through neighbouring inputs form one [`Segment`]: away from the borders a tile is a single segment, a
//! matrix product whose depth is the whole kernel row; a tile at a border has a segment more for each clipped column.

use core::ops::Range;

use crate::layout::{Band, Run, Tap};

/// Outputs of one tile that meet a stretch of kernel columns, the input moving evenly in both directions.
///
/// Output `outputs.start + m` and kernel column `kernel.start + k` meet input column
/// `input + m * advance + k`, counted from the tile's first input column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Outputs, counted from the tile's first.
    pub outputs: Range<usize>,
    /// Kernel columns.
    pub kernel: Range<usize>,
    /// Input column of the first output and the first kernel column, counted from the tile's first input column.
    pub input: usize,
    /// How far the input moves from output to output.
    pub advance: usize,
}

/// A register tile along the columns, relative to its own first output and first input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Number of outputs.
    pub outputs: usize,
    /// Input columns from the first to the last that any output meets.
    pub inputs: usize,
    /// What is multiplied; empty where every window lies in padding.
    pub segments: Vec<Segment>,
}

/// One tile shape at `count` places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The shape.
    pub tile: Tile,
    /// First output column of the first tile.
    pub output: usize,
    /// Columns from one output of a tile to the next.
    pub step: usize,
    /// First input column of the first tile.
    pub input: usize,
    /// Number of tiles, next to each other.
    pub count: usize,
    /// Input columns from one tile to the next.
    pub input_step: usize,
}

/// A product of the tile: output, kernel column and the input column both meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Output, counted from the tile's first.
    pub output: usize,
    /// Kernel column.
    pub kernel: usize,
    /// Input column, counted from the tile's first.
    pub input: usize,
}

impl Tile {
    /// Every product of the tile, by ascending input column.
    pub fn pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for segment in &self.segments {
            for (m, output) in segment.outputs.clone().enumerate() {
                for (k, kernel) in segment.kernel.clone().enumerate() {
                    pairs.push(Pair { output, kernel, input: segment.input + m * segment.advance + k });
                }
            }
        }
        pairs.sort_by_key(|pair| (pair.input, pair.kernel));
        pairs
    }

    /// Number of [`pairs`](Tile::pairs).
    pub fn products(&self) -> usize {
        self.segments.iter().map(|segment| segment.outputs.len() * segment.kernel.len()).sum()
    }

    /// Kernel columns that any output meets.
    pub fn kernel_columns(&self) -> Vec<usize> {
        let mut columns: Vec<usize> = self.segments.iter().flat_map(|segment| segment.kernel.clone()).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

/// Tiles of at most `width` outputs.
#[derive(Clone, Copy)]
pub struct Cut {
    /// Most outputs.
    pub width: usize,
    /// Whether all tiles but the last are that wide. Otherwise none is wider than another by more than one.
    pub whole: bool,
}

impl Cut {
    /// The sizes of as few tiles as there can be for `len` outputs, each with the number of such tiles, in order.
    fn sizes(self, len: usize) -> impl Iterator<Item = (usize, usize)> {
        let tiles = len.div_ceil(self.width).max(1);
        let sizes = if self.whole {
            [(self.width, len / self.width), (len % self.width, 1)]
        } else {
            [(len / tiles + 1, len % tiles), (len / tiles, tiles - len % tiles)]
        };
        sizes.into_iter().filter(|&(size, count)| size * count > 0)
    }
}

/// Cuts `range` of `columns`, all of it where runs are interleaved, into tiles.
pub fn regions(columns: &Band, range: Range<usize>, cut: Cut) -> Vec<Region> {
    if columns.interleaved() {
        return interleaved(&columns.runs, cut);
    }
    let mut regions = Vec::new();
    let mut start = range.start;
    for (size, count) in cut.sizes(range.len()) {
        regions.extend(lay(columns, start, size, count));
        start += size * count;
    }
    regions
}

/// As [`regions`], run by run, where the outputs of different runs lie between each other.
fn interleaved(runs: &[Run], cut: Cut) -> Vec<Region> {
    let mut regions = Vec::new();
    for run in runs {
        let mut from = 0;
        for (outputs, count) in cut.sizes(run.len) {
            let mut region = whole(run, from..from + outputs);
            region.tile.segments = join(region.tile.segments);
            (region.count, region.input_step) = (count, outputs * run.advance);
            regions.push(region);
            from += outputs * count;
        }
    }
    regions
}

/// `count` tiles of `outputs` outputs each from `start` on. Tiles inside one run are alike, so each run costs one step.
fn lay(columns: &Band, start: usize, outputs: usize, count: usize) -> Vec<Region> {
    let mut regions = Vec::new();
    let mut laid = 0;
    while laid < count {
        let at = start + laid * outputs;
        let mut region = place(columns, at..at + outputs);
        let run = columns.run(at);
        if at + outputs <= run.start + run.len {
            region.count = ((run.start + run.len - at) / outputs).min(count - laid);
            region.input_step = outputs * run.advance;
        }
        laid += region.count;
        regions.push(region);
    }
    regions
}

/// The outputs of `run` from `outputs.start` to `outputs.end`, counted from its first, as one tile.
pub fn whole(run: &Run, outputs: Range<usize>) -> Region {
    let moved = outputs.start * run.advance;
    let inputs = || run.taps.iter().map(|tap| tap.input);
    let origin = inputs().min().unwrap_or(0);
    let segment = |tap: &Tap| Segment {
        outputs: 0..outputs.len(),
        kernel: tap.kernel..tap.kernel + 1,
        input: tap.input - origin,
        advance: run.advance,
    };
    let reach = inputs().max().map_or(0, |last| last - origin + 1);
    let tile = Tile {
        outputs: outputs.len(),
        inputs: (outputs.len() - 1) * run.advance + reach,
        segments: run.taps.iter().map(segment).collect(),
    };
    let output = run.start + outputs.start * run.step;
    Region { tile, output, step: run.step, input: origin + moved, count: 1, input_step: 0 }
}

/// A single product, for a loop that repeats it for every output and every tap of `runs`.
pub fn looped(runs: &[Run]) -> Region {
    let tile =
        Tile { outputs: 1, inputs: 1, segments: vec![Segment { outputs: 0..1, kernel: 0..1, input: 0, advance: 0 }] };
    let output = runs.iter().map(|run| run.start).min().unwrap_or(0);
    Region { tile, output, step: 1, input: 0, count: runs.iter().map(|run| run.len).sum(), input_step: 0 }
}

/// The single tile over `outputs`.
fn place(columns: &Band, outputs: Range<usize>) -> Region {
    let run = columns.run(outputs.start);
    if outputs.end <= run.start + run.len {
        let mut region = whole(run, outputs.start - run.start..outputs.end - run.start);
        region.tile.segments = join(region.tile.segments);
        return region;
    }
    let taps: Vec<Vec<Tap>> = outputs.clone().map(|output| columns.taps(output)).collect();
    let all = || taps.iter().flatten().map(|tap| tap.input);
    let (input, end) = (all().min().unwrap_or(0), all().max().map_or(0, |last| last + 1));
    let met = || taps.iter().flatten().map(|tap| tap.kernel);
    let kernels = met().min().unwrap_or(0)..met().max().map_or(0, |last| last + 1);
    let segments = join(kernels.flat_map(|kernel| pieces(&taps, kernel, input)));
    let tile = Tile { outputs: outputs.len(), inputs: end - input, segments };
    Region { tile, output: outputs.start, step: 1, input, count: 1, input_step: 0 }
}

/// Joins pieces of one kernel column each, by ascending kernel column, where neighbouring columns reach the same outputs.
fn join(pieces: impl IntoIterator<Item = Segment>) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for piece in pieces {
        match segments.iter_mut().rev().find(|segment| segment.continues(&piece)) {
            Some(segment) => segment.kernel.end += 1,
            None => segments.push(piece),
        }
    }
    segments
}

impl Region {
    /// The same region with a segment for each kernel column, for inputs of which a tile takes some channels only: they are no
    /// stretch.
    #[must_use]
    pub fn apart(mut self) -> Self {
        let columns = |segment: &Segment| {
            let Segment { outputs, kernel, input, advance } = segment.clone();
            kernel.clone().map(move |k| Segment {
                outputs: outputs.clone(),
                kernel: k..k + 1,
                input: input + (k - kernel.start),
                advance,
            })
        };
        self.tile.segments = self.tile.segments.iter().flat_map(columns).collect();
        self
    }
}

impl Segment {
    /// Whether `piece`, of the kernel column after this segment's last, extends it.
    fn continues(&self, piece: &Segment) -> bool {
        self.kernel.end == piece.kernel.start
            && self.outputs == piece.outputs
            && self.input + self.kernel.len() == piece.input
            && (self.advance == piece.advance || self.outputs.len() == 1)
    }
}

/// The stretches of outputs that meet kernel column `kernel` with an evenly moving input.
fn pieces(taps: &[Vec<Tap>], kernel: usize, origin: usize) -> Vec<Segment> {
    let mut pieces: Vec<Segment> = Vec::new();
    for (output, taps) in taps.iter().enumerate() {
        let Ok(tap) = taps.binary_search_by_key(&kernel, |tap| tap.kernel) else { continue };
        let input = taps[tap].input - origin;
        if let Some(last) = pieces.last_mut()
            && last.outputs.end == output
        {
            let from = last.input + (last.outputs.len() - 1) * last.advance;
            let even = input >= from && (last.outputs.len() == 1 || input - from == last.advance);
            if even {
                last.advance = input - from;
                last.outputs.end += 1;
                continue;
            }
        }
        pieces.push(Segment { outputs: output..output + 1, kernel: kernel..kernel + 1, input, advance: 0 });
    }
    pieces
}
