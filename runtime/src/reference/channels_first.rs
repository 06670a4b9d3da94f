//! Channels outermost: the same operator with its data put in the other order.
//!
//! Comes in: a checked [`Spec`] and flat buffers, `[channels][spatial sizes...]`, weights `[out][in][kernel sizes...]`. Goes out: the
//! output in that order. Must not know: how operators compute.

use alloc::vec::Vec;

use super::sizes::Sizes;
use super::{Error, Output, forward as channels_last};
use crate::{DataFormat, Element, Operator, Spec};

/// Runs the operator with channels innermost.
pub(super) fn forward<E: Element>(
    spec: &Spec,
    sizes: &Sizes,
    weights: &[E],
    bias: &[E],
    input: &[E],
) -> Result<Output, Error> {
    let (weights, slopes) = weights.split_at(weights.len() - sizes.slopes);
    let mut weights = turned_weights(spec, sizes.window, weights)?;
    weights.try_reserve_exact(slopes.len()).map_err(|_| Error::OutOfMemory { elements: slopes.len() })?;
    weights.extend_from_slice(slopes);
    let input = turned(input, spec.in_channels)?;
    let spec = Spec { format: DataFormat::ChannelsLast, ..*spec };
    let Output { shape, values, magnitudes, terms, allowances, unit } = channels_last(&spec, &weights, bias, &input)?;
    let pixels = values.len() / spec.out_channels;
    Ok(Output {
        shape,
        values: turned(&values, pixels)?,
        magnitudes: turned(&magnitudes, pixels)?,
        terms: turned(&terms, pixels)?,
        allowances: turned(&allowances, pixels)?,
        unit,
    })
}

/// The weights with channels innermost: `[first][second][taps]` becomes `[taps][second][first]`.
fn turned_weights<E: Element>(spec: &Spec, taps: usize, weights: &[E]) -> Result<Vec<E>, Error> {
    let (first, second) = match spec.operator {
        Operator::TransposedConvolution => (spec.in_channels, spec.out_channels / spec.groups),
        Operator::SeparableConvolution { multiplier } => {
            let between = spec.in_channels * multiplier;
            let (depthwise, pointwise) = weights.split_at(between * taps);
            let (mut all, pointwise) = (turned(depthwise, between)?, turned(pointwise, spec.out_channels)?);
            all.try_reserve_exact(pointwise.len()).map_err(|_| Error::OutOfMemory { elements: pointwise.len() })?;
            all.extend(pointwise);
            return Ok(all);
        }
        // Numbers of a batch normalisation have no such order.
        Operator::BatchNorm { .. } => return Ok(weights.to_vec()),
        _ if weights.is_empty() => return Ok(Vec::new()),
        _ => (spec.out_channels, spec.in_channels / spec.groups),
    };
    turned(&turned_each(weights, second, taps)?, first)
}

/// `[rows][columns]` as `[columns][rows]`.
fn turned<T: Copy>(values: &[T], rows: usize) -> Result<Vec<T>, Error> {
    let columns = values.len() / rows;
    let mut turned = Vec::new();
    turned.try_reserve_exact(values.len()).map_err(|_| Error::OutOfMemory { elements: values.len() })?;
    turned.extend((0..columns).flat_map(|column| (0..rows).map(move |row| values[row * columns + column])));
    Ok(turned)
}

/// `[...][rows][columns]` as `[...][columns][rows]`.
fn turned_each<T: Copy>(values: &[T], rows: usize, columns: usize) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    all.try_reserve_exact(values.len()).map_err(|_| Error::OutOfMemory { elements: values.len() })?;
    for matrix in values.chunks_exact(rows * columns) {
        all.extend(turned(matrix, rows)?);
    }
    Ok(all)
}
