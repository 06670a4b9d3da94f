//! Which tiles an operation may be cut into, what they are predicted to cost, and which are taken.
//!
//! Comes in: an operation and its direct plan. Goes out: [`Candidate`]s, and the plan by the cheapest of them, or by those that were asked
//! for. Must not know: tokens, what is computed with them.

use super::super::refusal::{NAMED, asked};
use super::super::{Instead, NoSuchPlan, Plan, Refused, panel};
use super::{Tiling, View, Winograd, direct_cycles, outputs, refusal, weights};
use crate::choice::{Choice, Tiles};
use crate::operation::{Algorithm, Axis, DataFormat, Operation};
use crate::plan::machine::{CACHES, RegisterFile};

/// What the code of another class of elements is worth: so many cycles, and no more than such a part of all.
const CLASS: (f64, f64) = (20_000.0, 0.08);
/// How much of the direct cycles there may be at most: the model knows little of what transformed numbers cost the caches.
const WORTH: f64 = 0.9;
/// The same on any register file: none is to lose for what others gain.
const MOST_PART: f64 = 1.0;
/// Largest difference to exact outputs that may be expected, over the largest output, in units of the last place of the type of data: 168 are 1e-5
/// of `f32`. Of 24 random inputs the worst was off by a third more than was expected.
const MOST_UNITS: f64 = 150.0;
/// The same of a tile of one axis, and of two, as a part of the root of the number of inputs that are summed over times the growth of products, of
/// which each tap has its share. Tiles of two axes that were measured, with 16 to 256 channels of uniformly distributed numbers, had from 0.033 to
/// 0.049 of it in the mean of 24 inputs, and of one axis from 0.15 to 0.3.
const UNITS: [f64; 2] = [0.3, 0.049];

/// Tiles that an operation may be cut into.
pub(in crate::plan) struct Candidate {
    /// What they are called.
    pub(in crate::plan) tiles: Tiles,
    /// What became of them.
    pub(in crate::plan) tried: Tried,
}

/// What became of a candidate.
pub(in crate::plan) enum Tried {
    /// It was planned.
    Planned {
        /// What it is predicted to take of the direct plan's cycles, as a mean of all register files: what the planner goes by.
        part: f64,
        /// The same of the register file that gains least.
        most: f64,
        /// The plan.
        winograd: Box<Winograd>,
    },
    /// It is too inexact: the expected difference, in units of the last place, over the largest that is allowed.
    Inexact(f64),
}

/// The tiles that the rows and the columns of `view` may have.
fn all_tilings(view: &View) -> [Vec<(Tiling, usize, bool)>; 2] {
    let [rows, columns] = &view.axes;
    if !view.keeps_rows {
        return [tilings(rows), tilings(columns)];
    }
    // What is left is not worth a second kind of tiles.
    let mut across = tilings(columns);
    across.retain(|(tiling, ..)| tiling.rest == 0);
    [vec![(Tiling::single(rows), 1, false)], across]
}

/// The tiles that an axis may have.
fn tilings(axis: &Axis) -> Vec<(Tiling, usize, bool)> {
    let tilings = |&outputs: &usize| {
        let all = [false, true].map(|rounded| (Tiling::new(axis, outputs, rounded), outputs.min(axis.output), rounded));
        let count = if all[0].0.rest > 0 { 2 } else { 1 };
        all.into_iter().take(count)
    };
    let mut all: Vec<(Tiling, usize, bool)> = outputs(axis.kernel).iter().flat_map(tilings).collect();
    // A short axis has one tile, whatever may be in it.
    all.dedup();
    all
}

/// Whether `operation` can be computed by tiles.
fn is_possible(operation: &Operation) -> bool {
    // The last vector of channels covers some of the one before; outputs that are added to in place would be added to twice. And with channels in
    // front, what is added is not where the outputs are stored first.
    let overlaps = !operation.out_channels.is_multiple_of(panel::widest(operation.element));
    let apart = operation.sum.is_some() && (overlaps || operation.format == DataFormat::ChannelsFirst);
    let is_allowed = matches!(operation.algorithm, Algorithm::Auto | Algorithm::Winograd);
    is_allowed && refusal(operation).is_none() && !apart
}

/// All tiles that `operation` may be cut into, beside its plan product by product.
pub(in crate::plan) fn candidates(operation: &Operation, direct: &Plan) -> Result<Vec<Candidate>, Refused> {
    let mut candidates = Vec::new();
    if !is_possible(operation) {
        return Ok(candidates);
    }
    let view = View::new(operation);
    let [rows, columns] = all_tilings(&view);
    let products = weights(&view, operation, view.axes.iter().map(|axis| axis.kernel).product());
    let files: Vec<RegisterFile> = direct.kernels.iter().map(|kernel| kernel.file).collect();
    let directly: Vec<f64> =
        files.iter().map(|&file| direct_cycles(direct, file).max(products as f64 / CACHES.rate(products))).collect();
    for &(down, tall, below) in &rows {
        for &(across, wide, beside) in &columns {
            let tiles = Tiles { outputs: [tall, wide], beyond: [below, beside] };
            let axes = [down, across];
            let inexact = units(&axes, &view) / MOST_UNITS;
            let tried = if inexact > 1.0 {
                Tried::Inexact(inexact)
            } else {
                let winograd = Winograd::new(operation, view, axes)?;
                let ratio = |(&file, directly): (&RegisterFile, &f64)| winograd.cost(operation, file) / directly;
                let parts: Vec<f64> = files.iter().zip(&directly).map(ratio).collect();
                let part = parts.iter().sum::<f64>() / parts.len() as f64;
                Tried::Planned { part, most: parts.into_iter().fold(0.0, f64::max), winograd: Box::new(winograd) }
            };
            candidates.push(Candidate { tiles, tried });
        }
    }
    Ok(candidates)
}

