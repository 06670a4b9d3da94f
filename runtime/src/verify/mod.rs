//! Runs a layer at every SIMD level of this CPU and compares it with the [`reference`](mod@reference).
//!
//! Comes in: a [`Layer`]. Goes out: a [`Report`], or the first wrong output as a [`Failure`]. Must not know: how the
//! layer computes. Data come from a generator with a fixed seed, so that a failure can be had again.

mod compare;
mod data;
mod network;
mod report;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::element::sealed::Sealed as _;
use crate::reference::{self, Output};
use crate::{Algorithm, Buffer, Element, Layer, Operator, WrongLength, levels};
use compare::Comparison;

pub use data::Data;
pub use report::{Failure, LevelReport, Mismatch, Report};

/// Checks a layer at every [level](levels) of this CPU; the feature `scalar` adds the scalar one.
///
/// Each level computes two sets of random weights, bias and input: fractions, where each output must be as close to the
/// reference as rounding lets any order of summation be ([`Output::bound`]), and small integers, where every sum is
/// exact and each output must be equal, unless another algorithm than direct sums computes it (the sign of a zero aside; an activation with an exponential has its allowance,
/// [`Output::allowances`]). The output holds NaN before each call, so that an
/// element that is not written shows. Of a network each step is checked by itself, on what the steps before it gave.
///
/// In a test:
///
/// ```
/// toeplitz::conv2d! { struct Edges < in: 8x8x1, kernel: 3x3x4, padding: same >; }
///
/// let report = toeplitz::verify::<Edges>().unwrap();
/// println!("{report}");
/// assert_eq!(report.outputs, 8 * 8 * 4);
/// assert!(report.levels.iter().all(|level| level.of_bound <= 1.0));
/// ```
///
/// The report prints as a table, on x86-64 with AVX-512 this one:
///
/// ```text
/// my_crate::Edges: 256 outputs agree with the reference
/// level    largest difference  of the bound
/// AVX-512             2.73e-7        11.65%
/// AVX2                3.14e-7        14.25%
/// SSE4.2              3.14e-7        14.90%
/// SSE2                3.14e-7        14.90%
/// ```
///
/// # Errors
///
/// If an output is wrong, or if the layer's types do not have the lengths that its [`Spec`](crate::Spec) asks for.
pub fn verify<L: Layer>() -> Result<Report, Failure> {
    let mut levels: Vec<LevelReport> = levels().map(LevelReport::new).collect();
    for data in [Data::Fractions, Data::Integers] {
        if let Operator::Network { steps, outputs, .. } = L::SPEC.operator {
            let network = network::Network::<L>::new(data, steps, outputs)?;
            levels.iter_mut().try_for_each(|report| network.run(report))?;
        } else {
            let case = Case::<L>::new(data)?;
            levels.iter_mut().try_for_each(|report| case.run(report))?;
        }
    }
    Ok(Report { layer: core::any::type_name::<L>(), outputs: L::Output::LEN, levels })
}

/// A layer with weights, an input, and what it must give.
struct Case<L: Layer> {
    data: Data,
    layer: Box<L>,
    input: Box<L::Input>,
    expected: Output,
}

impl<L: Layer> Case<L> {
    fn new(data: Data) -> Result<Self, Failure> {
        let disagreement = |reason| Failure::Shape { layer: core::any::type_name::<L>(), reason };
        let mut values = data.generator::<L::Element>(&L::SPEC);
        let (mut weights, mut bias, mut input) = (L::Weights::zeroed(), L::Bias::zeroed(), L::Input::zeroed());
        values.fill(weights.as_mut_slice());
        data::allow(&L::SPEC, weights.as_mut_slice());
        values.fill(bias.as_mut_slice());
        values.fill(input.as_mut_slice());
        let expected = reference::forward(&L::SPEC, weights.as_slice(), bias.as_slice(), input.as_slice())
            .map_err(disagreement)?;
        WrongLength::check("output", expected.values.len(), L::Output::LEN)
            .map_err(|length| disagreement(length.into()))?;
        Ok(Self { data, layer: L::boxed(&weights, &bias), input, expected })
    }

    /// Runs one level and adds its worst errors to `report`.
    fn run(&self, report: &mut LevelReport) -> Result<(), Failure> {
        let (mut output, mut scratch) = (L::Output::zeroed(), L::Scratch::zeroed());
        output.as_mut_slice().fill(L::Element::UNWRITTEN);
        scratch.as_mut_slice().fill(L::Element::from_f64(f64::NAN));
        self.layer.forward_at(report.level, &self.input, &mut output, &mut scratch);
        let exact = self.data == Data::Integers && L::SPEC.algorithm == Algorithm::Direct;
        let layer = core::any::type_name::<L>();
        let comparison =
            Comparison { layer, step: None, data: self.data, exact, format: L::SPEC.format, expected: &self.expected };
        comparison.run(output.as_slice(), report)
    }
}
