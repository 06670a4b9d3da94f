//! Covers one row with strips: which tiles are laid, how each orders its products, and where a loop takes their place.
//!
//! Comes in: a block of channels and the size of a tile. Goes out: [`Strip`]s from left to right. Must not know: tokens; which of
//! several coverings is the fastest.

use core::ops::Range;

use super::frame::Frame;
use super::machine::RegisterFile;
use super::panel::Panel;
use super::tile::{self, Cut, Region};
use super::{Body, Strip, budget};
use crate::operation::{Operation, Unroll};

/// Widest input that is walked: more channels than this and the row's weights no longer stay in registers for long.
const WALK_CHANNELS: usize = 4;
/// Column runs of a row that tiles are laid over. More need more code than there may be, and long to find that out.
const LAID_RUNS: usize = 64;

/// How one block divides the panels, and with how many vectors.
#[derive(Clone, Copy)]
pub(super) struct Block {
    /// Whole panels of a block.
    pub(super) panels: usize,
    /// Blocks of a panel.
    pub(super) slices: usize,
    /// Lanes of a vector.
    pub(super) lanes: usize,
    /// Vectors of a block.
    pub(super) vectors: usize,
}

/// What strips are cut for.
pub(super) struct Cutter<'a> {
    pub(super) operation: &'a Operation,
    pub(super) frame: &'a Frame,
    pub(super) file: RegisterFile,
    pub(super) panel: &'a Panel,
    pub(super) block: Block,
    /// What may be written out for one row of tiles.
    pub(super) limit: usize,
}

impl Cutter<'_> {
    /// The strips of tiles of at most rows x columns outputs, or nothing if their body cannot be used.
    pub(super) fn strips(&self, (rows, width): (usize, usize), walk: bool) -> Option<Vec<Strip>> {
        let Cutter { frame, panel, block, .. } = *self;
        let unroll = self.operation.unroll;
        let usable = match (unroll, walk) {
            (Unroll::Full, walk) => walk,
            (Unroll::Auto, true) => panel.interleave == 1 && panel.listed.is_none() && frame.depth() <= WALK_CHANNELS,
            (Unroll::None, true) => false,
            (Unroll::Auto | Unroll::None, false) => true,
        };
        if !usable {
            return None;
        }
        let columns = &frame.columns;
        // Where channels lie apart, vectors of pixels are stored, which counts where an output is few products.
        let cut = Cut { width, whole: walk && frame.to.channel > 1 && width.is_multiple_of(self.file.narrowest) };
        let lay = |range| {
            let regions = tile::regions(columns, range, cut).into_iter();
            regions.map(|region| self.strip(region, rows, walk)).collect::<Vec<_>>()
        };
        if unroll == Unroll::Full {
            return Some(lay(0..columns.output));
        }
        let looped = |runs: Range<usize>| {
            let region = tile::looped(&columns.runs[runs.clone()]);
            Strip { runs: Some(runs), ..self.strip(region, rows, false) }
        };
        let strips = cover(frame, (panel.interleave, self.limit), rows, 0..columns.runs.len(), lay, looped);
        let walkable = |strip: &Strip| {
            let tile = &strip.region.tile;
            let held = (tile.kernel_columns().len() + tile.outputs) * block.vectors + frame.inner.temporaries();
            let statements = tile.products() * block.vectors * frame.depth() * frame.inner.instructions();
            held < self.file.registers && statements <= budget::WALK_STATEMENTS
        };
        (!walk || strips.iter().all(walkable)).then_some(strips)
    }

    /// The strip of `region`, with tiles of `rows` rows.
    fn strip(&self, region: Region, rows: usize, walk: bool) -> Strip {
        let Block { lanes, vectors, .. } = self.block;
        let region = as_it_lies(self.frame, region);
        let sums = rows * region.tile.outputs * vectors;
        let (body, split) = if walk {
            (Body::Walk, 1)
        } else {
            // A turn goes through every set of sums, or some would stay empty.
            let split = self.split(sums);
            let unroll = self.stream_unroll(sums * self.frame.inner.instructions()).max(split);
            (if self.panel.listed.is_some() { Body::Sparse { unroll } } else { Body::Stream { unroll } }, split)
        };
        Strip { region, runs: None, lanes, vectors, body, split }
    }

    /// Steps of a stream written out, for so many instructions a step; whole turns where that costs little.
    fn stream_unroll(&self, statements: usize) -> usize {
        let depth = self.frame.row_depth() / self.panel.interleave;
        let most = match self.operation.unroll {
            Unroll::None => 1,
            Unroll::Auto | Unroll::Full => (budget::STREAM_STATEMENTS / statements).clamp(1, 4),
        };
        (most.div_ceil(2)..=most).rev().find(|&steps| depth.is_multiple_of(steps)).unwrap_or(most)
    }

    /// Sets of accumulators, so that enough multiply-adds are independent, as far as registers and steps allow.
    fn split(&self, accumulators: usize) -> usize {
        let file = self.file;
        let wanted = (file.fma_ports * file.fma_latency).div_ceil(accumulators);
        let fit = (file.registers / 2 / accumulators).max(1);
        let steps = self.frame.depth() / self.panel.interleave;
        wanted.min(fit).min((steps / 4).max(1))
    }
}

/// `region` with segments that are stretches of the input.
pub(super) fn as_it_lies(frame: &Frame, region: Region) -> Region {
    if frame.is_stretch() { region } else { region.apart() }
}

/// Covers the columns of `runs` with the tiles that `lay` puts on a stretch of columns. Where that would write out more than
/// `limit`, only the columns that meet every tap get tiles, or none do; the rest is `looped` over.
pub(super) fn cover(
    frame: &Frame,
    (interleave, limit): (usize, usize),
    rows: usize,
    runs: Range<usize>,
    lay: impl Fn(Range<usize>) -> Vec<Strip>,
    looped: impl Fn(Range<usize>) -> Strip,
) -> Vec<Strip> {
    let columns = &frame.columns;
    let fits = |strips: &[Strip]| {
        let written: usize = strips.iter().map(|strip| budget::written(frame, interleave, rows, strip)).sum();
        written <= limit
    };
    let lay = |runs: Range<usize>| match &columns.runs[runs] {
        [] => Vec::new(),
        [first, .., last] => lay(first.start..last.start + last.len),
        [only] => lay(only.start..only.start + only.len),
    };
    if runs.len() <= LAID_RUNS {
        let strips = lay(runs.clone());
        if fits(&strips) {
            return strips;
        }
    }
    let border = |runs: Range<usize>| (!runs.is_empty()).then(|| looped(runs));
    if let Some(inside) = columns.interior.filter(|inside| runs.contains(inside) && !columns.interleaved()) {
        let mut strips: Vec<Strip> = border(runs.start..inside).into_iter().collect();
        strips.extend(lay(inside..inside + 1));
        strips.extend(border(inside + 1..runs.end));
        if fits(&strips) {
            return strips;
        }
    }
    vec![looped(runs)]
}
