//! What generated code may cost the compiler, by name.
//!
//! Comes in: a layout, a plan. Goes out: nothing, or an [`OverBudget`] with the numbers. Must not know: tokens.

use core::fmt;

use super::{Body, Nest, Plan, Strip};
use crate::layout::Toeplitz;

/// Multiply-adds written out in one strip that walks its inputs. rustc needs about a second for 20,000 of them over all
/// levels, and LLVM is super-linear in the size of a function.
pub const WALK_STATEMENTS: usize = 400;
/// Multiply-adds written out in one turn of a stream's loop: enough to hide the loop, little enough for the instruction cache.
pub const STREAM_STATEMENTS: usize = 64;
/// Multiply-adds written out by `unroll: full`, for one register file.
pub const FULL_STATEMENTS: u64 = 4096;
/// Taps in all runs of one axis: they are constants in the generated code, and a border has a run for each of its outputs.
pub const LAYOUT_TAPS: u64 = 65_536;

/// What went over which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverBudget {
    /// What is too large.
    pub what: Excess,
    /// How many there would be.
    pub statements: u64,
    /// How many there may be.
    pub limit: u64,
}

/// What is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// The statements of `unroll: full`.
    Unrolled,
    /// The taps of one axis' layout.
    Taps,
}

impl fmt::Display for OverBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OverBudget { statements, limit, .. } = self;
        match self.what {
            Excess::Unrolled => write!(
                f,
                "`unroll: full` would write out {statements} multiply-adds, and the limit is {limit}; \
                 use `unroll: auto`, which loops where that is as fast"
            ),
            Excess::Taps => write!(
                f,
                "this kernel and padding need {statements} taps in the layout of one axis, and the limit is {limit}; \
                 use a shorter kernel"
            ),
        }
    }
}

/// Whether the layout's constants are small enough to be written out.
pub(super) fn check_layout(layout: &Toeplitz) -> Result<(), OverBudget> {
    for band in &layout.bands {
        let taps = band.runs.iter().map(|run| run.taps.len() as u64).sum();
        if taps > LAYOUT_TAPS {
            return Err(OverBudget { what: Excess::Taps, statements: taps, limit: LAYOUT_TAPS });
        }
    }
    Ok(())
}

/// Whether a fully unrolled plan stays within [`FULL_STATEMENTS`] on every register file.
pub(super) fn check_unrolled(plan: &Plan) -> Result<(), OverBudget> {
    let rows: u64 = plan.frame.rows.nnz();
    let nest_statements = |nest: &Nest| {
        let row: u64 = nest.strips.iter().map(|strip| strip_statements(plan, nest, strip) * strip.region.count as u64).sum();
        row * rows * nest.blocks as u64
    };
    let most = plan.kernels.iter().map(|kernel| kernel.nests.iter().map(nest_statements).sum()).max().unwrap_or(0);
    if most > FULL_STATEMENTS {
        return Err(OverBudget { what: Excess::Unrolled, statements: most, limit: FULL_STATEMENTS });
    }
    Ok(())
}

/// Vector multiply-adds of one tile and one kernel row, all written out.
pub(super) fn strip_statements(plan: &Plan, nest: &Nest, strip: &Strip) -> u64 {
    let pairs = strip.region.tile.products();
    let depth = nest.panel.map_or(1, |panel| plan.frame.in_channels / plan.panels[panel].interleave);
    match strip.body {
        Body::Along => (strip.vectors * plan.frame.row_depth()) as u64,
        Body::Walk | Body::Stream { .. } => (pairs * depth * strip.vectors) as u64,
    }
}
