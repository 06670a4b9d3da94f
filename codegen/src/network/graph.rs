//! A network in integers: its steps as written, the passes that do them, and the values between them.
//!
//! Comes in: from `joints`, checked. Goes out: to the arena's plan and to the emitter. Must not know: how names and keys were spelled.

use super::arena::{Arena, Tenant};
use super::fuse;
use super::nested::Nested;
use super::tensors::Array;
use super::weights::Read;
use crate::layout::Toeplitz;
use crate::operation::{Activation, DataFormat, Element, Operation};
use crate::plan::zeros::Zeros;
use crate::plan::{self, Plan, Refused, factored, sparse};
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
    /// As they are written.
    pub(crate) steps: Vec<Step>,
    /// Values by other sizes, which take no step.
    pub(crate) views: Vec<View>,
    /// Elements of each value: the input, and then what each step gives.
    pub(crate) values: Vec<usize>,
    /// What leaves.
    pub(crate) outputs: Vec<Output>,
    /// What is done, in this order: each step in one of them.
    pub(crate) passes: Vec<Pass>,
    /// The files that weights were read from; nothing where they come when the program runs.
    pub(crate) weights: Option<Vec<Read>>,
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

/// A layer that gives what it takes by other sizes.
pub(crate) struct View {
    /// The layer's name.
    pub(crate) name: Ident,
    /// The operator's name.
    pub(crate) operator: &'static str,
    /// How many steps are written before it.
    pub(crate) behind: usize,
    /// The sizes, spatial ones first.
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
    /// Indices of the values that it takes.
    pub(crate) sources: Vec<usize>,
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
    /// The arrays that its constructor takes, in its order; with their elements, if the network has a file of weights.
    pub(crate) arrays: Vec<Array>,
}

impl Layer {
    /// The layer of `operation`, which is made from `arrays`.
    ///
    /// # Errors
    ///
    /// What was asked for is larger than the plan's budget allows, or none of the candidates.
    pub(super) fn planned(spec: Spec, operation: Operation, arrays: Vec<Array>) -> Result<Self, Refused> {
        let toeplitz = Toeplitz::new(&operation);
        let weights = arrays.first().and_then(|weights| weights.elements.as_deref());
        let looked_at = weights.filter(|_| sparse::is_looked_at(&operation));
        let zeros = looked_at.map(|weights| Zeros::new(weights, operation.in_channels, operation.out_channels));
        let plan = plan::knowing(&operation, &toeplitz, zeros.as_ref())?;
        let factored = weights.map(|weights| factored::instead(&operation, weights, &plan)).transpose()?;
        let plan = factored.flatten().unwrap_or(plan);
        Ok(Layer { spec, operation, toeplitz, plan, arrays })
    }
}

/// Steps that are done together: what the last gives leaves memory, what the others give is never there as a whole.
pub(crate) struct Pass {
    /// Indices of the steps; each takes what the one before it gives.
    pub(crate) steps: Vec<usize>,
    /// What several steps are as one; a single step is what it is.
    pub(crate) joined: Option<Work>,
    /// Where each value that it takes lies: the index of a value.
    pub(crate) inputs: Vec<usize>,
    /// Where what it gives lies; of a sum in place, one of its inputs.
    pub(crate) output: usize,
}

impl Graph {
    /// The graph of `steps`, which are done one by one, or together where that is a gain and `fused` says so.
    pub(super) fn new(spec: &Spec, steps: Vec<Step>, values: Vec<usize>, outputs: Vec<Output>) -> Self {
        let Spec { format, element, fused, .. } = *spec;
        let (input, crate_path) = (spec.input.value.clone(), spec.crate_path.clone());
        let (passes, weights) = (Vec::new(), None);
        let views = Vec::new();
        let mut graph = Graph { input, format, element, crate_path, steps, views, values, outputs, passes, weights };
        graph.passes = fuse::passes(&graph, fused);
        graph.in_place();
        graph
    }

