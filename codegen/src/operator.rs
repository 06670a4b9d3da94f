//! The operators: one for each macro, what kind of layer each is, and what it is called.
//!
//! Comes in: a name. Goes out: an [`Operator`]. Must not know: keys, tokens.

use crate::diag::{closest, list};

/// An operator: one for each macro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `conv1d!`
    Conv1d,
    /// `conv2d!`
    Conv2d,
    /// `conv3d!`
    Conv3d,
    /// `conv_transpose1d!`
    ConvTranspose1d,
    /// `conv_transpose2d!`
    ConvTranspose2d,
    /// `conv_transpose3d!`
    ConvTranspose3d,
    /// `depthwise_conv1d!`
    DepthwiseConv1d,
    /// `depthwise_conv2d!`
    DepthwiseConv2d,
    /// `separable_conv2d!`
    SeparableConv2d,
    /// `adder2d!`
    Adder2d,
    /// `max_pool1d!`
    MaxPool1d,
    /// `max_pool2d!`
    MaxPool2d,
    /// `max_pool3d!`
    MaxPool3d,
    /// `avg_pool1d!`
    AvgPool1d,
    /// `avg_pool2d!`
    AvgPool2d,
    /// `avg_pool3d!`
    AvgPool3d,
    /// `global_max_pool!`
    GlobalMaxPool,
    /// `global_avg_pool!`
    GlobalAvgPool,
    /// `batch_norm!`
    BatchNorm,
    /// `softmax!`
    Softmax,
    /// `log_softmax!`
    LogSoftmax,
    /// `dense!`
    Dense,
    /// `network!`
    Network,
    /// `add!`, inside a network
    Add,
    /// `concat!`, inside a network
    Concat,
    /// `pad!`, inside a network
    Pad,
    /// `flatten!`, inside a network
    Flatten,
    /// `layer!`, inside a network
    Layer,
}

/// Operators that differ in the number of their axes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A convolution.
    Conv,
    /// A transposed convolution.
    ConvTranspose,
    /// A convolution of each channel by itself.
    Depthwise,
    /// A depthwise convolution and a pointwise one of its outputs.
    Separable,
    /// A convolution whose products are minus absolute differences.
    Adder,
    /// A max pool.
    MaxPool,
    /// An average pool.
    AvgPool,
    /// A max pool whose window is the whole input.
    GlobalMaxPool,
    /// An average pool whose window is the whole input.
    GlobalAvgPool,
    /// A scale and a shift of each channel.
    BatchNorm,
    /// The channels of a pixel as probabilities.
    Softmax,
    /// The logarithms of those.
    LogSoftmax,
    /// A dense layer.
    Dense,
    /// Operators that take each other's outputs.
    Network,
    /// The sum of several values, element by element.
    Add,
    /// Several values behind each other, channel by channel.
    Concat,
    /// A value with channels of zeros behind its own.
    Pad,
    /// A value as one list.
    Flatten,
    /// Any type that is a layer.
    Layer,
}

impl Kind {
    /// Whether it takes one value out of each window, channel by channel, and has no weights.
    pub(crate) fn is_pool(self) -> bool {
        matches!(self, Self::MaxPool | Self::AvgPool | Self::GlobalMaxPool | Self::GlobalAvgPool)
    }

    /// Whether it has weights, and so a bias unless it says otherwise.
    pub(crate) fn is_weighted(self) -> bool {
        !self.is_pool() && !self.is_joint() && !matches!(self, Self::Softmax | Self::LogSoftmax | Self::Network)
    }

    /// Whether it slides no window but takes pixels one by one, along as many axes as its input has.
    pub(crate) fn has_no_window(self) -> bool {
        matches!(self, Self::BatchNorm | Self::Softmax | Self::LogSoftmax | Self::Network)
    }

    /// Whether it is there in networks alone: it joins what their layers compute, or is a layer of any type.
    pub(crate) fn is_joint(self) -> bool {
        matches!(self, Self::Add | Self::Concat | Self::Pad | Self::Flatten | Self::Layer)
    }

