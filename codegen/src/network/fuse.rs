//! Finds the steps that are done together: a batch normalisation in the weights before it, a sum while its terms are stored, a pool or a
//! pointwise convolution as soon as the rows that it takes are there.
//!
//! Comes in: a graph whose steps are joined. Goes out: its [`Pass`]es, in the order in which they run. Must not know: where values lie,
//! how an operator is emitted.

use super::graph::{Graph, Layer, Pass, Work};
use super::tensors::Array;
use crate::operation::{Activation, Algorithm, DataFormat, Inner, Norm, Operation, Place, Sum, Unroll};
use crate::plan::then;

/// The passes of `graph`; those of one step each if they are not to be `fused`.
pub(super) fn passes(graph: &Graph, fused: bool) -> Vec<Pass> {
    let mut passes: Vec<Pass> = Vec::new();
    for at in 0..graph.steps.len() {
        if passes.iter().any(|pass| pass.steps.contains(&at)) {
            continue;
        }
        let step = &graph.steps[at];
        let mut pass = Pass { steps: vec![at], joined: None, inputs: step.sources.clone(), output: at + 1 };
        while fused && extend(graph, &passes, &mut pass) {}
        passes.push(pass);
    }
    // What a pass takes is there when the last of its steps could run.
    passes.sort_by_key(Pass::last);
    passes
}

/// Lets `pass` do the step that takes its output too, if that can be and is a gain.
fn extend(graph: &Graph, passes: &[Pass], pass: &mut Pass) -> bool {
    let Work::Layer(layer) = graph.work(pass) else { return false };
    let Some(next) = taker(graph, pass.output) else { return false };
    if layer.operation.unroll == Unroll::Full || passes.iter().any(|other| other.steps.contains(&next)) {
        return false;
    }
    let mut inputs = pass.inputs.clone();
    let joined = match &graph.steps[next].work {
        Work::Add(activation) => {
            let others: Vec<usize> =
                graph.steps[next].sources.iter().copied().filter(|&source| source != pass.output).collect();
            let [other] = others.as_slice() else { return false };
            // The longer way is the later one, which then need not wait.
            if *other > pass.output && is_summed(graph, *other, *activation) {
                return false;
            }
            inputs.push(*other);
            with_sum(layer, *activation)
        }
        Work::Layer(next) => followed_by(layer, next),
        Work::Concat(_) | Work::Pad { .. } | Work::Nested(_) => None,
    };
    let Some(joined) = joined else { return false };
    pass.steps.push(next);
    *pass = Pass {
        steps: std::mem::take(&mut pass.steps),
        joined: Some(Work::Layer(Box::new(joined))),
        inputs,
        output: next + 1,
    };
    true
}

/// The only step that takes `value`, and takes it once, if it does not leave.
fn taker(graph: &Graph, value: usize) -> Option<usize> {
    let takers = graph.steps.iter().enumerate();
    let mut takers =
        takers.flat_map(|(at, step)| step.sources.iter().filter(move |&&source| source == value).map(move |_| at));
    let taker = takers.next().filter(|_| !graph.leaves(value))?;
    takers.next().is_none().then_some(taker)
}

/// Whether `value` could be added up while it is stored.
fn is_summed(graph: &Graph, value: usize, activation: Activation) -> bool {
    match &graph.steps[value - 1].work {
        Work::Layer(layer) => taker(graph, value).is_some() && with_sum(layer, activation).is_some(),
        Work::Add(_) | Work::Concat(_) | Work::Pad { .. } | Work::Nested(_) => false,
    }
}

/// `layer`, whose outputs are added to something while they are stored.
fn with_sum(layer: &Layer, activation: Activation) -> Option<Layer> {
    let mut operation = layer.operation.clone();
    let last = operation.last_mut();
    // An exponential would be written out at each store.
    // Where channels keep apart some are done twice, which would be added to twice.
    let apart = last.groups > 1 && [last.in_channels, last.out_channels] == [last.groups; 2];
    if last.sum.is_some() || !last.inner.is_weighted() || apart || activation.is_curved() {
        return None;
    }
    last.sum = Some(Sum { place: Place::Beside, activation });
    layer.with(operation, &[]).filter(|joined| joined.plan.algorithm() == layer.plan.algorithm())
}

/// `layer`, whose weights and bias have taken in the batch normalisation `norm`.
fn with_norm(layer: &Layer, norm: &Layer, epsilon: f64) -> Option<Layer> {
    let mut operation = layer.operation.clone();
    let last = operation.last_mut();
    let is_linear = last.inner == Inner::MultiplyAdd && last.activation == Activation::None;
    if !is_linear || last.epsilon.is_some() || last.norm.is_some() || last.sum.is_some() {
        return None;
    }
    last.norm = Some(Norm { epsilon, biased: last.bias });
    last.bias = true;
    last.activation = norm.operation.activation;
    layer.with(operation, &norm.arrays)
}

/// `layer` and `next`, whose input are its outputs, a few rows at a time.
fn followed_by(layer: &Layer, next: &Layer) -> Option<Layer> {
    if let Some(epsilon) = next.operation.epsilon {
        return with_norm(layer, next, epsilon);
    }
    let (first, second) = (&layer.operation, &next.operation);
    // What an algorithm with fewer products saves is more than what the caches do.
    if layer.plan.algorithm() != Algorithm::Direct {
        return None;
    }
    if first.then.is_some() || first.sum.is_some() || second.unroll == Unroll::Full || !takes_rows(first, second) {
        return None;
    }
    // Behind another operation zeros are not left out.
    if next.plan.sparse.is_some() {
        return None;
    }
    if !then::pays(first.element, &layer.plan, &next.plan) {
        return None;
    }
    layer.with(Operation { then: Some(Box::new(second.clone())), ..first.clone() }, &next.arrays)
}

/// Whether `second` can take a few rows of `first` at a time.
fn takes_rows(first: &Operation, second: &Operation) -> bool {
    let [rows, columns] = second.axes.as_slice() else { return false };
    let last = first.format == DataFormat::ChannelsLast && first.inner == Inner::MultiplyAdd && first.epsilon.is_none();
    let pointwise = rows.is_pointwise() && columns.is_pointwise();
    // Each row belongs to one window, and no window to the padding.
    let windows = rows.dilation == 1
        && rows.kernel == rows.stride
        && rows.pad_before == 0
        && rows.output * rows.stride <= rows.input;
    match second.inner {
        _ if !last || first.axes.len() != 2 || first.transposed => false,
        Inner::MultiplyAdd => pointwise && second.groups == 1 && second.epsilon.is_none() && !second.transposed,
        // What is beyond the edge never wins, whatever rows of padding hold.
        Inner::Max => windows,
        Inner::Mean { .. } | Inner::AbsoluteDifference | Inner::Softmax { .. } => false,
    }
}

impl Layer {
    /// The same layer as another operation, which takes `more` arrays behind its own.
    fn with(&self, operation: Operation, more: &[Array]) -> Option<Self> {
        Self::planned(self.spec.clone(), operation, [&self.arrays, more].concat()).ok()
    }

    /// What is added to its outputs lies where these go.
    pub(super) fn sum_in_place(&mut self) {
        let mut operation = self.operation.clone();
        if let Some(sum) = &mut operation.last_mut().sum {
            sum.place = Place::Output;
        }
        if let Some(layer) = self.with(operation, &[]) {
            *self = layer;
        }
    }
}
