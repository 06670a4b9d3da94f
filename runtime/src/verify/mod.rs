//! Runs a layer at every SIMD level of this CPU and compares it with the [`reference`](mod@reference).
//!
//! Comes in: a [`Layer`]. Goes out: a [`Report`], or the first wrong output as a [`Failure`]. Must not know: how the
//! layer computes. Data come from a generator with a fixed seed, so that a failure can be had again.

mod data;
mod report;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::element::sealed::Sealed as _;
use crate::reference::{self, Output};
use crate::{Buffer, DataFormat, Element, Layer, Level, WrongLength, levels};

pub use data::Data;
pub use report::{Failure, LevelReport, Mismatch, Report};

/// Checks a layer at every [level](levels) of this CPU, the scalar fallback included.
///
/// Each level computes two sets of random weights, bias and input: fractions, where each output must be as close to the
/// reference as rounding lets any order of summation be ([`Output::bound`]), and small integers, where every sum is
/// exact and each output must be equal (the sign of a zero aside; an activation with an exponential has its allowance,
/// [`Output::allowances`]). The output holds NaN before each call, so that an
/// element that is not written shows.
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
/// level     worst error  of the bound
/// AVX-512       2.73e-7        11.65%
/// AVX2          3.14e-7        14.25%
/// SSE4.2        3.14e-7        14.90%
/// SSE2          3.14e-7        14.90%
/// scalar        3.14e-7        14.90%
/// ```
///
/// # Errors
///
/// If an output is wrong, or if the layer's types do not have the lengths that its [`Spec`](crate::Spec) asks for.
pub fn verify<L: Layer>() -> Result<Report, Failure> {
    let mut levels: Vec<LevelReport> = levels().map(LevelReport::new).collect();
    for data in [Data::Fractions, Data::Integers] {
        let case = Case::<L>::new(data)?;
        for report in &mut levels {
            case.run(report)?;
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

        let mut first: Option<Mismatch> = None;
        for (index, &found) in output.as_slice().iter().enumerate() {
            let (expected, bound) = self.expected(index);
            let error = error(found.to_f64(), expected);
            if error <= bound {
                report.add(error, bound);
            } else if let Some(first) = &mut first {
                first.wrong += 1;
            } else {
                first = Some(self.mismatch(report.level, index, found));
            }
        }
        first.map_or(Ok(()), |mismatch| Err(Failure::Output(Box::new(mismatch))))
    }

    /// What one output must be, and how far it may be off.
    fn expected(&self, index: usize) -> (f64, f64) {
        let value = self.expected.values[index];
        match self.data {
            Data::Fractions => (value, self.expected.bound(index)),
            // Sums are exact, and so is what is left of the bound of an activation that is not.
            Data::Integers if self.expected.allowances[index] > 0.0 => (value, self.expected.allowances[index]),
            // An activation that scales the sums rounds once, as the conversion to the data's type does.
            Data::Integers => (L::Element::from_f64(value).to_f64(), 0.0),
        }
    }

    fn mismatch(&self, level: Level, index: usize, found: L::Element) -> Mismatch {
        let (expected, bound) = self.expected(index);
        Mismatch {
            layer: core::any::type_name::<L>(),
            level,
            data: self.data,
            position: position(&self.expected.shape, L::SPEC.format, index),
            expected,
            found: found.to_f64(),
            written: !found.is_unwritten(),
            bound,
            wrong: 1,
            outputs: L::Output::LEN,
        }
    }
}

/// The distance of two values; equal infinities have none.
fn error(found: f64, expected: f64) -> f64 {
    if found.total_cmp(&expected).is_eq() { 0.0 } else { (found - expected).abs() }
}

/// A flat index as an index along each axis, channel last, which is how `shape` is.
fn position(shape: &[usize], format: DataFormat, mut index: usize) -> Vec<usize> {
    if format == DataFormat::ChannelsFirst {
        let pixels: usize = shape[..shape.len() - 1].iter().product();
        index = index % pixels * shape[shape.len() - 1] + index / pixels;
    }
    let mut position: Vec<usize> = shape
        .iter()
        .rev()
        .map(|size| {
            let along = index % size;
            index /= size;
            along
        })
        .collect();
    position.reverse();
    position
}
