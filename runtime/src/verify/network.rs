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
use crate::__private::shown;
use crate::element::sealed::Sealed as _;
use crate::reference::{Error, Output, network};
use crate::{Buffer, Element, Layer, Step, Work, WrongLength};

/// A network with weights and an input.
pub(super) struct Network<L: Layer> {
    data: Data,
    steps: &'static [Step],
    /// Which of them leave, counted from 1.
    outputs: &'static [usize],
    /// Weights and bias of all steps.
    arrays: [Vec<L::Element>; 2],
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
    fn found(values: Vec<E>) -> Self {
        Self { values, errors: None }
    }

    fn expected(output: &Output) -> Self {
        let rounded = |value: &f64| E::from_f64(*value);
        let error = |(index, value): (usize, &f64)| output.bound(index) + value.abs() * output.unit;
        Self {
            values: output.values.iter().map(rounded).collect(),
            errors: Some(output.values.iter().enumerate().map(error).collect()),
        }
    }
}

/// The values that steps showed, each with its step's place.
type Shown<E> = Vec<(usize, Vec<E>)>;

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
        let whole = Work::Layer(L::SPEC);
        prepare(&[Step { name: "", work: whole, inputs: &[] }], weights.as_mut_slice()).map_err(disagreement::<L>)?;
        let layer = L::boxed(&weights, &bias);
        let mut arrays = [Vec::new(), Vec::new()];
        L::unpacked(weights.as_slice(), bias.as_slice(), &mut arrays);
        let (weight_count, bias_count) = network::arrays(&whole).map_err(disagreement::<L>)?;
        WrongLength::check("weights", weight_count, arrays[0].len())
            .and_then(|()| WrongLength::check("bias", bias_count, arrays[1].len()))
            .map_err(|length| disagreement::<L>(length.into()))?;
        Ok(Self { data, steps, outputs, arrays, layer, input })
    }

    pub(super) fn run(&self, report: &mut LevelReport) -> Result<(), Failure> {
        let (mut output, mut scratch) = (L::Output::zeroed(), L::Scratch::zeroed());
        output.as_mut_slice().fill(L::Element::UNWRITTEN);
        scratch.as_mut_slice().fill(L::Element::UNWRITTEN);
        let mut all: Shown<L::Element> = Vec::new();
        let mut keep = |place: usize, values: &[L::Element]| all.push((place, values.to_vec()));
        self.layer.forward_traced(report.level, &self.input, &mut output, &mut scratch, &mut keep);
        let mut arrays = (&*self.arrays[0], &*self.arrays[1]);
        let taken = (self.steps, self.outputs);
        self.check(taken, &mut arrays, self.input.as_slice().to_vec(), all, output.as_slice(), report)
    }

    /// Whether each step of this network, or of one in it, is right for what the steps before it gave, and whether what left is what
    /// steps gave.
    fn check(
        &self,
        (steps, outputs): (&'static [Step], &'static [usize]),
        arrays: &mut (&[L::Element], &[L::Element]),
        input: Vec<L::Element>,
        mut all: Shown<L::Element>,
        output: &[L::Element],
        report: &mut LevelReport,
    ) -> Result<(), Failure> {
        let mut given = vec![Given::found(input)];
        for (at, step) in steps.iter().enumerate() {
            let of_step: Shown<L::Element> = all.extract_if(.., |(place, _)| shown::step(*place) == at).collect();
            let (within, own): (Shown<L::Element>, Shown<L::Element>) =
                of_step.into_iter().partition(|(place, _)| shown::within(*place).is_some());
            let found = own.into_iter().next().map(|(_, values)| values);
            if let Some(inner) = network::nested(&step.work) {
                let within = within.into_iter().filter_map(|(place, values)| Some((shown::within(place)?, values)));
                let found = found.unwrap_or_default();
                let input = given[step.inputs[0]].values.clone();
                self.check(inner, arrays, input, within.collect(), &found, report)?;
                given.push(Given::found(found));
                continue;
            }
            let expected = Self::expected(step, arrays, &given)?;
            let Some(found) = found else {
                given.push(Given::expected(&expected));
                continue;
            };
            WrongLength::check("output", expected.values.len(), found.len())
                .map_err(|length| disagreement::<L>(length.into()))?;
            self.comparison(step, &expected).run(&found, report)?;
            given.push(Given::found(found));
        }
        self.check_outputs((steps, outputs), &given, output, report)
    }

    /// What a step has to give for what the steps before it `given`.
    fn expected(
        step: &Step,
        arrays: &mut (&[L::Element], &[L::Element]),
        given: &[Given<L::Element>],
    ) -> Result<Output, Failure> {
        let (own, offset);
        let (weight_count, bias_count) = network::arrays(&step.work).map_err(disagreement::<L>)?;
        (own, arrays.0) = arrays.0.split_at(weight_count);
        (offset, arrays.1) = arrays.1.split_at(bias_count);
        let inputs: Vec<&[L::Element]> = step.inputs.iter().map(|&input| &*given[input].values).collect();
        let mut expected = network::step(&step.work, own, offset, &inputs).map_err(disagreement::<L>)?;
        let errors: Vec<Option<&[f64]>> = step.inputs.iter().map(|&input| given[input].errors.as_deref()).collect();
        let errors = network::spread(&step.work, own, &errors).map_err(disagreement::<L>)?;
        for (allowance, error) in expected.allowances.iter_mut().zip(errors.into_iter().flatten()) {
            *allowance += error;
        }
        Ok(expected)
    }

    /// Whether what left is what steps gave.
    fn check_outputs(
        &self,
        (steps, outputs): (&'static [Step], &'static [usize]),
        given: &[Given<L::Element>],
        output: &[L::Element],
        report: &mut LevelReport,
    ) -> Result<(), Failure> {
        let mut rest = output;
        for &at in outputs {
            let step = &steps[at - 1];
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

/// Makes weights such as the layers may have of any, those of networks in this one too. Constants are what they are, and not among them.
fn prepare<E: Element>(steps: &[Step], weights: &mut [E]) -> Result<(), Error> {
    let mut rest = weights;
    for step in steps {
        let (len, _) = network::given(&step.work)?;
        WrongLength::check("weights", rest.len().min(len), len)?;
        let (weights, behind) = rest.split_at_mut(len);
        rest = behind;
        match network::nested(&step.work) {
            Some((steps, _)) if len > 0 => prepare(steps, weights)?,
            Some(_) => {}
            None => {
                if let Work::Layer(spec) = &step.work {
                    scale(weights, len / spec.out_channels.max(1));
                    data::allow(spec, weights);
                }
            }
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
