//! A network, step by step: each on what the steps before it gave.
//!
//! Comes in: a [`Layer`] that is a network. Goes out: the worst error of all steps, or the first step that is wrong. Must not know:
//! where values lie. Rounding grows from step to step, and a bound for all of them together would pass anything: so the program's
//! own values are what the reference takes. Where steps are done together there is none between them: there the reference's own takes
//! its place, and how far the program may be from that is followed through the next step.

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

/// What a step gave: as the program showed it or, where it did not, what the reference has.
struct Given<E> {
    values: Vec<E>,
    /// How far what the program had may be from that, element by element.
    errors: Option<Vec<f64>>,
}

impl<E: Element> Given<E> {
    fn expected(output: &Output) -> Self {
        let rounded = |value: &f64| E::from_f64(*value);
        let error = |(index, value): (usize, &f64)| output.bound(index) + value.abs() * output.unit;
        Self {
            values: output.values.iter().map(rounded).collect(),
            errors: Some(output.values.iter().enumerate().map(error).collect()),
        }
    }
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
        let mut from = 0;
        for step in steps {
            let (len, _) = network::arrays(&step.work).map_err(disagreement::<L>)?;
            let all = weights.as_slice().len();
            WrongLength::check("weights", (from + len).min(all), from + len)
                .map_err(|length| disagreement::<L>(length.into()))?;
            if let Work::Layer(spec) = &step.work {
                let weights = &mut weights.as_mut_slice()[from..from + len];
                scale(weights, len / spec.out_channels.max(1));
                data::allow(spec, weights);
            }
            from += len;
        }
        let layer = L::boxed(&weights, &bias);
        Ok(Self { data, steps, outputs, weights, bias, layer, input })
    }

    pub(super) fn run(&self, report: &mut LevelReport) -> Result<(), Failure> {
        let (mut output, mut scratch) = (L::Output::zeroed(), L::Scratch::zeroed());
        output.as_mut_slice().fill(L::Element::UNWRITTEN);
        scratch.as_mut_slice().fill(L::Element::UNWRITTEN);
        let mut shown: Vec<Option<Vec<L::Element>>> = vec![None; self.steps.len()];
        let mut keep = |step: usize, values: &[L::Element]| shown[step] = Some(values.to_vec());
        self.layer.forward_traced(report.level, &self.input, &mut output, &mut scratch, &mut keep);
        let mut given = vec![Given { values: self.input.as_slice().to_vec(), errors: None }];
        let (mut weights, mut bias) = (self.weights.as_slice(), self.bias.as_slice());
        for (at, step) in self.steps.iter().enumerate() {
            let (own, offset);
            let (weight_count, bias_count) = network::arrays(&step.work).map_err(disagreement::<L>)?;
            (own, weights) = weights.split_at(weight_count);
            (offset, bias) = bias.split_at(bias_count);
            let inputs: Vec<&[L::Element]> = step.inputs.iter().map(|&input| &*given[input].values).collect();
            let mut expected = network::step(&step.work, own, offset, &inputs).map_err(disagreement::<L>)?;
            let errors: Vec<Option<&[f64]>> = step.inputs.iter().map(|&input| given[input].errors.as_deref()).collect();
            let errors = network::spread(&step.work, own, &errors).map_err(disagreement::<L>)?;
            for (allowance, error) in expected.allowances.iter_mut().zip(errors.into_iter().flatten()) {
                *allowance += error;
            }
            let Some(found) = shown[at].take() else {
                given.push(Given::expected(&expected));
                continue;
            };
            WrongLength::check("output", expected.values.len(), found.len())
                .map_err(|length| disagreement::<L>(length.into()))?;
            self.comparison(step, &expected).run(&found, report)?;
            given.push(Given { values: found, errors: None });
        }
        self.check_outputs(&given, output.as_slice(), report)
    }

    /// Whether what left is what steps gave.
    fn check_outputs(
        &self,
        given: &[Given<L::Element>],
        output: &[L::Element],
        report: &mut LevelReport,
    ) -> Result<(), Failure> {
        let mut rest = output;
        for &at in self.outputs {
            let step = &self.steps[at - 1];
            let (found, behind) = rest.split_at_checked(given[at].values.len()).unwrap_or((rest, &[]));
            rest = behind;
            let work = Work::Concat(&[1]);
            let expected = network::step(&work, &[], &[], &[&given[at].values]).map_err(disagreement::<L>)?;
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
