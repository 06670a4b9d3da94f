//! The steps of a network, each by itself.
//!
//! Comes in: a step and what it takes. Goes out: what it gives, with its bound, as of a single operator. Must not know: in what order
//! steps run, where their values lie.

use alloc::vec;
use alloc::vec::Vec;

use super::sizes::Sizes;
use super::{Error, Output, activation, filled, forward, output_shape};
use crate::{Activation, DataFormat, Element, Operator, Spec, Step, Work, WrongLength};

/// The steps of a layer that is a network itself, and which of their outputs leave.
pub(crate) fn nested(work: &Work) -> Option<(&'static [Step], &'static [usize])> {
    match work {
        Work::Layer(Spec { operator: Operator::Network { steps, outputs, .. }, .. }) => Some((steps, outputs)),
        _ => None,
    }
}

/// Elements of a layer's weights and of its bias; none of anything else.
pub(crate) fn arrays(work: &Work) -> Result<(usize, usize), Error> {
    counted(work, &|_| true)
}

/// As [`arrays`], but of what constructors take: without those that are constants.
pub(crate) fn given(work: &Work) -> Result<(usize, usize), Error> {
    counted(work, &|constant| !constant)
}

/// Elements of weights and of biases, without networks that are none of those `wanted`.
fn counted(work: &Work, wanted: &dyn Fn(bool) -> bool) -> Result<(usize, usize), Error> {
    match work {
        Work::Layer(Spec { operator: Operator::Network { steps, constant, .. }, .. }) if wanted(*constant) => {
            steps.iter().try_fold((0, 0), |(weights, bias), step| {
                let (own, offset) = counted(&step.work, wanted)?;
                Ok((weights + own, bias + offset))
            })
        }
        Work::Layer(Spec { operator: Operator::Network { .. }, .. })
        | Work::Add(_)
        | Work::Concat(_)
        | Work::Pad { .. } => Ok((0, 0)),
        Work::Layer(spec) => Sizes::new(spec).map(|sizes| (sizes.weights, sizes.bias)),
    }
}

/// What `work` gives, flat, for `inputs`.
pub(crate) fn step<E: Element>(work: &Work, weights: &[E], bias: &[E], inputs: &[&[E]]) -> Result<Output, Error> {
    match work {
        Work::Layer(spec) => forward(spec, weights, bias, inputs[0]),
        Work::Add(function) => {
            let mut output = empty::<E>(inputs[0].len())?;
            for input in inputs {
                WrongLength::check("input", output.values.len(), input.len())?;
                for (index, term) in input.iter().map(|term| term.to_f64()).enumerate() {
                    output.values[index] += term;
                    output.magnitudes[index] += term.abs();
                    output.terms[index] += 1;
                }
            }
            activation::apply(*function, output.values.len(), &[] as &[E], &mut output);
            Ok(output)
        }
        Work::Concat(parts) => {
            let mut output = empty::<E>(inputs.iter().map(|input| input.len()).sum())?;
            let total: usize = parts.iter().sum();
            for (index, value) in output.values.iter_mut().enumerate() {
                let (turn, mut at) = (index / total, index % total);
                let part = parts.iter().position(|&part| {
                    let found = at < part;
                    at -= if found { 0 } else { part };
                    found
                });
                let part = part.expect("parts cover a turn");
                *value = inputs[part][turn * parts[part] + at].to_f64();
            }
            Ok(output)
        }
        Work::Pad { len, zeros } => {
            let turns = inputs[0].chunks(*len.max(&1));
            let mut output = empty::<E>(turns.len() * (len + zeros))?;
            for (turn, values) in turns.enumerate() {
                for (index, value) in values.iter().enumerate() {
                    output.values[turn * (len + zeros) + index] = value.to_f64();
                }
            }
            Ok(output)
        }
    }
}

