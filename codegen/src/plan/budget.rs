//! What generated code may cost the compiler, by name.
//!
//! Comes in: a plan. Goes out: nothing, or an [`OverBudget`] with the numbers. Must not know: tokens.

use core::fmt;

use super::frame::Frame;
use super::{Body, Kernel, Nest, Plan, Strip, turns};
use crate::operation::Inner;

/// Multiply-adds written out in one strip that walks its inputs. rustc needs about a second for 20,000 of them over all
/// levels, and LLVM is super-linear in the size of a function.
pub const WALK_STATEMENTS: usize = 400;
/// Multiply-adds written out in one turn of a stream's loop: enough to hide the loop, little enough for the instruction cache.
pub const STREAM_STATEMENTS: usize = 64;
/// Multiply-adds, comparisons and sums written out for the tiles of one row; beyond it border columns are looped over.
/// A layer at this limit on every register file takes rustc about twelve seconds.
pub const NEST_STATEMENTS: usize = 2000;
/// Multiply-adds, comparisons and sums written out for one register file in a layer, with all its channel groups and numbers of rows: one
/// function for LLVM. Where two layers are done in one pass it is that of both, at the most.
pub const FUNCTION_STATEMENTS: usize = 6000;
/// Multiply-adds and stores written out by `unroll: full`, for one register file.
pub const FULL_STATEMENTS: u64 = 4096;

/// A fully unrolled plan that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverBudget {
    /// How many vector operations there would be, multiply-adds (of a pool, maxima) and stores, for the register file that
    /// needs most of them.
    pub statements: u64,
    /// How many there may be.
    pub limit: u64,
}

impl fmt::Display for OverBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OverBudget { statements, limit } = self;
        write!(
            f,
            "`unroll: full` would write out {statements} vector multiply-adds (or maxima) and stores for one SIMD level, \
             and the limit is {limit}: use `unroll: auto`, which loops where that is as fast, or a smaller layer"
        )
    }
}

/// Whether a fully unrolled plan stays within [`FULL_STATEMENTS`] on every register file.
pub(super) fn check_unrolled(plan: &Plan) -> Result<(), OverBudget> {
    let Frame { planes, rows, .. } = &plan.frame;
    let (nnz, outputs) = match planes {
        Some(planes) => (planes.nnz() * rows.nnz(), (planes.output * rows.output) as u64),
        None => (rows.nnz(), rows.output as u64),
    };
    // An output wholly in padding has no products, and is stored all the same.
    let strip = |nest: &Nest, strip: &Strip| {
        let stores = (strip.region.tile.outputs * strip.vectors) as u64;
        let products = nnz * strip_statements(plan, nest, strip, 1) * plan.frame.inner.instructions() as u64;
        let all = products + outputs * stores;
        all * strip.region.count as u64 * nest.all_blocks() as u64
    };
    let nest_statements = |nest: &Nest| nest.strips.iter().map(|each| strip(nest, each)).sum::<u64>();
    let most = plan.kernels.iter().map(|kernel| kernel.nests.iter().map(nest_statements).sum()).max().unwrap_or(0);
    if most > FULL_STATEMENTS {
        return Err(OverBudget { statements: most, limit: FULL_STATEMENTS });
    }
    Ok(())
}

/// What is written out for a strip whose tiles have `rows` rows: products, and for each sum its start, its store, and its way
/// into and out of every loop.
pub(super) fn written(frame: &Frame, interleave: usize, rows: usize, strip: &Strip) -> usize {
    let tile = &strip.region.tile;
    // Along the row, a tile's vectors are those of all its outputs, and stay in registers for all taps.
    let sums = match strip.body {
        Body::Along { .. } => 2 * strip.vectors * rows,
        _ => 2 * tile.outputs * strip.vectors * rows * tile.segments.len().max(1),
    };
    let products = match strip.body {
        Body::Stream { unroll } => {
            let segments = tile.segments.iter().map(|segment| {
                let steps = segment.kernel.len() * frame.depth() / interleave;
                let (turns, rest) = turns(steps, unroll);
                segment.outputs.len() * (turns.min(1) * unroll + rest)
            });
            segments.sum::<usize>() * strip.vectors * rows
        }
        // Once in the loop over turns, and once for what is left.
        Body::Sparse { unroll } => {
            let outputs = tile.segments.iter().map(|segment| segment.outputs.len());
            outputs.sum::<usize>() * strip.vectors * rows * (unroll + usize::from(unroll > 1))
        }
        Body::Walk if frame.diagonal => tile.products() * strip.vectors,
        Body::Walk => tile.products() * frame.depth() * strip.vectors,
        Body::Along { unroll } => {
            let (turns, rest) = turns(frame.columns.kernel, unroll);
            (turns.min(1) * unroll + rest) * frame.depth() * strip.vectors * rows
        }
    };
    // Where taps in the padding are no zeros, each is loaded and taken off.
    let padded = match frame.inner {
        Inner::AbsoluteDifference => 2 * (frame.columns.kernel * tile.outputs - tile.products()) * strip.vectors * rows,
        Inner::MultiplyAdd | Inner::Max | Inner::Mean { .. } | Inner::Softmax { .. } => 0,
    };
    products * frame.inner.instructions() + sums + padded
}

/// What is written out for a register file: for LLVM one function, since its parts are inlined.
pub fn function(plan: &Plan, kernel: &Kernel) -> usize {
    let nest = |nest: &Nest| {
        let interleave = nest.panel.filter(|_| !plan.frame.diagonal).map_or(1, |panel| plan.panels[panel].interleave);
        let of = |rows: usize, strips: &[Strip]| {
            strips.iter().map(|strip| written(&plan.frame, interleave, rows, strip)).sum::<usize>()
        };
        of(nest.rows, &nest.strips) + of(1, &nest.singles)
    };
    kernel.nests.iter().map(nest).sum()
}

/// What may be written out for one stretch of columns, if a function has so many of them.
pub(super) fn share(stretches: usize) -> usize {
    NEST_STATEMENTS.min(FUNCTION_STATEMENTS / stretches)
}

/// Products of vectors in one tile of `rows` rows, for one kernel row, or for one tap of it where taps are looped over.
pub(super) fn strip_statements(plan: &Plan, nest: &Nest, strip: &Strip, rows: usize) -> u64 {
    let pairs = strip.region.tile.products();
    let depth = match nest.panel {
        Some(panel) if !plan.frame.diagonal => plan.frame.depth() / plan.panels[panel].interleave,
        _ => 1,
    };
    let statements = match strip.body {
        Body::Sparse { .. } => strip.region.tile.outputs * strip.vectors,
        Body::Along { .. } => strip.vectors * plan.frame.row_depth(),
        Body::Walk | Body::Stream { .. } => pairs * depth * strip.vectors,
    };
    (statements * rows) as u64
}
