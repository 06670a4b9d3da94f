//! Plans convolutions of small kernels by Winograd's short convolutions: fewer products of sums of inputs and of weights.
//!
//! Comes in: an operation and its direct plan. Goes out: a [`Winograd`], of which the products are ordinary plans: those of one element of
//! all tiles are a pointwise convolution, and those of many elements one with a group of channels for each. Must not know: tokens.
//!
//! Outputs are cut into tiles, of a 3x3 kernel say of 4 x 4, computed from 6 x 6 inputs by 36 products for each pair of channels in place of
//! 144. The last tile of an axis has what is left, and takes no more than the points that it needs: an element of a transformed tile, of a row
//! and a column of points, is there in all tiles, or in all but the last of an axis. An axis with a single tap has tiles of one output, and is
//! not transformed. Where tiles are one row high, and products are summed over the kernel's rows, is in [`Kept`].

mod candidate;
mod kept;
pub mod matrices;
mod product;
mod summed;
mod tiling;
mod view;

use super::machine::{CACHES, RegisterFile};
use super::{Nest, Plan, Refusal, Refused, along, cost, panel, unfit};
use crate::operation::{Axis, DataFormat, Operation};
pub(super) use candidate::{Candidate, Tried, candidates, instead};
pub use kept::{Chunk, Kept};
pub use product::{Phase, Product};
pub use summed::Summed;
pub use tiling::Tiling;
pub use view::View;

/// Cycles to load, transform and store an element of a vector's tile along one axis: of its part of what is loaded and stored, and of each
/// point that it is made of. Half of the points are shared with another element, and two products are done at a time.
const TRANSFORM_CYCLES: [f64; 2] = [0.3, 0.2];
/// Cycles to set one vector of a tile up.
const TILE_CYCLES: f64 = 5.0;
/// Cycles for each vector of an image whose channels lie in front, and are turned into pixels, or of one that is turned back.
const TURN_CYCLES: f64 = 10.0;

/// Elements beside all others, so that those can begin on a cache line.
pub const SPARE: usize = CACHES.line / size_of::<f32>();

/// A convolution by tiles.
#[derive(Clone, Debug, PartialEq)]
pub struct Winograd {
    /// What is cut into tiles.
    pub view: View,
    /// Rows of the kernel that are summed over as they are, if there are such.
    pub kept: Option<Kept>,
    /// Rows and columns of tiles.
    pub axes: [Tiling; 2],
    /// Blocks of tiles that are transformed, multiplied and transformed back together.
    pub phases: Vec<Phase>,
    /// Elements of the input and of the output, where channels lie in front and are turned into pixels first: 0 where they do not.
    pub turned: [usize; 2],
}

/// Why `operation` cannot be computed by tiles, if it cannot.
pub fn refusal(operation: &Operation) -> Option<Refusal> {
    if !(1..=2).contains(&operation.axes.len()) {
        return unfit::refusal(operation, &operation.axes, false);
    }
    let view = View::new(operation);
    let [mut rows, columns] = view.axes;
    if view.keeps_rows {
        rows.stride = 1;
    }
    let is_strided = operation.axes.iter().any(|axis| axis.stride > 1);
    let no_kernel = || (!view.has_kernel()).then_some(Refusal::Step);
    let (least, inputs) =
        (panel::widest(operation.element), if view.keeps_rows { usize::MAX } else { view.in_channels });
    let few = || (inputs.min(operation.out_channels) < least).then_some(Refusal::Channels(least));
    unfit::refusal(operation, &[rows, columns], is_strided || view.has_kernel()).or_else(no_kernel).or_else(few)
}

/// How many outputs a tile may have along an axis of so many taps.
fn outputs(taps: usize) -> &'static [usize] {
    match taps {
        1 => &[1],
        3 => &[2, 4, 6],
        4 => &[3, 4],
        5 => &[2, 4],
        7 => &[2],
        _ => &[],
    }
}

/// Bytes of weights, so many for each pair of channels.
fn weights(view: &View, operation: &Operation, each: usize) -> usize {
    each * view.in_channels * operation.out_channels * operation.element.bytes()
}

/// Bytes of all outputs.
fn out_bytes(operation: &Operation) -> usize {
    operation.axes.iter().map(|axis| axis.output).product::<usize>()
        * operation.out_channels
        * operation.element.bytes()
}

/// Cycles of a direct plan on a register file.
pub(super) fn direct_cycles(plan: &Plan, file: RegisterFile) -> f64 {
    if plan.kernels.iter().flat_map(|kernel| &kernel.nests).any(Nest::is_along) {
        return along::cycles(plan, file);
    }
    let nests = plan.kernels.iter().filter(|kernel| kernel.file == file).flat_map(|kernel| &kernel.nests);
    nests
        .map(|nest| cost::nest_cycles(file, &plan.frame, nest.panel.map(|panel| &plan.panels[panel]), nest).in_turn())
        .sum()
}

