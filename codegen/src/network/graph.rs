//! A network in integers: its steps, in order, and the values between them.
//!
//! Comes in: from `joints`, checked. Goes out: to the arena's plan and to the emitter. Must not know: how names and keys were spelled.

use super::arena::{Arena, Tenant};
use super::nested::Nested;
use crate::layout::Toeplitz;
use crate::operation::{Activation, DataFormat, Element, Operation};
use crate::plan::Plan;
use crate::spec::Spec;
use proc_macro2::Ident;

/// All steps of a network.
pub(crate) struct Graph {
    /// Sizes of the input, spatial ones first.
    pub(crate) input: Vec<usize>,
    /// How elements lie in memory.
    pub(crate) format: DataFormat,
    /// The type of all data.
    pub(crate) element: Element,
    /// The path of the runtime crate.
    pub(crate) crate_path: syn::Path,
    /// In the order in which they run.
    pub(crate) steps: Vec<Step>,
    /// Elements of each value; the first is the input.
    pub(crate) values: Vec<usize>,
    /// What leaves.
    pub(crate) outputs: Vec<Output>,
}

/// A value under a name, with sizes.
#[derive(Clone)]
pub(crate) struct Output {
    /// The layer that it comes from.
    pub(crate) name: Ident,
    /// Index of the value.
    pub(crate) value: usize,
    /// Its sizes, spatial ones first.
    pub(crate) sizes: Vec<usize>,
}

/// One step.
pub(crate) struct Step {
    /// The layer's name.
    pub(crate) name: Ident,
    /// The operator's name.
    pub(crate) operator: &'static str,
    /// What is done.
    pub(crate) work: Work,
    /// What it takes: 0 for the network's input, and `n` for the output of the `n`-th step, wherever that lies.
    pub(crate) sources: Vec<usize>,
    /// Indices of the values it takes.
    pub(crate) inputs: Vec<usize>,
    /// Index of the value it gives; of a sum in place, its first input.
    pub(crate) output: usize,
    /// The output's sizes, spatial ones first.
    pub(crate) sizes: Vec<usize>,
}

/// What a step does.
pub(crate) enum Work {
    /// Runs an operator.
    Layer(Box<Layer>),
    /// Adds its inputs up, element by element.
    Add(Activation),
    /// Puts so many elements of each input behind each other, again and again.
    Concat(Vec<usize>),
    /// Puts so many zeros behind so many elements of its input, again and again.
    Pad { len: usize, zeros: usize },
    /// Runs a layer whose type is another item, of which nothing is known yet.
    Nested(Box<Nested>),
}

/// An operator of a network.
pub(crate) struct Layer {
    pub(crate) spec: Spec,
    pub(crate) operation: Operation,
    pub(crate) toeplitz: Toeplitz,
    pub(crate) plan: Plan,
}

impl Graph {
    /// Whether a value leaves.
    pub(crate) fn leaves(&self, value: usize) -> bool {
        self.outputs.iter().any(|output| output.value == value)
    }

    /// Where each value leaves to: elements of the output before it. The first place, if there are several.
    pub(crate) fn output_at(&self, value: usize) -> Option<usize> {
        let at = self.outputs.iter().position(|output| output.value == value)?;
        Some(self.outputs[..at].iter().map(|output| self.values[output.value]).sum())
    }

    /// Elements of all outputs together.
    pub(crate) fn output_len(&self) -> usize {
        self.outputs.iter().map(|output| self.values[output.value]).sum()
    }

    /// Where the values that neither come in nor leave lie, and what layers work in.
    pub(crate) fn arena(&self) -> Arena {
        let inner = |value: usize| value > 0 && !self.leaves(value);
        let mut tenants: Vec<Tenant> = Vec::new();
        for (value, &len) in self.values.iter().enumerate() {
            let touches = |step: &Step| step.output == value || step.inputs.contains(&value);
            let from = self.steps.iter().position(touches).unwrap_or(0);
            let to = self.steps.iter().rposition(touches).unwrap_or(0);
            tenants.push(Tenant { len: if inner(value) { len } else { 0 }, from, to });
        }
        let scratch = self.steps.iter().enumerate().map(|(at, step)| Tenant { len: step.scratch(), from: at, to: at });
        tenants.extend(scratch);
        Arena::new(tenants)
    }
}

impl Step {
    /// Elements that it works in besides its inputs and output, as far as they are known.
    pub(crate) fn scratch(&self) -> usize {
        match &self.work {
            Work::Layer(layer) => layer.plan.scratch(),
            Work::Add(_) | Work::Concat(_) | Work::Pad { .. } | Work::Nested(_) => 0,
        }
    }

    /// Multiply-adds of a layer, as far as they are known.
    pub(crate) fn macs(&self) -> u64 {
        match &self.work {
            Work::Layer(layer) => layer.plan.all_macs(),
            Work::Add(_) | Work::Concat(_) | Work::Pad { .. } | Work::Nested(_) => 0,
        }
    }
}