/// How far what `work` gives may be off, before any rounding of its own, where its inputs are off by `errors`: nothing where none of them
/// is.
pub(crate) fn spread<E: Element>(
    work: &Work,
    weights: &[E],
    errors: &[Option<&[f64]>],
) -> Result<Option<Vec<f64>>, Error> {
    if errors.iter().all(Option::is_none) {
        return Ok(None);
    }
    let len = errors.iter().flatten().map(|errors| errors.len()).max().unwrap_or(0);
    let exact = filled(0.0, len)?;
    let errors: Vec<&[f64]> = errors.iter().map(|errors| errors.unwrap_or(&exact)).collect();
    let spec = match work {
        Work::Layer(spec) => spec,
        Work::Add(activation) => {
            let mut sums = step::<f64>(&Work::Add(Activation::None), &[], &[], &errors)?.values;
            let steepest = activation::steepest(*activation);
            for sum in &mut sums {
                *sum *= steepest;
            }
            return Ok(Some(sums));
        }
        Work::Concat(_) | Work::Pad { .. } => return Ok(Some(step::<f64>(work, &[], &[], &errors)?.values)),
    };
    let (weights, slopes) = weights.split_at(weights.len() - Sizes::new(spec)?.slopes);
    let mut weights: Vec<f64> = weights.iter().map(|weight| weight.to_f64().abs()).collect();
    match spec.operator {
        Operator::Convolution
        | Operator::TransposedConvolution
        | Operator::SeparableConvolution { .. }
        | Operator::MaxPool { .. }
        | Operator::AveragePool { .. } => {}
        // Neither shifts anything apart.
        Operator::BatchNorm { .. } => weights[spec.in_channels..3 * spec.in_channels].fill(0.0),
        Operator::Adder | Operator::Softmax { .. } | Operator::Network { .. } => return Err(Error::Network),
    }
    let plain = Spec { bias: false, activation: Activation::None, ..*spec };
    let slopes = slopes.iter().map(|slope| slope.to_f64().abs());
    let steepest = slopes.fold(activation::steepest(spec.activation), f64::max);
    let mut errors = forward(&plain, &weights, &[], errors[0])?.values;
    // The largest of no errors at all is below any.
    for error in &mut errors {
        *error = error.max(0.0) * steepest;
    }
    Ok(Some(errors))
}

/// An output that nothing was added up to yet.
fn empty<E: Element>(len: usize) -> Result<Output, Error> {
    let (values, magnitudes, terms) = (filled(0.0, len)?, filled(0.0, len)?, filled(0, len)?);
    let allowances = filled(0.0, len)?;
    Ok(Output { shape: vec![len], values, magnitudes, terms, allowances, unit: E::UNIT + f64::UNIT })
}

/// The sizes of what leaves: of a single output its own, of several the number of all elements.
pub(super) fn shape(spec: &Spec, steps: &[Step], outputs: &[usize]) -> Result<Vec<usize>, Error> {
    Ok(match outputs {
        [output] => shapes(spec, steps)?.swap_remove(*output),
        _ => vec![spec.out_channels],
    })
}

/// The sizes of the input and of what each step gives.
pub(crate) fn shapes(spec: &Spec, steps: &[Step]) -> Result<Vec<Vec<usize>>, Error> {
    let input: Vec<usize> = spec.axes.iter().map(|axis| axis.input).chain([spec.in_channels]).collect();
    let mut shapes = vec![input];
    for step in steps {
        let taken = |at: usize| &shapes[step.inputs[at]];
        let shape = match &step.work {
            Work::Layer(spec) => output_shape(spec)?,
            Work::Add(_) => taken(0).clone(),
            Work::Concat(parts) => {
                let mut shape = taken(0).clone();
                let own = shape.pop().unwrap_or(1);
                let pixels: usize = shape.iter().product();
                let channels = (0..step.inputs.len()).map(|at| taken(at).last().copied().unwrap_or(1)).sum();
                let part = if spec.format == DataFormat::ChannelsFirst { own * pixels } else { own };
                // What is joined otherwise are lists.
                if parts.iter().sum::<usize>() * own == part * channels {
                    shape.push(channels);
                    shape
                } else {
                    vec![parts.iter().sum()]
                }
            }
            Work::Pad { len, zeros } => {
                let mut shape = taken(0).clone();
                let channels = shape.pop().unwrap_or(1);
                shape.push(channels * (len + zeros) / len.max(&1));
                shape
            }
        };
        shapes.push(shape);
    }
    Ok(shapes)
}

/// Where the elements of a step's output lie.
pub(crate) fn format(work: &Work) -> DataFormat {
    match work {
        Work::Layer(Spec { format, operator, .. }) if !matches!(operator, Operator::Network { .. }) => *format,
        _ => DataFormat::ChannelsLast,
    }
}
