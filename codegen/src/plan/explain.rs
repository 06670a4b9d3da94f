//! What else there was: every candidate of an operation, what it is predicted to take and why.
//!
//! Comes in: an operation and its plan. Goes out: [`Ways`] to compute it, and these in words. Must not know: tokens.
//!
//! The candidates are those that the planner took its choice from.

use core::fmt::Write as _;

use super::candidate::{self, Candidate};
use super::cost::Cycles;
use super::machine::RegisterFile;
use super::winograd::{self, Tried};
use super::{Instead, Kernel, Plan, Refused, planned};
use crate::choice::{Asked, Choice, Shape};
use crate::operation::Operation;

/// Candidates of a register file that are told of, beside the best of each algorithm; the others are counted.
const TOLD: usize = 12;
/// What is said of that.
const BEST: &str = "the best of its algorithm";

/// The ways to compute an operation on a register file.
#[derive(Clone, Debug)]
pub struct Ways {
    /// The registers.
    pub file: RegisterFile,
    /// The candidates, those of fewest predicted cycles first.
    pub ways: Vec<Way>,
    /// What is too inexact, and by how many times.
    pub inexact: Vec<(Choice, f64)>,
}

/// A candidate.
#[derive(Clone, Debug)]
pub struct Way {
    /// What it is called.
    pub choice: Choice,
    /// Predicted cycles, to be compared with those of other ways of the same operation on the same register file.
    pub cycles: f64,
    /// Whether this is how the operation is computed.
    pub is_chosen: bool,
    /// What takes most of the cycles that it takes beyond those of the best of its algorithm.
    pub most: &'static str,
}

