//! What a call says, with the tokens that say it.
//!
//! Comes in: from `parse`. Goes out: to `check`, which turns it into integers, and to `emit`, which needs the names
//! the user chose. Must not know: anything derived, such as an output size or an amount of `same` padding.

use crate::choice::Asked;
use crate::diag::Spanned;
use crate::operation::{Activation, Algorithm, DataFormat, Element, PaddingMode, Unroll};
use crate::operator::{Operator, axes};
use crate::plan::Refused;
use crate::shape::Padding;
use proc_macro2::TokenStream;
use toeplitz_tensors::WeightsLayout;

/// One call of a macro.
#[derive(Clone)]
pub(crate) struct Spec {
    /// Which macro; of a global pool, the macro of a pool that would do the same.
    pub(crate) operator: Operator,
    /// The name of the generated type where the call gives none.
    pub(crate) type_name: &'static str,
    /// `in`: spatial sizes, outermost first, then channels. For a dense layer any number of sizes, to be flattened.
    pub(crate) input: Spanned<Vec<usize>>,
    /// `kernel`: spatial sizes, then output channels unless it is depthwise; `window`: spatial sizes; `units`: the number of outputs. Ones
    /// where elements are taken one by one.
    pub(crate) kernel: Spanned<Vec<usize>>,
    /// `padding`: one rule a spatial axis.
    pub(crate) padding: Spanned<Vec<Padding>>,
    /// `stride`: one number a spatial axis.
    pub(crate) stride: Spanned<Vec<usize>>,
    /// `dilation`: one number a spatial axis.
    pub(crate) dilation: Spanned<Vec<usize>>,
    /// `output_padding`: one number a spatial axis; zeros where the operator has no such key.
    pub(crate) output_padding: Spanned<Vec<usize>>,
    /// `groups`, 1 where the operator has no such key.
    pub(crate) groups: Spanned<usize>,
    /// `multiplier`: output channels of each input channel; 1 where the operator has no such key.
    pub(crate) multiplier: Spanned<usize>,
    /// `padding_mode`; zeros where the operator has no such key.
    pub(crate) padding_mode: PaddingMode,
    /// `ceil_mode`; false where the operator has no such key.
    pub(crate) ceil_mode: Spanned<bool>,
    /// `count_include_pad`; false where the operator has no such key.
    pub(crate) count_include_pad: bool,
    /// `epsilon`, where the operator has such a key.
    pub(crate) epsilon: Option<f64>,
    /// `bias`; always false without weights, always true for a batch normalisation.
    pub(crate) bias: bool,
    /// `activation`; always none for a pool.
    pub(crate) activation: Spanned<Activation>,
    /// `layout`
    pub(crate) format: DataFormat,
    /// `dtype`
    pub(crate) element: Element,
    /// `unroll`
    pub(crate) unroll: Spanned<Unroll>,
    /// `algorithm`
    pub(crate) algorithm: Spanned<Algorithm>,
    /// `plan`, at its tokens, and `explain`
    pub(crate) asked: Spanned<Asked>,
    /// `accuracy`
    pub(crate) accuracy: Accuracy,
    /// `crate`: the path of the runtime crate, `::toeplitz` by default.
    pub(crate) crate_path: syn::Path,
    /// `outputs`: the layers whose outputs a network gives; none where the last does.
    pub(crate) outputs: Vec<syn::Ident>,
    /// `fuse`: whether steps of a network are done together where that is a gain.
    pub(crate) fused: bool,
    /// `weights`: the path of the file with a network's weights.
    pub(crate) weights: Option<Spanned<String>>,
    /// `weights_layout`: how weights lie there; as the layers have them where nothing is said.
    pub(crate) weights_layout: Option<WeightsLayout>,
}

/// How outputs may be rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accuracy {
    /// As any algorithm does.
    Fast,
    /// As sums of products are, so that those of integers are integers.
    Exact,
}

impl Spec {
    /// Number of spatial axes.
    pub(crate) fn rank(&self) -> usize {
        if self.operator.kind().has_no_window() { self.input.value.len() - 1 } else { self.operator.rank() }
    }

    /// What to underline where there is no plan; nothing where the call does not say what cannot be.
    pub(crate) fn refused_at(&self, refused: &Refused) -> &TokenStream {
        match refused {
            Refused::OverBudget(_) => &self.unroll.tokens,
            Refused::NoSuchPlan(_) => &self.asked.tokens,
        }
    }

    /// Their names, outermost first.
    pub(crate) fn axes(&self) -> &'static [&'static str] {
        axes(self.rank())
    }
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
