//! The calls that are tuned.
//!
//! Comes in: what the command line names: a call, a shape of the benchmark, `all` of them, or `random:20`. Goes out: calls as text. Must
//! not know: candidates.

use anyhow::{Context, Result};
use toeplitz::{DataFormat, Operator, Padding, Spec};

use crate::shapes::{self, Case};

/// The calls that `names` name.
///
/// # Errors
///
/// If something names none.
pub fn named(names: &[String]) -> Result<Vec<String>> {
    let mut calls = Vec::new();
    for name in names {
        if let Some(count) = name.strip_prefix("random:") {
            let (count, seed) = count.split_once('+').unwrap_or((count, "0"));
            let count = count.parse().with_context(|| format!("`{name}`: write a number, as in `random:20`"))?;
            let seed = seed.parse().with_context(|| format!("`{name}`: write a seed, as in `random:20+1`"))?;
            calls.extend(random(count, seed));
        } else if name.contains('!') {
            calls.push(name.clone());
        } else {
            let names = if name == "all" { &[][..] } else { core::slice::from_ref(name) };
            calls.extend(shapes::select(names)?.iter().map(of_case));
        }
    }
    Ok(calls)
}

/// The call of a shape of the benchmark.
fn of_case(case: &Case) -> String {
    let Spec { operator, axes, in_channels, out_channels, groups, format, .. } = case.spec;
    let depthwise = groups > 1 && groups == in_channels && groups == out_channels;
    let name = match operator {
        Operator::TransposedConvolution => "conv_transpose",
        _ if depthwise => "depthwise_conv",
        _ => "conv",
    };
    let join = |sizes: Vec<usize>| sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("x");
    let sizes = |size: fn(&toeplitz::Axis) -> usize| axes.iter().map(size);
    let input = join(sizes(|axis| axis.input).chain([in_channels]).collect());
    let kernel = join(sizes(|axis| axis.kernel).chain((!depthwise).then_some(out_channels)).collect());
    let stride = join(sizes(|axis| axis.stride).collect());
    let padding = if axes.iter().all(|axis| axis.padding == Padding::Same) { "same" } else { "valid" };
    let layout = if format == DataFormat::ChannelsFirst { ", layout: nchw" } else { "" };
    let dtype = if case.element == size_of::<f64>() { ", dtype: f64" } else { "" };
    let rank = axes.len();
    format!("{name}{rank}d!< in: {input}, kernel: {kernel}, padding: {padding}, stride: {stride}{layout}{dtype} >")
}

/// So many convolutions, the same for the same seed.
fn random(count: usize, seed: u64) -> Vec<String> {
    let mut state = seed.wrapping_mul(2).wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    let call = |_| {
        let mut of = |choices: &[usize]| choices[next(choices.len())];
        let (height, width) = (of(&[7, 10, 14, 19, 28, 40, 56]), of(&[7, 12, 14, 20, 28, 33, 56]));
        let kernel = of(&[1, 3, 3, 3, 5, 7]);
        let (inputs, outputs) =
            (of(&[1, 3, 4, 8, 16, 24, 32, 48, 64, 128, 256]), of(&[8, 10, 16, 24, 32, 40, 64, 96, 128, 256]));
        let stride = of(&[1, 1, 1, 2]);
        let dilation = if kernel == 3 { of(&[1, 1, 1, 1, 2]) } else { 1 };
        let groups = if inputs % 4 == 0 && outputs % 4 == 0 { of(&[1, 1, 1, 1, 1, 1, 4]) } else { 1 };
        let padding = ["same", "valid"][of(&[0, 0, 1])];
        let layout = ["nhwc", "nchw"][of(&[0, 0, 0, 1])];
        let algorithm = ["auto", "direct"][of(&[0, 1])];
        format!(
            "conv2d!< in: {height}x{width}x{inputs}, kernel: {kernel}x{kernel}x{outputs}, padding: {padding}, stride: {stride}, \
             dilation: {dilation}, groups: {groups}, layout: {layout}, algorithm: {algorithm} >"
        )
    };
    (0..count).map(call).collect()
}