    /// Every kind of layer, and networks of them.
    pub(crate) const ALL: &[Self] = &[
        Self::Conv,
        Self::ConvTranspose,
        Self::Depthwise,
        Self::Separable,
        Self::Adder,
        Self::MaxPool,
        Self::AvgPool,
        Self::GlobalMaxPool,
        Self::GlobalAvgPool,
        Self::BatchNorm,
        Self::Softmax,
        Self::LogSoftmax,
        Self::Dense,
        Self::Network,
    ];
}

/// A line of the table of operators.
struct Entry {
    operator: Operator,
    kind: Kind,
    rank: usize,
    macro_name: &'static str,
    type_name: &'static str,
}

/// The table of operators, in the order of [`Operator`]'s variants.
const TABLE: &[Entry] = &[
    entry(Operator::Conv1d, Kind::Conv, 1, "conv1d", "Conv1d"),
    entry(Operator::Conv2d, Kind::Conv, 2, "conv2d", "Conv2d"),
    entry(Operator::Conv3d, Kind::Conv, 3, "conv3d", "Conv3d"),
    entry(Operator::ConvTranspose1d, Kind::ConvTranspose, 1, "conv_transpose1d", "ConvTranspose1d"),
    entry(Operator::ConvTranspose2d, Kind::ConvTranspose, 2, "conv_transpose2d", "ConvTranspose2d"),
    entry(Operator::ConvTranspose3d, Kind::ConvTranspose, 3, "conv_transpose3d", "ConvTranspose3d"),
    entry(Operator::DepthwiseConv1d, Kind::Depthwise, 1, "depthwise_conv1d", "DepthwiseConv1d"),
    entry(Operator::DepthwiseConv2d, Kind::Depthwise, 2, "depthwise_conv2d", "DepthwiseConv2d"),
    entry(Operator::SeparableConv2d, Kind::Separable, 2, "separable_conv2d", "SeparableConv2d"),
    entry(Operator::Adder2d, Kind::Adder, 2, "adder2d", "Adder2d"),
    entry(Operator::MaxPool1d, Kind::MaxPool, 1, "max_pool1d", "MaxPool1d"),
    entry(Operator::MaxPool2d, Kind::MaxPool, 2, "max_pool2d", "MaxPool2d"),
    entry(Operator::MaxPool3d, Kind::MaxPool, 3, "max_pool3d", "MaxPool3d"),
    entry(Operator::AvgPool1d, Kind::AvgPool, 1, "avg_pool1d", "AvgPool1d"),
    entry(Operator::AvgPool2d, Kind::AvgPool, 2, "avg_pool2d", "AvgPool2d"),
    entry(Operator::AvgPool3d, Kind::AvgPool, 3, "avg_pool3d", "AvgPool3d"),
    entry(Operator::GlobalMaxPool, Kind::GlobalMaxPool, 0, "global_max_pool", "GlobalMaxPool"),
    entry(Operator::GlobalAvgPool, Kind::GlobalAvgPool, 0, "global_avg_pool", "GlobalAvgPool"),
    entry(Operator::BatchNorm, Kind::BatchNorm, 0, "batch_norm", "BatchNorm"),
    entry(Operator::Softmax, Kind::Softmax, 0, "softmax", "Softmax"),
    entry(Operator::LogSoftmax, Kind::LogSoftmax, 0, "log_softmax", "LogSoftmax"),
    entry(Operator::Dense, Kind::Dense, 0, "dense", "Dense"),
    entry(Operator::Network, Kind::Network, 0, "network", "Network"),
    entry(Operator::Add, Kind::Add, 0, "add", "Add"),
    entry(Operator::Concat, Kind::Concat, 0, "concat", "Concat"),
    entry(Operator::Pad, Kind::Pad, 0, "pad", "Pad"),
    entry(Operator::Flatten, Kind::Flatten, 0, "flatten", "Flatten"),
    entry(Operator::Layer, Kind::Layer, 0, "layer", "Layer"),
];

