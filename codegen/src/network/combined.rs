//! What the operators that combine values give: sums, concatenations, channels of zeros.
//!
//! Comes in: a statement, and what it takes. Goes out: the work of a step and the sizes of its output, or an error with both values and
//! both sizes. Must not know: names of other layers, where values lie.

use super::graph::{Output, Work};
use super::joints::{described, elements};
use crate::diag::Errors;
use crate::operation::{Activation, DataFormat};
use crate::parse::{Statement, sizes_text};

/// Two values and their sizes, in words.
fn both(a: &Output, b: &Output) -> String {
    format!("{}, {}, and {}, {}", described(a), sizes_text(&a.sizes), described(b), sizes_text(&b.sizes))
}

/// A sum of values of the same sizes.
pub(super) fn add(statement: &Statement, inputs: &[Output], cx: &mut Errors) -> Option<(Work, Vec<usize>)> {
    let activation = statement.activation(cx);
    let different = inputs.iter().find(|input| input.sizes != inputs[0].sizes);
    if let Some(other) = different {
        let way = way_to_equal(&inputs[0], other);
        let (both, name) = (both(&inputs[0], other), &statement.name);
        cx.push(name, format_args!("`{name}` adds {both}: sums are of equal sizes; {way}"));
        return None;
    }
    let activation = match activation {
        None => Activation::None,
        Some(activation) if activation.value == Activation::Prelu => {
            let message =
                "a sum has no weights, and so no slopes: write `leaky_relu(0.01)`, or give `prelu` to the layer before";
            cx.push(&activation.tokens, message);
            return None;
        }
        Some(activation) => activation.value,
    };
    Some((Work::Add(activation), inputs[0].sizes.clone()))
}

/// What makes two values equal in size.
fn way_to_equal(a: &Output, b: &Output) -> String {
    let (Some((channels, spatial)), Some((other, others))) = (a.sizes.split_last(), b.sizes.split_last()) else {
        return String::new();
    };
    if a.sizes.len() != b.sizes.len() {
        return "a `flatten!` makes one list of either, if both have as many elements".to_owned();
    }
    if spatial == others {
        let (narrow, wanted) = if channels < other { (a, other) } else { (b, channels) };
        return format!(
            "give both as many output channels, {wanted}, by the `kernel` of a 1x1 convolution, or by \
             `pad!< {}, channels: {wanted} >`, whose channels are zeros from there on",
            narrow.name
        );
    }
    let channels = if channels == other { "" } else { "; both need as many output channels, too" };
    format!(
        "`padding: same` with a stride of 1 keeps a convolution's sizes, and a pool or a stride brings the larger down{channels}"
    )
}

/// Values behind each other, channel by channel.
pub(super) fn concat(
    statement: &Statement,
    inputs: &[Output],
    format: DataFormat,
    cx: &mut Errors,
) -> Option<(Work, Vec<usize>)> {
    statement.activation(cx);
    let spatial = |output: &Output| output.sizes[..output.sizes.len() - 1].to_vec();
    let channels = |output: &Output| output.sizes[output.sizes.len() - 1];
    if let Some(other) = inputs.iter().find(|input| spatial(input) != spatial(&inputs[0])) {
        let (both, name) = (both(&inputs[0], other), &statement.name);
        let message = format_args!("`{name}` joins the channels of {both}: all other sizes have to be equal");
        cx.push(name, message);
        return None;
    }
    let pixels: usize = if format == DataFormat::ChannelsFirst { spatial(&inputs[0]).iter().product() } else { 1 };
    let parts = inputs.iter().map(|input| channels(input) * pixels).collect();
    let mut sizes = spatial(&inputs[0]);
    sizes.push(inputs.iter().map(channels).sum());
    Some((Work::Concat(parts), sizes))
}

/// A value with channels of zeros behind its own.
pub(super) fn pad(
    statement: &Statement,
    input: &Output,
    format: DataFormat,
    cx: &mut Errors,
) -> Option<(Work, Vec<usize>)> {
    let wanted = statement.channels(cx)?;
    let (channels, spatial) = input.sizes.split_last()?;
    if wanted.value <= *channels {
        let message = format_args!(
            "`{}` has {} channels, but {} gives {}, {channels} of them: zeros go behind those, so write a number above {channels}",
            statement.name,
            wanted.value,
            described(input),
            sizes_text(&input.sizes)
        );
        cx.push(&wanted.tokens, message);
        return None;
    }
    let pixels: usize = if format == DataFormat::ChannelsFirst { spatial.iter().product() } else { 1 };
    let sizes = [spatial, &[wanted.value]].concat();
    elements("output", &sizes, &wanted.tokens, cx)?;
    Some((Work::Pad { len: channels * pixels, zeros: (wanted.value - channels) * pixels }, sizes))
}
