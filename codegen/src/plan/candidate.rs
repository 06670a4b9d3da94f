//! Lists the ways to compute a channel group on a register file and takes the cheapest, or the one that was asked for.
//!
//! Comes in: operation, frame, packed panels, a register file. Goes out: [`Candidate`]s, and [`Nest`]s. Must not know: tokens.

use super::cost::Cycles;
use super::frame::Frame;
use super::machine::{CACHES, RegisterFile};
use super::panel::{self, Panel};
use super::refusal::NoSuchPlan;
use super::strip::{Block, Cutter};
use super::{Nest, Order, Strip, along, budget, cost, diagonal};
use crate::choice::Shape;
use crate::operation::{Operation, Unroll};

/// What differs by less is the same, but for how sums are rounded.
const SAME: f64 = 1.0 - 1e-9;
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

/// A way to compute a channel group on a register file.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// What it is called.
    pub(super) shape: Shape,
    /// What it is.
    pub(super) nest: Nest,
    /// What it is predicted to take, of one plane that meets one kernel plane.
    pub(super) cycles: Cycles,
}

/// The nests that compute all outputs of `operation` on `file`.
///
/// # Errors
///
/// What was asked for is no candidate.
pub(super) fn nests(
    operation: &Operation,
    frame: &Frame,
    panels: &[Panel],
    file: RegisterFile,
) -> Result<Vec<Nest>, NoSuchPlan> {
    let asked = operation.asked.shapes(file.name);
    if !has_candidates(operation, frame) {
        return match asked {
            Some(_) => Err(NoSuchPlan::single(operation, file)),
            None if frame.diagonal => Ok(vec![diagonal::nest(operation, frame, file)]),
            None => Ok(vec![along::whole(operation, frame, file)]),
        };
    }
    let groups = candidates(operation, frame, panels, file);
    match asked {
        Some(shapes) if shapes.len() != groups.len() => Err(NoSuchPlan::groups(operation, file, shapes, &groups)),
        Some(shapes) => {
            let pick = |(group, &shape): (&Vec<Candidate>, &Shape)| {
                let like = cheapest(group.iter().filter(|candidate| candidate.shape.is(shape)));
                like.map(|candidate| candidate.nest.clone()).ok_or(())
            };
            let picked: Result<Vec<Nest>, ()> = groups.iter().zip(shapes).map(pick).collect();
            picked.map_err(|()| NoSuchPlan::groups(operation, file, shapes, &groups))
        }
        None => Ok(groups.iter().filter_map(cheapest).map(|candidate| candidate.nest.clone()).collect()),
    }
}

/// Whether there are several ways to compute `operation` product by product.
pub(super) fn has_candidates(operation: &Operation, frame: &Frame) -> bool {
    operation.inner.is_weighted() && !frame.diagonal && !along::runs_along(operation, frame)
}

/// Every way that there is to compute each group of panels on `file`; one and more.
pub(super) fn candidates(
    operation: &Operation,
    frame: &Frame,
    panels: &[Panel],
    file: RegisterFile,
) -> Vec<Vec<Candidate>> {
    // Each has tiles of several rows and of single ones.
    let limit = budget::share(2 * panels.len());
    let group = |(index, panel)| group(operation, frame, file, (index, panel), limit);
    panels.iter().enumerate().map(group).collect()
}

/// The candidate of fewest cycles, of equal ones the first.
pub(super) fn cheapest<'a>(candidates: impl IntoIterator<Item = &'a Candidate>) -> Option<&'a Candidate> {
    candidates.into_iter().reduce(|best, other| {
        let (least, cycles) = (best.cycles.total(), other.cycles.total());
        if cycles < least * SAME { other } else { best }
    })
}

/// The candidates for one panel group that write out no more than `limit` for a row of tiles.
fn group(
    operation: &Operation,
    frame: &Frame,
    file: RegisterFile,
    (index, panel): (usize, &Panel),
    limit: usize,
) -> Vec<Candidate> {
    let bytes = operation.element.bytes();
    let (weights, pixels) = (frame.weights(panel) * bytes, frame.in_elements() * bytes);
    // Groups share no inputs, and beside a loop over kernel rows one over groups, inside, takes registers for where they begin: with AVX2 a
    // tile of 6 x 2 vectors was measured to take half as long again.
    let apart = frame.groups > 1 && (frame.kernel_rows() > 1 || frame.is_planar());
    let far = frame.to.channel > 1 && pixels <= RESIDENT_PIXELS;
    let order = if weights > RESIDENT_WEIGHTS || apart || far { Order::BlocksOutside } else { Order::PixelsOutside };
    let mut candidates = Vec::new();
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
        let orders = [nest.order, nest.order.other()];
        for nest in shaped(&Cutter { operation, frame, file, panel, block, limit }, &nest) {
            for order in orders.into_iter().take(if nest.all_blocks() > 1 { 2 } else { 1 }) {
                let nest = Nest { order, ..nest.clone() };
                let cycles = cost::nest_cycles(file, frame, Some(panel), &nest);
                candidates.push(Candidate { shape: nest.shape(), nest, cycles });
            }
        }
    }
    candidates
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
    // Widths that cut a row in the same way are one.
    let cuts = |rows: usize, walk| {
        let widths = 1..=(most / rows).min(frame.columns.output);
        let mut cuts: Vec<Vec<Strip>> = widths.filter_map(|width| cutter.strips((rows, width), walk)).collect();
        cuts.dedup();
        cuts
    };
    let (walking, streaming) = (cuts(1, true), cuts(1, false));
    // Rows together would touch as many places of every channel, where channels lie apart.
    let rows = frame.rows.runs.iter().map(|run| run.len).filter(|_| frame.is_stretch() && frame.waiting.is_none());
    let tallest = rows.max().unwrap_or(1).min(TILE_ROWS).min(most);
    let cycles = |strips: &Vec<Strip>| {
        cost::rows_cycles(file, frame, Some(panel), nest.order, strips, (frame.rows.kernel, 1)).total()
    };
    let single = streaming.iter().min_by(|a, b| cycles(a).total_cmp(&cycles(b))).cloned();
    let mut nests: Vec<Nest> = Vec::new();
    nests.extend(walking.into_iter().map(|strips| Nest { strips, ..nest.clone() }));
    if let Some(single) = single {
        for rows in 2..=tallest {
            let rest = frame.rows.runs.iter().any(|run| run.len % rows > 0);
            let singles = if rest { single.clone() } else { Vec::new() };
            let cuts = cuts(rows, false).into_iter();
            nests.extend(cuts.map(|strips| Nest { rows, strips, singles: singles.clone(), ..nest.clone() }));
        }
    }
    nests.extend(streaming.into_iter().map(|strips| Nest { strips, ..nest.clone() }));
    nests
}

/// Outputs of a tile whose sums fit in registers beside a vector of weights for each vector of the block, and an input.
fn most_outputs(file: RegisterFile, frame: &Frame, panel: &Panel, vectors: usize) -> usize {
    // LLVM loads an input or two ahead where each meets a single vector, or is itself one.
    let inputs = if vectors == 1 || panel.interleave > 1 { 3 } else { 1 };
    let taken = vectors + inputs + frame.inner.temporaries();
    (file.registers.saturating_sub(taken) / vectors).max(1)
}
