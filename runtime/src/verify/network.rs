//! A network, step by step: each on what the steps before it gave.
//!
//! Comes in: a [`Layer`] that is a network. Goes out: the worst error of all steps, or the first step that is wrong. Must not know:
//! where values lie. Rounding grows from step to step, and a bound for all of them together would pass anything: so the program's
//! own values are what the reference takes.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::compare::Comparison;
use super::report::{Failure, LevelReport};
use super::{Data, data};
use crate::element::sealed::Sealed as _;
use crate::reference::{Error, Output, network};
use crate::{Buffer, Element, Layer, Step, Work, WrongLength};

/// A network with weights and an input.
pub(super) struct Network<L: Layer> {
    data: Data,
    steps: &'static [Step],
    /// Which of them leave, counted from 1.
    outputs: &'static [usize],
    weights: Box<L::Weights>,
    bias: Box<L::Bias>,
    layer: Box<L>,
    input: Box<L::Input>,
}

/// That the types of `L` contradict its specification.
fn disagreement<L: Layer>(reason: Error) -> Failure {
    Failure::Shape { layer: core::any::type_name::<L>(), reason }
}

impl<L: Layer> Network<L> {
    pub(super) fn new(data: Data, steps: &'static [Step], outputs: &'static [usize]) -> Result<Self, Failure> {
        let mut values = data.generator::<L::Element>(&L::SPEC);
        let (mut weights, mut bias, mut input) = (L::Weights::zeroed(), L::Bias::zeroed(), L::Input::zeroed());
        values.fill(weights.as_mut_slice());
        values.fill(bias.as_mut_slice());
        values.fill(input.as_mut_slice());
        prepare(steps, weights.as_mut_slice()).map_err(disagreement::<L>)?;
        let layer = L::boxed(&weights, &bias);
        Ok(Self { data, steps, outputs, weights, bias, layer, input })
    }

    pub(super) fn run(&self, report: &mut LevelReport) -> Result<(), Failure> {
        let (mut output, mut scratch) = (L::Output::zeroed(), L::Scratch::zeroed());
        output.as_mut_slice().fill(L::Element::UNWRITTEN);
        scratch.as_mut_slice().fill(L::Element::UNWRITTEN);
        let mut given: Vec<Vec<L::Element>> = Vec::new();
        let mut keep = |_: usize, values: &[L::Element]| given.push(values.to_vec());
        self.layer.forward_traced(report.level, &self.input, &mut output, &mut scratch, &mut keep);
        let mut given = given.iter().map(|values| &**values);
        let mut arrays = (self.weights.as_slice(), self.bias.as_slice());
        let taken = (self.steps, self.outputs);
        self.check(taken, &mut arrays, self.input.as_slice(), &mut given, output.as_slice(), report)
    }

    /// Whether each step of this network, or of one in it, is right for what the steps before it gave, and whether what left is what
    /// steps gave. `given` goes on with that of each step; of a network in this one, with what its steps gave first.
    fn check<'a>(
        &self,
        (steps, outputs): (&'static [Step], &'static [usize]),
        arrays: &mut (&[L::Element], &[L::Element]),
        input: &'a [L::Element],
        given: &mut dyn Iterator<Item = &'a [L::Element]>,
        output: &[L::Element],
        report: &mut LevelReport,
    ) -> Result<(), Failure> {
        let mut values = vec![input];
        for step in steps {
            let inputs: Vec<&'a [L::Element]> = step.inputs.iter().map(|&input| values[input]).collect();
            if let Some(inner) = network::nested(&step.work) {
                // What it gave comes behind what its steps gave.
                let within: Vec<&'a [L::Element]> = (&mut *given).take(traced(inner.0)).collect();
                let found = given.next().unwrap_or_default();
                self.check(inner, arrays, inputs[0], &mut within.into_iter(), found, report)?;
                values.push(found);
                continue;
            }
            let (own, offset);
            let (weight_count, bias_count) = network::arrays(&step.work).map_err(disagreement::<L>)?;
            (own, arrays.0) = arrays.0.split_at(weight_count);
            (offset, arrays.1) = arrays.1.split_at(bias_count);
            let expected = network::step(&step.work, own, offset, &inputs).map_err(disagreement::<L>)?;
            let found = given.next().unwrap_or_default();
            WrongLength::check("output", expected.values.len(), found.len())
                .map_err(|length| disagreement::<L>(length.into()))?;
            self.comparison(step, &expected).run(found, report)?;
            values.push(found);
        }
        self.check_outputs((steps, outputs), &values, output, report)
    }

    /// Whether what left is what steps gave.
    fn check_outputs(
        &self,
        (steps, outputs): (&'static [Step], &'static [usize]),
        given: &[&[L::Element]],
        output: &[L::Element],
        report: &mut LevelReport,
    ) -> Result<(), Failure> {
        let mut rest = output;
        for &at in outputs {
            let step = &steps[at - 1];
            let (found, behind) = rest.split_at_checked(given[at].len()).unwrap_or((rest, &[]));
            rest = behind;
            let work = Work::Concat(&[1]);
            let expected = network::step(&work, &[], &[], &[given[at]]).map_err(disagreement::<L>)?;
            self.comparison(step, &expected).run(found, report)?;
        }
        WrongLength::check("output", output.len() - rest.len(), output.len())
            .map_err(|length| disagreement::<L>(length.into()))
    }

    fn comparison<'a>(&self, step: &Step, expected: &'a Output) -> Comparison<'a> {
        Comparison {
            layer: core::any::type_name::<L>(),
            step: Some(step.name),
            data: self.data,
            exact: false,
            format: network::format(&step.work),
            expected,
        }
    }
}

/// How many values the steps show, those of networks in this one with them.
fn traced(steps: &[Step]) -> usize {
    steps.iter().map(|step| 1 + network::nested(&step.work).map_or(0, |(steps, _)| traced(steps))).sum()
}

/// Makes weights such as the layers may have of any, those of networks in this one too.
fn prepare<E: Element>(steps: &[Step], weights: &mut [E]) -> Result<(), Error> {
    let mut rest = weights;
    for step in steps {
        let (len, _) = network::arrays(&step.work)?;
        WrongLength::check("weights", rest.len().min(len), len)?;
        let (weights, behind) = rest.split_at_mut(len);
        rest = behind;
        if let Some((steps, _)) = network::nested(&step.work) {
            prepare(steps, weights)?;
        } else if let Work::Layer(spec) = &step.work {
            scale(weights, len / spec.out_channels.max(1));
            data::allow(spec, weights);
        }
    }
    Ok(())
}

/// Brings weights, of which each output meets `terms`, to a size that keeps the values of a deep network about as large as its input.
fn scale<E: Element>(weights: &mut [E], terms: usize) {
    let mut root = 1.0_f64;
    while root * root * 4.0 <= terms as f64 {
        root *= 2.0;
    }
    for weight in weights {
        *weight = E::from_f64(weight.to_f64() / root);
    }
}