impl Winograd {
    /// The plan with such tiles, and blocks of as many rows of them as cost least.
    fn new(operation: &Operation, view: View, axes: [Tiling; 2]) -> Result<Self, Refused> {
        let [rows, columns] = axes;
        let mut kept = view.keeps_rows.then(|| Kept::new(operation, &view, axes));
        let phases = if let Some(kept) = &mut kept {
            let mut phase = kept.phase(operation, &view, columns)?;
            kept.sum(operation, &view, columns, &mut phase);
            vec![phase]
        } else {
            let full = product::rows_of_a_block(operation, &view, axes);
            let block = |first, blocks, rows, packed: &[Product]| {
                Phase::new(operation, &view, axes, (first, blocks), rows, packed)
            };
            if full == rows.full {
                vec![block(0, 1, (full, rows.rest > 0), &[])?]
            } else {
                let mut phases = vec![block(0, rows.full / full, (full, false), &[])?];
                if rows.rest > 0 {
                    let last = block(rows.full, 1, (0, true), &phases[0].products)?;
                    phases.push(last);
                }
                phases
            }
        };
        let first = operation.format == DataFormat::ChannelsFirst;
        let image =
            |channels: usize, of: fn(&Axis) -> usize| channels * operation.axes.iter().map(of).product::<usize>();
        let turned = if first {
            [image(operation.in_channels, |axis| axis.input), image(operation.out_channels, |axis| axis.output)]
        } else {
            [0, 0]
        };
        Ok(Winograd { view, kept, axes, phases, turned })
    }

    /// The products that have weights of their own; those of later phases use the first panels of these.
    pub fn packed(&self) -> &[Product] {
        &self.phases[0].products
    }

    /// Elements of all transformed inputs of a block, and of all products.
    pub fn lens(&self) -> [usize; 2] {
        let len = |side: usize| {
            let phases =
                self.phases.iter().map(|phase| phase.products.iter().map(|product| product.sizes[side]).sum::<usize>());
            phases.max().unwrap_or(0)
        };
        [len(0), len(1)]
    }

    /// Elements that a forward pass works in.
    pub fn scratch(&self) -> usize {
        let pieces = match &self.kept {
            Some(kept) => kept.pieces() * self.piece(kept),
            None => self.lens().iter().sum(),
        };
        pieces + self.turned.iter().sum::<usize>()
    }

    /// Elements that a thread works in, whole cache lines.
    pub fn piece(&self, kept: &Kept) -> usize {
        kept.most(&self.view, self.axes[1]).next_multiple_of(SPARE)
    }

    /// Multiply-adds of transformed numbers.
    pub fn macs(&self) -> u64 {
        let phase = |phase: &Phase| phase.blocks as u64 * phase.products.iter().map(|each| each.plan.macs).sum::<u64>();
        self.phases.iter().map(phase).sum()
    }

    /// By how much products of transformed numbers may be larger than those of the numbers themselves.
    pub fn growth(&self) -> f64 {
        candidate::growth(&self.axes)
    }

    /// Predicted cycles on `file`, by what takes them.
    fn cycles(&self, operation: &Operation, file: RegisterFile) -> [(&'static str, f64); 3] {
        let [rows, columns] = self.axes;
        let [products, transforms] = if let Some(kept) = &self.kept {
            kept.cycles(operation, &self.view, columns, (&self.phases[0], file))
        } else {
            let of_phase = |phase: &Phase| {
                let products = phase.products.iter().map(|product| direct_cycles(&product.plan, file));
                phase.blocks as f64 * products.sum::<f64>()
            };
            let vectors = |channels: usize| channels.div_ceil(file.lanes) as f64;
            let elements = (rows.all_points() * columns.all_points()) as f64;
            let element: f64 = self.axes.iter().map(element_cycles).sum();
            let tiles = (rows.tiles() * columns.tiles()) as f64;
            let channels = vectors(self.view.in_channels) + vectors(operation.out_channels);
            [self.phases.iter().map(of_phase).sum(), channels * (elements * element + tiles * TILE_CYCLES)]
        };
        let weights = weights(&self.view, operation, rows.points() * columns.points() * self.view.kept_taps());
        let blocks: usize = self.phases.iter().map(|phase| phase.blocks).sum();
        let loaded = (blocks * weights) as f64 / CACHES.rate(weights);
        let turned = self.turned.iter().sum::<usize>() as f64 * TURN_CYCLES / file.lanes as f64;
        [
            ("multiply-adds", products),
            ("weights from beyond the first-level cache", (loaded - products).max(0.0)),
            ("transforms", turned + transforms),
        ]
    }
}

/// Cycles to load, transform and store an element along an axis.
fn element_cycles(axis: &Tiling) -> f64 {
    let [fixed, each] = TRANSFORM_CYCLES;
    fixed + each * axis.points() as f64
}