    /// Whether a value leaves.
    pub(crate) fn leaves(&self, value: usize) -> bool {
        self.outputs.iter().any(|output| output.value == value)
    }

    /// The name of a pass: that of its first step.
    pub(crate) fn name(&self, pass: &Pass) -> &Ident {
        &self.steps[pass.steps[0]].name
    }

    /// What a pass does.
    pub(crate) fn work<'a>(&'a self, pass: &'a Pass) -> &'a Work {
        pass.joined.as_ref().unwrap_or(&self.steps[pass.steps[0]].work)
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

    /// Elements that a pass works in besides its inputs and output, as far as they are known.
    pub(crate) fn scratch(&self, pass: &Pass) -> usize {
        match self.work(pass) {
            Work::Layer(layer) => layer.plan.scratch(),
            Work::Add(_) | Work::Concat(_) | Work::Pad { .. } | Work::Nested(_) => 0,
        }
    }

    /// Where the values that neither come in nor leave lie, and what passes work in.
    pub(crate) fn arena(&self) -> Arena {
        let mut tenants: Vec<Tenant> = Vec::new();
        for (value, &len) in self.values.iter().enumerate() {
            let touches = |pass: &Pass| pass.output == value || pass.inputs.contains(&value);
            let inner = value > 0 && !self.leaves(value);
            let from = self.passes.iter().position(touches).filter(|_| inner);
            let to = self.passes.iter().rposition(touches).unwrap_or(0);
            tenants.push(from.map_or(Tenant { len: 0, from: 0, to: 0 }, |from| Tenant { len, from, to }));
        }
        let scratch = |(at, pass)| Tenant { len: self.scratch(pass), from: at, to: at };
        tenants.extend(self.passes.iter().enumerate().map(scratch));
        Arena::new(tenants)
    }

    /// Lets sums be computed in the place of an input that nothing takes any more.
    fn in_place(&mut self) {
        for at in 0..self.passes.len() {
            let pass = &self.passes[at];
            let (output, inputs) = (pass.output, &pass.inputs);
            let candidates = match self.work(pass) {
                Work::Add(_) => &inputs[..],
                // What else it takes is read on when the first outputs are there.
                Work::Layer(layer) if layer.operation.last().sum.is_some() => &inputs[1..],
                Work::Layer(_) | Work::Concat(_) | Work::Pad { .. } | Work::Nested(_) => &[],
            };
            if self.leaves(output) {
                continue;
            }
            let last = |value: usize| self.passes[at + 1..].iter().all(|later| !later.inputs.contains(&value));
            let once = |value: usize| inputs.iter().filter(|&&input| input == value).count() == 1;
            let free = |&value: &usize| value > 0 && once(value) && !self.leaves(value) && last(value);
            let Some(place) = candidates.iter().copied().find(free) else { continue };
            for later in &mut self.passes[at + 1..] {
                later.inputs.iter_mut().filter(|value| **value == output).for_each(|value| *value = place);
            }
            self.passes[at].take_the_place_of(place);
        }
    }
}

impl Pass {
    /// Index of the step whose output is the pass' own.
    pub(crate) fn last(&self) -> usize {
        self.steps[self.steps.len() - 1]
    }

    /// Gives its output where its input `place` lies, to which the rest is added.
    fn take_the_place_of(&mut self, place: usize) {
        self.output = place;
        match &mut self.joined {
            Some(Work::Layer(layer)) => layer.sum_in_place(),
            _ => self.inputs.sort_by_key(|&value| value != place),
        }
    }
}

impl Step {
    /// Multiply-adds of a layer, as far as they are known.
    pub(crate) fn macs(&self) -> u64 {
        match &self.work {
            Work::Layer(layer) => layer.plan.all_macs(),
            Work::Add(_) | Work::Concat(_) | Work::Pad { .. } | Work::Nested(_) => 0,
        }
    }
}