const fn entry(
    operator: Operator,
    kind: Kind,
    rank: usize,
    macro_name: &'static str,
    type_name: &'static str,
) -> Entry {
    Entry { operator, kind, rank, macro_name, type_name }
}

impl Operator {
    /// Every operator that is one layer.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::in_networks().filter(|operator| !operator.kind().is_joint())
    }

    /// Every operator that a network may have.
    pub(crate) fn in_networks() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|entry| entry.operator).filter(|&operator| operator != Self::Network)
    }

    /// The name of its macro, without `!`.
    pub fn macro_name(self) -> &'static str {
        self.entry().macro_name
    }

    /// The name of the generated type where the call gives none.
    pub(crate) fn type_name(self) -> &'static str {
        self.entry().type_name
    }

    /// What it is, whatever its rank.
    pub(crate) fn kind(self) -> Kind {
        self.entry().kind
    }

    /// Of a global pool, the pool along `rank` axes that it is.
    pub(crate) fn pool_along(self, rank: usize) -> Option<Self> {
        let kind = match self.kind() {
            Kind::GlobalMaxPool => Kind::MaxPool,
            Kind::GlobalAvgPool => Kind::AvgPool,
            _ => return None,
        };
        Self::of(kind, rank)
    }

    /// The operator of the same kind along `rank` axes.
    pub(crate) fn along(self, rank: usize) -> Option<Self> {
        Self::of(self.kind(), rank)
    }

    /// The operator of `kind` along `rank` axes.
    fn of(kind: Kind, rank: usize) -> Option<Self> {
        TABLE.iter().find(|entry| entry.kind == kind && entry.rank == rank).map(|entry| entry.operator)
    }

    /// That `name` is none of `all`, and which of them it may have been meant to be.
    pub(crate) fn unknown<Names: Iterator<Item = Self>>(name: &str, all: impl Fn() -> Names) -> String {
        let names = || all().map(Self::macro_name);
        match closest(name, names()) {
            Some(meant) => format!("unknown operator `{name}`, did you mean `{meant}`?"),
            None => format!("unknown operator `{name}`; there are {}", list(names(), "and")),
        }
    }

    /// Number of spatial axes; 0 where the input decides: see [`Spec::rank`].
    pub(crate) fn rank(self) -> usize {
        self.entry().rank
    }

    /// Names of the spatial axes, outermost first.
    pub(crate) fn axes(self) -> &'static [&'static str] {
        axes(self.rank())
    }

    /// What the user calls the thing that slides over the input.
    pub(crate) fn window_name(self) -> &'static str {
        match self.kind() {
            Kind::Conv
            | Kind::ConvTranspose
            | Kind::Depthwise
            | Kind::Separable
            | Kind::Adder
            | Kind::BatchNorm
            | Kind::Softmax
            | Kind::LogSoftmax
            | Kind::Dense
            | Kind::Network
            | Kind::Add
            | Kind::Concat
            | Kind::Pad
            | Kind::Flatten
            | Kind::Layer => "kernel",
            Kind::MaxPool | Kind::AvgPool | Kind::GlobalMaxPool | Kind::GlobalAvgPool => "window",
        }
    }

    fn entry(self) -> &'static Entry {
        &TABLE[self as usize]
    }
}

/// Names of so many spatial axes, outermost first.
pub(crate) fn axes(rank: usize) -> &'static [&'static str] {
    match rank {
        0 => &[],
        1 => &["length"],
        2 => &["height", "width"],
        _ => &["depth", "height", "width"],
    }
}

#[cfg(test)]
mod tests {
    use super::{Operator, TABLE};

    #[test]
    fn the_table_has_a_line_for_each_operator_in_order() {
        assert!(TABLE.iter().all(|entry| entry.operator.entry().operator == entry.operator));
        assert_eq!(Operator::Layer as usize, TABLE.len() - 1);
    }
}
