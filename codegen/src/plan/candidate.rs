//! Lists the ways to compute a channel group on a register file and keeps the cheapest.
//!
//! Comes in: operation, frame, packed panels, a register file. Goes out: [`Nest`]s. Must not know: tokens.

use core::ops::Range;

use super::frame::Frame;
use super::machine::{CACHES, RegisterFile};
use super::panel::{self, Panel};
use super::strip::{self, Block, Cutter};
use super::tile::{self, Cut};
use super::{Body, Nest, Order, Strip, along, budget, cost};
use crate::layout::Band;
use crate::operation::{Operation, Unroll};

/// Most rows of one tile.
const TILE_ROWS: usize = 8;
/// Packed weights of up to so many bytes stay in the second-level cache beside the pixels, so pixels go outside.
pub(super) const RESIDENT_WEIGHTS: usize = CACHES.second / 4;
/// Panels of one block that come from beyond the second-level cache at the same time: of 16 of them, a dense layer of 1.2 MB takes half as
/// long again.
const STREAMS: usize = 4;
/// An input of up to so many bytes is read again for each block where output channels lie apart: rows of all channels would push
/// each other's lines out of the first-level cache before a tile's neighbour has written the rest of them.
const RESIDENT_PIXELS: usize = CACHES.second / 4;
/// Input pixels of one tile, with all their channels, of up to so many bytes stay in the first-level cache while the tile goes down
/// the rows, for outputs and weights pass through it too.
const RESIDENT_WINDOW: usize = CACHES.first / 4 * 3;
/// One channel in so many may be done twice for wider vectors: some CPUs take two cycles for the widest.
const OVERLAP: usize = 6;
/// Outputs of a pool's tile at the most; there is nothing to reuse between more of them.
const POOL_OUTPUTS: usize = 4;
/// Outputs of a depthwise tile at the least: its sums in flight, and what shares an input.
const DIAGONAL_OUTPUTS: usize = 8;

/// How the weights of `operation` are packed; nothing for an operator without weights.
pub(super) fn packing(operation: &Operation, frame: &Frame) -> Vec<Panel> {
    if !operation.inner.is_weighted() {
        return Vec::new();
    }
    if frame.diagonal || along::runs_along(operation, frame) {
        let width = if frame.diagonal { frame.out_channels } else { frame.each() };
        return vec![Panel { first: 0, outputs: width, width, interleave: 1, count: 1, listed: None }];
    }
    // Straight-line code has no steps to interleave, nor are channels that lie apart neighbours to fill a vector with.
    let single = operation.unroll == Unroll::Full || frame.from.channel > 1 || frame.to.channel > 1;
    panel::panels(operation.element, if single { 1 } else { frame.depth() }, frame.each())
}

/// The nests that compute all outputs of `operation` on `file`.
pub(super) fn nests(operation: &Operation, frame: &Frame, panels: &[Panel], file: RegisterFile) -> Vec<Nest> {
    if frame.diagonal {
        return diagonal(operation, frame, file);
    }
    if !operation.inner.is_weighted() || along::runs_along(operation, frame) {
        return vec![along::whole(operation, frame, file)];
    }
    // Each has tiles of several rows and of single ones.
    let limit = budget::share(2 * panels.len());
    let group = |(index, panel)| group(operation, frame, file, (index, panel), limit);
    panels.iter().enumerate().map(group).collect()
}

