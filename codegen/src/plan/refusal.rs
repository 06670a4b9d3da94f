//! Why there is no such plan.
//!
//! Comes in: what was asked for, and the candidates. Goes out: a sentence. Must not know: tokens.

use core::fmt;

use super::OverBudget;
use super::candidate::{Candidate, cheapest};
use super::machine::RegisterFile;
use crate::choice::{Shape, joined};
use crate::operation::Operation;

/// Why an operation is not planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// What `unroll` asks for is too large.
    OverBudget(OverBudget),
    /// What `plan`, or a tuning file, asks for is none of the candidates.
    NoSuchPlan(NoSuchPlan),
}

/// A plan that was asked for and cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchPlan {
    message: String,
}

/// Candidates that a message names.
pub(super) const NAMED: usize = 5;

impl NoSuchPlan {
    /// With what is wrong.
    pub(super) fn new(message: String) -> Self {
        NoSuchPlan { message }
    }

    /// Of an operation that there is one way to compute on `file`.
    pub(super) fn single(operation: &Operation, file: RegisterFile) -> Self {
        let (what, name) = (asked(operation), file.name);
        Self::new(format!("{what}: on `{name}` this operator is computed in one way, without candidates; leave it out"))
    }

    /// Of `shapes` that are no candidates of some of the `groups` of panels.
    pub(super) fn groups(
        operation: &Operation,
        file: RegisterFile,
        shapes: &[Shape],
        groups: &[Vec<Candidate>],
    ) -> Self {
        let (what, name) = (asked(operation), file.name);
        let best: Vec<Shape> = groups.iter().filter_map(cheapest).map(|best| best.shape).collect();
        if shapes.len() != groups.len() {
            let (found, there) = (shapes.len(), groups.len());
            let [groups, shapes] = [(there, "group"), (found, "shape")]
                .map(|(count, one)| format!("{count} {one}{}", if count == 1 { "" } else { "s" }));
            return Self::new(format!(
                "{what}: on `{name}` of panels there are {groups}, and here {shapes}: write a shape for each, as in \
                 `[{name}: {}]`",
                joined(&best)
            ));
        }
        let mut pairs = groups.iter().zip(shapes);
        let Some((group, shape)) = pairs.find(|(group, shape)| !group.iter().any(|one| one.shape.is(**shape))) else {
            return Self::new(what);
        };
        let distance = |other: &Shape| {
            let apart = [(other.rows, shape.rows), (other.pixels, shape.pixels), (other.vectors, shape.vectors)];
            let apart: usize = apart.iter().map(|(a, b)| a.abs_diff(*b)).sum();
            2 * apart + usize::from(other.walk != shape.walk)
        };
        let mut others: Vec<Shape> = group.iter().map(|one| Shape { order: None, ..one.shape }).collect();
        others.sort_by_key(distance);
        others.dedup();
        let count = others.len();
        others.truncate(NAMED);
        let near = others.iter().map(|shape| format!("`{shape}`")).collect::<Vec<_>>().join(", ");
        Self::new(format!(
            "{what}: on `{name}` `{shape}` is none of {count} candidates; near it are {near}, and `{}` is predicted to be the \
             fastest; without `plan`, `explain: true` lists them in `PLAN`",
            joined(&best)
        ))
    }
}

/// What was asked for, as the subject of a message.
pub(super) fn asked(operation: &Operation) -> String {
    let choice = operation.asked.choice.as_ref().map(ToString::to_string).unwrap_or_default();
    match &operation.asked.place {
        Some(place) => format!("{place}: `plan` cannot be `{choice}`"),
        None => format!("`plan` cannot be `{choice}`"),
    }
}

impl fmt::Display for NoSuchPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::OverBudget(over) => write!(f, "{over}"),
            Refused::NoSuchPlan(none) => write!(f, "{none}"),
        }
    }
}

impl From<OverBudget> for Refused {
    fn from(over: OverBudget) -> Self {
        Refused::OverBudget(over)
    }
}

impl From<NoSuchPlan> for Refused {
    fn from(none: NoSuchPlan) -> Self {
        Refused::NoSuchPlan(none)
    }
}