/// Cycles by what takes them.
type Spent = Vec<(&'static str, f64)>;

/// All ways to compute `operation`, of which `plan` is one, on every register file.
///
/// # Errors
///
/// None that planning it did not have.
pub fn ways(operation: &Operation, plan: &Plan) -> Result<Vec<Ways>, Refused> {
    let free = Operation { asked: Asked::default(), ..operation.clone() };
    let direct = planned(&free, plan.frame.clone(), plan.macs, None)?;
    let tiles = winograd::candidates(&free, &direct)?;
    let on = |(index, kernel): (usize, &Kernel)| {
        let file = kernel.file;
        let mut found: Vec<(Choice, Spent)> = Vec::new();
        if candidate::has_candidates(&free, &plan.frame) {
            let groups = candidate::candidates(&free, &plan.frame, &direct.panels, file);
            let shapes = combined(&groups);
            found.extend(shapes.into_iter().map(|(shapes, parts)| (Choice::Direct(vec![(file.name, shapes)]), parts)));
        }
        // Tiles are compared with sums that are done in turn.
        let scale = found.first().map_or(1.0, |(_, spent)| total(spent) / winograd::direct_cycles(&direct, file));
        let (mut of_tiles, mut inexact): (Vec<(Choice, Spent)>, _) = (Vec::new(), Vec::new());
        for candidate in &tiles {
            let choice = Choice::Winograd(candidate.tiles);
            match &candidate.tried {
                Tried::Planned { winograd, .. } => {
                    let spent = winograd.worth(&free, file).map(|(name, cycles)| (name, cycles * scale));
                    of_tiles.push((choice, spent.to_vec()));
                }
                Tried::Inexact(times) => inexact.push((choice, *times)),
            }
        }
        let chosen = chosen(plan, &tiles, index);
        let mut ways: Vec<Way> = [found, of_tiles].iter().flat_map(|found| judged(found, chosen.as_ref())).collect();
        ways.sort_by(|a, b| a.cycles.total_cmp(&b.cycles));
        Ways { file, ways, inexact }
    };
    Ok(direct.kernels.iter().enumerate().map(on).collect())
}

/// All cycles.
fn total(spent: &Spent) -> f64 {
    spent.iter().map(|(_, cycles)| cycles).sum()
}

/// The choice that is `plan`, on the register file of that index; nothing where there was none.
fn chosen(plan: &Plan, tiles: &[winograd::Candidate], index: usize) -> Option<Choice> {
    if let Some(Instead::Winograd(of_plan)) = &plan.instead {
        let is_plan = |candidate: &&winograd::Candidate| matches!(&candidate.tried, Tried::Planned { winograd, .. } if winograd.axes == of_plan.axes);
        return tiles.iter().find(is_plan).map(|candidate| Choice::Winograd(candidate.tiles));
    }
    // By transforms, or as two, there are none.
    let kernel = plan.kernels.get(index)?;
    let shapes = kernel.nests.iter().map(super::Nest::shape).collect();
    Some(Choice::Direct(vec![(kernel.file.name, shapes)]))
}

/// The shapes of all `groups` of panels together: each of one group, with the best of the others.
fn combined(groups: &[Vec<Candidate>]) -> Vec<(Vec<Shape>, Spent)> {
    let best: Vec<&Candidate> = groups.iter().filter_map(candidate::cheapest).collect();
    let together = |all: &[&Candidate]| {
        let cycles = all.iter().map(|one| one.cycles).sum::<Cycles>();
        (all.iter().map(|one| one.shape).collect(), cycles.parts().to_vec())
    };
    let mut found = vec![together(&best)];
    for (at, group) in groups.iter().enumerate() {
        let others = group.iter().filter(|other| other.shape != best[at].shape);
        found.extend(others.map(|other| {
            let mut all = best.clone();
            all[at] = other;
            together(&all)
        }));
    }
    found
}

/// Candidates of one algorithm, each compared with the best of them.
fn judged(found: &[(Choice, Spent)], chosen: Option<&Choice>) -> Vec<Way> {
    let Some((_, best)) = found.iter().min_by(|a, b| total(&a.1).total_cmp(&total(&b.1))) else { return Vec::new() };
    let way = |(choice, parts): &(Choice, Spent)| {
        if core::ptr::eq(parts, best) {
            let (choice, is_chosen) = (choice.clone(), chosen == Some(choice));
            return Way { choice, cycles: total(parts), is_chosen, most: BEST };
        }
        let beyond = parts.iter().zip(best).map(|(mine, its)| (mine.0, mine.1 - its.1));
        let most = beyond.max_by(|a, b| a.1.total_cmp(&b.1)).map_or("", |(name, _)| name);
        Way { choice: choice.clone(), cycles: total(parts), is_chosen: chosen == Some(choice), most }
    };
    found.iter().map(way).collect()
}

/// The candidates in words.
pub(super) fn explain(operation: &Operation, plan: &Plan) -> String {
    let mut text = String::new();
    for Ways { file, ways, inexact } in ways(operation, plan).unwrap_or_default() {
        let name = file.name;
        let chosen = ways.iter().find(|way| way.is_chosen);
        let Some(of) = chosen.or(ways.first()).filter(|_| ways.len() > 1) else {
            let _ = writeln!(text, "{name}: no other candidates"); // writing to a string cannot fail
            continue;
        };
        let others = ways.iter().filter(|way| !core::ptr::eq(*way, of));
        let (count, choice) = (ways.len() - 1, &of.choice);
        let found = if of.is_chosen { "other candidates" } else { "candidates behind the best of tiles and sums" };
        let _ = writeln!(text, "{name}: {count} {found}, by predicted cycles over those of {choice}");
        let told: Vec<&Way> =
            others.enumerate().filter(|(at, way)| *at < TOLD || way.most == BEST).map(|(_, way)| way).collect();
        for way in &told {
            let Way { choice, cycles, most, .. } = way;
            let _ = writeln!(text, "  {:.2} {choice}: {most}", cycles / of.cycles);
        }
        if let Some(worst) = ways.last().filter(|_| count > told.len()) {
            let _ = writeln!(text, "  and {} more, up to {:.1}", count - told.len(), worst.cycles / of.cycles);
        }
        for (choice, times) in inexact {
            let _ = writeln!(text, "  too inexact: {choice}, {times:.1} times what `accuracy: fast` allows");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Way, Ways};

    /// The ways to compute a convolution of these keys.
    fn ways(keys: &str) -> Vec<Ways> {
        crate::ways(&format!("conv2d!< {keys} >")).unwrap_or_else(|error| panic!("{keys}: {error}"))
    }

    #[test]
    fn the_chosen_one_is_the_least_of_the_list() {
        for keys in [
            "in: 9x13x16, kernel: 3x3x24, algorithm: direct",
            "in: 12x10x3, kernel: 5x3x40, padding: same, algorithm: direct",
            "in: 14x7x8, kernel: 3x3x10, stride: 2, layout: nchw",
            "in: 9x13x16, kernel: 3x3x32, groups: 2, dtype: f64",
        ] {
            for Ways { file, ways, .. } in ways(keys) {
                let chosen: Vec<&Way> = ways.iter().filter(|way| way.is_chosen).collect();
                assert_eq!(chosen.len(), 1, "{keys} on {}", file.name);
                assert!(chosen[0].cycles <= ways[0].cycles * (1.0 + 1e-6), "{keys} on {}: {chosen:?}", file.name);
            }
        }
    }

    /// Whatever is listed may be asked for, and is then what is done.
    #[test]
    fn every_candidate_can_be_had() {
        let keys = "in: 9x13x16, kernel: 3x3x24";
        for Ways { file, ways: listed, .. } in ways(keys) {
            for Way { choice, .. } in listed.into_iter().step_by(9) {
                let again = ways(&format!("{keys}, plan: {choice}"));
                let again = again.iter().find(|ways| ways.file == file).unwrap();
                let chosen: Vec<String> =
                    again.ways.iter().filter(|way| way.is_chosen).map(|way| way.choice.to_string()).collect();
                assert_eq!(chosen, [choice.to_string()]);
            }
        }
    }
}
