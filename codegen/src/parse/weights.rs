//! Where a network's weights are: the path of a file, how they lie in it, what it calls them.
//!
//! Comes in: the values of `weights` and `weights_layout`. Goes out: what they say. Must not know: which arrays a layer has, files.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{LitStr, Token};
use toeplitz_tensors::WeightsLayout;

use super::entries::{Entry, brief};
use super::words::Words;
use crate::diag::{Errors, Spanned};

/// The key, of networks and of their layers.
pub(super) const KEY: &str = "weights";

/// What a file calls a layer's tensors.
#[derive(Default)]
pub(crate) struct Names {
    /// Of all of them, what is in front of the dot; the layer's own name where nothing is given.
    pub(crate) layer: Option<String>,
    /// Of single ones, what each is to the layer, and its whole name.
    pub(crate) single: Vec<(Ident, String)>,
    /// Where it says so.
    pub(crate) tokens: TokenStream,
}

/// A string, if a value is one.
fn text(tokens: TokenStream) -> Option<String> {
    syn::parse2::<LitStr>(tokens).ok().map(|text| text.value()).filter(|text| !text.is_empty())
}

/// `weights` of a network.
pub(super) fn path(entry: &Entry, cx: &mut Errors) -> Option<Spanned<String>> {
    let path = text(entry.stream());
    if path.is_none() {
        let found = brief(&entry.stream());
        let message = format_args!(
            "`weights` cannot be `{found}`: it takes the path of a file in quotes, from the crate's folder, as in \
             `weights: \"lenet.safetensors\"`; `.npz` and a folder of `.npy` will do too"
        );
        cx.push(entry.stream(), message);
    }
    path.map(|value| Spanned { value, tokens: entry.stream() })
}

/// `weights_layout` of a network.
pub(super) fn layout(entry: &Entry, cx: &mut Errors) -> Option<WeightsLayout> {
    const LAYOUTS: Words<WeightsLayout> = Words {
        allowed: &[("hwio", WeightsLayout::Hwio), ("oihw", WeightsLayout::Oihw)],
        elsewhere: &[
            ("nhwc", "hwio"),
            ("hwc", "hwio"),
            ("channels_last", "hwio"),
            ("keras", "hwio"),
            ("tensorflow", "hwio"),
            ("nchw", "oihw"),
            ("chw", "oihw"),
            ("channels_first", "oihw"),
            ("pytorch", "oihw"),
            ("torch", "oihw"),
            ("onnx", "oihw"),
        ],
        besides: ": Keras' order and PyTorch's, of all kinds of layers",
    };
    LAYOUTS.read(entry, cx)
}

/// `weights` of a layer: `"box"`, or `{ weight: "box.weight", slope: "prelu5.slope" }`.
pub(super) fn names(entry: &Entry, cx: &mut Errors) -> Option<Names> {
    let tokens = entry.stream();
    if let Some(layer) = text(entry.stream()) {
        return Some(Names { layer: Some(layer), single: Vec::new(), tokens });
    }
    if let [TokenTree::Group(group)] = entry.value.as_slice()
        && group.delimiter() == Delimiter::Brace
        && let Ok(single) = Punctuated::<Single, Token![,]>::parse_terminated.parse2(group.stream())
    {
        let single = single.into_iter().map(|Single { role, name }| (role, name)).collect();
        return Some(Names { layer: None, single, tokens });
    }
    let message = format_args!(
        "`weights` of a layer cannot be `{}`: it takes what the file calls the layer, in quotes, as in `weights: \"conv2d_1\"`, or \
         the names of single tensors, as in `weights: {{ weight: \"conv1.kernel\", bias: \"conv1.b\" }}`",
        brief(&tokens)
    );
    cx.push(&tokens, message);
    None
}

/// `slope: "prelu5.slope"`
struct Single {
    role: Ident,
    name: String,
}

impl Parse for Single {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let role = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Self { role, name: input.parse::<LitStr>()?.value() })
    }
}