/// The cheapest nest for one panel group that writes out no more than `limit` for a row of tiles.
fn group(
    operation: &Operation,
    frame: &Frame,
    file: RegisterFile,
    (index, panel): (usize, &Panel),
    limit: usize,
) -> Nest {
    let bytes = operation.element.bytes();
    let (weights, pixels) = (frame.weights(panel) * bytes, frame.in_elements() * bytes);
    let order = if weights > RESIDENT_WEIGHTS || frame.to.channel > 1 && pixels <= RESIDENT_PIXELS {
        Order::BlocksOutside
    } else {
        Order::PixelsOutside
    };
    let mut best: Option<(f64, Nest)> = None;
    let streams = if weights > RESIDENT_WEIGHTS { STREAMS } else { panel.count };
    for block in blocks(file, panel, streams) {
        let whole = block.panels * panel.outputs.min(panel.width);
        let nest = Nest {
            panel: Some(index),
            panels: block.panels,
            slices: block.slices,
            groups: frame.groups,
            first: panel.first,
            outputs: whole / block.slices,
            blocks: panel.count / block.panels * block.slices,
            order,
            down: false,
            rows: 1,
            strips: Vec::new(),
            singles: Vec::new(),
        };
        for nest in shaped(&Cutter { operation, frame, file, panel, block, limit }, &nest) {
            let cycles = cost::nest_cycles(file, frame, Some(panel), &nest);
            if best.as_ref().is_none_or(|(least, _)| cycles < *least) {
                best = Some((cycles, nest));
            }
        }
    }
    best.expect("one panel and one output always make a candidate").1
}

/// Ways to divide `panel` into blocks: several panels together, as far as `streams` allows, one, or parts of one.
fn blocks(file: RegisterFile, panel: &Panel, streams: usize) -> Vec<Block> {
    let lanes = file.lanes.min(panel.lanes());
    let filled = panel.interleave > 1 || panel.outputs == panel.count * panel.width;
    // An unfilled panel stands alone, and its empty vectors are left out.
    let vectors = if filled { panel.lanes() / lanes } else { panel.outputs.div_ceil(lanes) };
    // A block's weights at one step have to fit in registers, beside a sum.
    let most = ((file.registers - 1) / vectors).min(streams).clamp(1, panel.count);
    // Panels with lists have steps of their own.
    let most = if panel.listed.is_some() { 1 } else { most };
    let together = (1..=most).filter(|&panels| panel.count.is_multiple_of(panels));
    let mut blocks: Vec<Block> =
        together.map(|panels| Block { panels, slices: 1, lanes, vectors: panels * vectors }).collect();
    if panel.interleave == 1 && filled {
        let parts = [2, 4].into_iter().filter(|&slices| vectors.is_multiple_of(slices));
        blocks.extend(parts.map(|slices| Block { panels: 1, slices, lanes, vectors: vectors / slices }));
    }
    blocks
}

/// `nest` with every shape of tile that fits the registers.
fn shaped(cutter: &Cutter<'_>, nest: &Nest) -> Vec<Nest> {
    let Cutter { frame, file, panel, block, .. } = *cutter;
    let most = most_outputs(file, frame, panel, block.vectors);
    let widths = |rows: usize| 1..=(most / rows).min(frame.columns.output);
    let single = |walk| {
        let candidates = widths(1).filter_map(|width| cutter.strips((1, width), walk));
        let cycles = |strips: &Vec<Strip>| cost::rows_cycles(file, frame, Some(panel), strips, (frame.rows.kernel, 1));
        candidates.min_by(|a, b| cycles(a).total_cmp(&cycles(b)))
    };
    let (walking, streaming) = (single(true), single(false));
    // Rows together would touch as many places of every channel, where channels lie apart.
    let rows = frame.rows.runs.iter().map(|run| run.len).filter(|_| frame.is_stretch() && frame.waiting.is_none());
    let tallest = rows.max().unwrap_or(1).min(TILE_ROWS).min(most);
    let mut nests: Vec<Nest> = Vec::new();
    nests.extend(walking.map(|strips| Nest { strips, ..nest.clone() }));
    if let Some(singles) = streaming {
        for rows in 2..=tallest {
            let rest = frame.rows.runs.iter().any(|run| run.len % rows > 0);
            let singles = if rest { singles.clone() } else { Vec::new() };
            nests.extend(widths(rows).filter_map(|width| cutter.strips((rows, width), false)).map(|strips| Nest {
                rows,
                strips,
                singles: singles.clone(),
                ..nest.clone()
            }));
        }
        nests.push(Nest { strips: singles, ..nest.clone() });
    }
    nests
}

