//! What a call says, with the tokens that say it.
//!
//! Comes in: from `parse`. Goes out: to `check`, which turns it into integers, and to `emit`, which needs the names
//! the user chose. Must not know: anything derived, such as an output size or an amount of `same` padding.

use crate::diag::Spanned;
use crate::operation::{Activation, Unroll};
use crate::shape::Padding;

/// An operator: one for each macro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `conv2d!`
    Conv2d,
    /// `max_pool2d!`
    MaxPool2d,
    /// `dense!`
    Dense,
}

impl Operator {
    /// Every operator.
    pub const ALL: &[Self] = &[Self::Conv2d, Self::MaxPool2d, Self::Dense];

    /// The operator of the macro `name` (written without `!`).
    pub fn from_macro_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operator| operator.macro_name() == name)
    }

    /// The name of its macro, without `!`.
    pub fn macro_name(self) -> &'static str {
        match self {
            Self::Conv2d => "conv2d",
            Self::MaxPool2d => "max_pool2d",
            Self::Dense => "dense",
        }
    }

    /// The name of the generated type where the call gives none.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Conv2d => "Conv2d",
            Self::MaxPool2d => "MaxPool2d",
            Self::Dense => "Dense",
        }
    }

    /// Names of the spatial axes, outermost first.
    pub(crate) fn axes(self) -> &'static [&'static str] {
        match self {
            Self::Conv2d | Self::MaxPool2d => &["height", "width"],
            Self::Dense => &[],
        }
    }

    /// What the user calls the thing that slides over the input.
    pub(crate) fn window_name(self) -> &'static str {
        match self {
            Self::Conv2d | Self::Dense => "kernel",
            Self::MaxPool2d => "window",
        }
    }
}

/// One call of a macro.
pub(crate) struct Spec {
    /// Which macro.
    pub(crate) operator: Operator,
    /// `in`: spatial sizes, outermost first, then channels. For a dense layer any number of sizes, to be flattened.
    pub(crate) input: Spanned<Vec<usize>>,
    /// `kernel`: spatial sizes, then output channels; `window`: spatial sizes; `units`: the number of outputs.
    pub(crate) kernel: Spanned<Vec<usize>>,
    /// `padding`: one rule a spatial axis.
    pub(crate) padding: Spanned<Vec<Padding>>,
    /// `stride`: one number a spatial axis.
    pub(crate) stride: Spanned<Vec<usize>>,
    /// `dilation`: one number a spatial axis.
    pub(crate) dilation: Spanned<Vec<usize>>,
    /// `bias`; always false for a pool.
    pub(crate) bias: bool,
    /// `activation`; always none for a pool.
    pub(crate) activation: Activation,
    /// `unroll`
    pub(crate) unroll: Spanned<Unroll>,
    /// `crate`: the path of the runtime crate, `::toeplitz` by default.
    pub(crate) crate_path: syn::Path,
}

/// Where a call stands and so what it expands to.
pub(crate) enum Form {
    /// `pub struct Conv1 < ... >;` expands to items.
    Item(Item),
    /// `in: ..., kernel: ...` expands to an expression, the constructor of an unnamed type.
    Expression,
    /// Nothing that says which: `conv2d!()`, or a struct without a name. Never leaves the front end without an error.
    Unclear,
}

/// The head of an item.
pub(crate) struct Item {
    /// Doc comments and other attributes, for the struct.
    pub(crate) attrs: Vec<syn::Attribute>,
    /// Visibility of the struct and its methods.
    pub(crate) vis: syn::Visibility,
    /// The struct's name.
    pub(crate) ident: syn::Ident,
}