/// The candidate that is predicted to take the least, if one is worth it.
pub(in crate::plan) fn cheapest<'a>(operation: &Operation, candidates: &'a [Candidate]) -> Option<&'a Candidate> {
    let is_auto = operation.algorithm == Algorithm::Auto;
    let is_worth = |candidate: &&Candidate| match candidate.tried {
        Tried::Planned { part, most, .. } => !is_auto || part <= WORTH && most <= MOST_PART,
        Tried::Inexact(_) => false,
    };
    candidates.iter().filter(is_worth).min_by(|a, b| a.part().total_cmp(&b.part()))
}

/// The plan by tiles, where that can be and is asked for or cheaper than `direct`.
pub(in crate::plan) fn instead(operation: &Operation, direct: &Plan) -> Result<Option<Plan>, Refused> {
    if matches!(operation.asked.choice, Some(Choice::Direct(_))) {
        return Ok(None);
    }
    let candidates = candidates(operation, direct)?;
    let candidate = match operation.asked.tiles() {
        Some(tiles) => {
            let named = candidates.iter().find(|candidate| candidate.tiles == tiles);
            Some(named.filter(|named| named.part().is_finite()).ok_or_else(|| unknown(operation, named, &candidates))?)
        }
        None => cheapest(operation, &candidates),
    };
    let Some(Candidate { tried: Tried::Planned { winograd, .. }, .. }) = candidate else { return Ok(None) };
    Ok(Some(direct.with(Instead::Winograd(winograd.clone()))))
}

/// Why tiles that were asked for cannot be had: they are not `named`, or not planned.
fn unknown(operation: &Operation, named: Option<&Candidate>, candidates: &[Candidate]) -> NoSuchPlan {
    let what = asked(operation);
    let mut planned: Vec<&Candidate> = candidates.iter().filter(|candidate| candidate.part().is_finite()).collect();
    planned.sort_by(|a, b| a.part().total_cmp(&b.part()));
    // Those of the same size first: what is left at the end of an axis may have been meant.
    let is_near = |one: &&Candidate| operation.asked.tiles().is_some_and(|tiles| tiles.outputs == one.tiles.outputs);
    let (mut near, far): (Vec<&Candidate>, Vec<&Candidate>) = planned.iter().partition(|one| is_near(one));
    near.extend(far);
    let named_ones = near.iter().take(NAMED).map(|one| format!("`{}`", one.tiles)).collect::<Vec<_>>().join(", ");
    let why = match named {
        Some(Candidate { tried: Tried::Inexact(times), .. }) => {
            format!("outputs would differ from exact ones by {times:.1} times what `accuracy: fast` allows")
        }
        _ if candidates.is_empty() => "it cannot be computed by tiles where it stands".to_owned(),
        _ => "no such tiles fit it".to_owned(),
    };
    let there = match planned.len() {
        0 => String::new(),
        count if count > NAMED => {
            format!("; of {count} that do there are {named_ones}; `explain: true` lists them in `PLAN`")
        }
        _ => format!("; there are {named_ones}"),
    };
    NoSuchPlan::new(format!("{what}: {why}{there}"))
}

impl Candidate {
    /// What the planner goes by; infinite if it was not planned.
    pub(in crate::plan) fn part(&self) -> f64 {
        match &self.tried {
            Tried::Planned { part, .. } => *part,
            Tried::Inexact(_) => f64::INFINITY,
        }
    }
}

impl Winograd {
    /// Predicted cycles on `file`, by what takes them, and what its code is worth beside.
    pub(in crate::plan) fn worth(&self, operation: &Operation, file: RegisterFile) -> [(&'static str, f64); 4] {
        let [products, weights, transforms] = self.cycles(operation, file);
        let cycles = products.1 + weights.1 + transforms.1;
        let classes = (self.packed().len() - 1) as f64;
        [products, weights, transforms, ("code for smaller tiles", classes * CLASS.0.min(CLASS.1 * cycles))]
    }

    /// All of these cycles.
    fn cost(&self, operation: &Operation, file: RegisterFile) -> f64 {
        self.worth(operation, file).iter().map(|(_, cycles)| cycles).sum()
    }
}

/// By how much products of numbers that are transformed along `axes` may be larger than those of the numbers themselves.
pub(super) fn growth(axes: &[Tiling; 2]) -> f64 {
    axes.iter().map(|axis| axis.convolution.growth()).product()
}

/// How far outputs of such tiles may be expected to be from exact ones: see [`MOST_UNITS`].
fn units(axes: &[Tiling; 2], view: &View) -> f64 {
    let taps = axes.map(|axis| axis.convolution.taps);
    let part = UNITS[usize::from(taps.iter().all(|&taps| taps > 1))];
    let inputs = view.in_channels * view.kept_taps();
    part * growth(axes) / taps.iter().product::<usize>() as f64 * (inputs as f64).sqrt()
}