/// Outputs of a tile whose sums fit in registers beside a vector of weights for each vector of the block, and an input.
fn most_outputs(file: RegisterFile, frame: &Frame, panel: &Panel, vectors: usize) -> usize {
    // LLVM loads an input or two ahead where each meets a single vector, or is itself one.
    let inputs = if vectors == 1 || panel.interleave > 1 { 3 } else { 1 };
    let taken = vectors + inputs + frame.inner.temporaries();
    (file.registers.saturating_sub(taken) / vectors).max(1)
}

/// Whether an output row meets input rows that the next one meets too.
fn shares_rows(rows: &Band) -> bool {
    rows.interior.is_some_and(|interior| rows.runs[interior].advance < rows.kernel)
}

/// Blocks of channels that go over all pixels together, so that what they read is read once. Where the widest vectors do not divide the
/// channels, the last block begins before the one ahead of it ends, and does some channels again.
fn diagonal(operation: &Operation, frame: &Frame, file: RegisterFile) -> Vec<Nest> {
    let down = operation.unroll != Unroll::Full && frame.waiting.is_none() && shares_rows(&frame.rows);
    let twice = |lanes: usize| frame.out_channels.next_multiple_of(lanes) - frame.out_channels;
    let fitting = file.widths().filter(|&lanes| lanes <= frame.out_channels);
    let lanes = fitting.min_by_key(|&lanes| twice(lanes).saturating_sub(frame.out_channels / OVERLAP)).unwrap_or(1);
    let (vectors, outputs) = diagonal_tile(operation, frame, file, lanes);
    let (columns, bytes) = (&frame.columns, operation.element.bytes());
    let window = frame.rows.kernel * outputs * frame.from.pixel * bytes;
    // A block of less than a line, outside, would bring each line into the first-level cache several times.
    let is_wide = window > RESIDENT_WINDOW && vectors * lanes * bytes >= CACHES.line;
    let strip = |region| Strip { region, runs: None, lanes, vectors, body: Body::Walk, split: 1 };
    let cut = Cut { width: outputs, whole: false };
    let lay = |range: Range<usize>| tile::regions(columns, range, cut).into_iter().map(strip).collect();
    let looped = |runs: Range<usize>| Strip { runs: Some(runs.clone()), ..strip(tile::looped(&columns.runs[runs])) };
    vec![Nest {
        panel: operation.inner.is_weighted().then_some(0),
        panels: usize::from(operation.inner.is_weighted()),
        slices: 1,
        groups: 1,
        first: 0,
        outputs: vectors * lanes,
        blocks: frame.out_channels.div_ceil(vectors * lanes),
        order: if down && is_wide { Order::BlocksOutside } else { Order::PixelsOutside },
        down,
        rows: 1,
        strips: strip::cover(frame, (1, budget::share(1)), 1, 0..columns.runs.len(), lay, looped),
        singles: Vec::new(),
    }]
}

/// Vectors of channels of a tile, and its outputs.
fn diagonal_tile(operation: &Operation, frame: &Frame, file: RegisterFile, lanes: usize) -> (usize, usize) {
    let kernel = frame.columns.kernel;
    let most = |vectors: usize, outputs: usize| {
        (budget::WALK_STATEMENTS / (kernel * vectors * frame.inner.instructions()))
            .clamp(1, outputs.min(frame.columns.output))
    };
    let count = frame.out_channels.div_ceil(lanes);
    // A block that is not whole has to find its channels before the last.
    let even = |&vectors: &usize| count.is_multiple_of(vectors) && vectors * lanes <= frame.out_channels;
    if !operation.inner.is_weighted() {
        let vectors = [4, 3, 2, 1].into_iter().find(even).unwrap_or(1);
        return (vectors, most(vectors, POOL_OUTPUTS));
    }
    // The kernel row's weights stay in registers beside the sums.
    let fitting =
        |vectors: usize| file.registers.saturating_sub(kernel * vectors + 2 + frame.inner.temporaries()) / vectors;
    let enough = |vectors: &usize| even(vectors) && fitting(*vectors) >= DIAGONAL_OUTPUTS;
    let vectors = [2, 1].into_iter().find(enough).unwrap_or(1);
    (vectors, most(vectors, fitting(vectors).max(DIAGONAL_OUTPUTS)))
}
