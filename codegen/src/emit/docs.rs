//! The documentation of the generated type.
//!
//! Comes in: the integers and the plan. Goes out: text. Takes no decisions.

use std::fmt::Write as _;

use super::item::Generator;
use crate::operation::{DataFormat, Operation};

impl Generator<'_> {
    /// The sizes of the flat weights, as they are written for nested arrays.
    fn weights_words(&self) -> String {
        let Operation { groups, transposed, format, .. } = *self.operation;
        let kernel = match self.operation.axes.len() {
            0 => "",
            1 => "[kernel]",
            2 => "[kernel_h][kernel_w]",
            _ => "[kernel_d][kernel_h][kernel_w]",
        };
        let (of_group, all) = if transposed { ("out", "in") } else { ("in", "out") };
        let of_group = if groups == 1 { format!("[{of_group}]") } else { format!("[{of_group} / groups]") };
        match format {
            DataFormat::ChannelsLast => format!("{kernel}{of_group}[{all}]"),
            DataFormat::ChannelsFirst => format!("[{all}]{of_group}{kernel}"),
        }
    }

    /// The documentation of the type: shapes, weights' order, plan.
    pub(super) fn docs(&self) -> String {
        let shape = |of: fn(&crate::operation::Axis) -> usize, channels: usize| {
            let sizes = self.operation.axes.iter().map(of).chain([channels]);
            sizes.map(|size| size.to_string()).collect::<Vec<_>>().join("x")
        };
        let input = shape(|axis| axis.input, self.operation.in_channels);
        let output = shape(|axis| axis.output, self.operation.last().out_channels);
        let parameters = self.parameters();
        let len = |name: &str| parameters.iter().find(|each| each.name == name).map_or(0, |each| each.len);
        let (weights, [pointwise, bias, slopes]) = (self.sizes().weights, ["pointwise", "bias", "slopes"].map(len));
        let slopes = if slopes > 0 { format!("; slopes: {slopes}") } else { String::new() };
        let element = self.operation.element.name();
        let first = self.operation.format == DataFormat::ChannelsFirst && !self.operation.axes.is_empty();
        let channels = if first { "in front: `[channels][sizes...]`" } else { "innermost" };
        let mut text = format!("`{input}` to `{output}`, `{element}`, row-major with channels {channels}.\n");
        if pointwise > 0 {
            let (depthwise, mixing) = if first {
                ("[in * multiplier][1][kernel_h][kernel_w]", "[out][in * multiplier]")
            } else {
                ("[kernel_h][kernel_w][in][multiplier]", "[in * multiplier][out]")
            };
            let _ = writeln!(
                text,
                "\nWeights: {weights} depthwise, `{depthwise}`, {pointwise} pointwise, `{mixing}`; bias: {bias}{slopes}."
            );
        } else if self.operation.epsilon.is_some() {
            let _ = writeln!(text, "\n`gamma`, `beta`, `mean` and `variance`: {weights} values each{slopes}.");
        } else if weights > 0 {
            let _ = writeln!(text, "\nWeights: {weights} values, `{}`; bias: {bias}{slopes}.", self.weights_words());
        }
        let _ = writeln!(text, "\n```text\n{}```", self.plan.describe(self.operation));
        text
    }
}
