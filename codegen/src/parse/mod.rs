//! Tokens to [`Spec`]: what a call says, without asking whether it makes sense.
//!
//! Comes in: the tokens of one call, any tokens whatever. Goes out: a [`Spec`], or errors at the tokens that cause
//! them, all of them in one pass. Must not know: shape arithmetic, layout, plan.

mod activations;
mod arguments;
mod call;
mod dtype;
mod entries;
mod foreign;
mod keys;
mod network;
mod operators;
mod padding;
mod reader;
mod sizes;
mod unknown;
mod values;
mod weights;
mod words;

use crate::choice::{Asked, Choice};
use crate::diag::{Errors, Spanned};
use crate::operation::{Activation, Algorithm, DataFormat, Element, PaddingMode, Unroll};
use crate::operator::{Kind, Operator};
use crate::shape::Padding;
use crate::spec::{Accuracy, Spec};
use proc_macro2::TokenStream;
use toeplitz_tensors::WeightsLayout;

pub(crate) use call::{Call, check_nesting};
pub(crate) use network::{Network, Statement, network, sizes_text};

/// The values of one call while they are being read; `None` where a key is absent or its value is malformed.
#[derive(Default)]
struct Draft {
    /// Whether something that the shapes depend on is there and could not be read: an absent key may not be absent then.
    unclear: bool,
    input: Option<Spanned<Vec<usize>>>,
    kernel: Option<Spanned<Vec<usize>>>,
    padding: Option<Spanned<Vec<Padding>>>,
    stride: Option<Spanned<Vec<usize>>>,
    dilation: Option<Spanned<Vec<usize>>>,
    output_padding: Option<Spanned<Vec<usize>>>,
    groups: Option<Spanned<usize>>,
    multiplier: Option<Spanned<usize>>,
    channels: Option<Spanned<usize>>,
    out: Option<Spanned<Vec<usize>>>,
    padding_mode: Option<PaddingMode>,
    ceil_mode: Option<Spanned<bool>>,
    count_include_pad: Option<bool>,
    epsilon: Option<f64>,
    bias: Option<bool>,
    activation: Option<Spanned<Activation>>,
    format: Option<DataFormat>,
    element: Option<Element>,
    unroll: Option<Spanned<Unroll>>,
    algorithm: Option<Spanned<Algorithm>>,
    accuracy: Option<Accuracy>,
    choice: Option<Spanned<Choice>>,
    explain: Option<bool>,
    crate_path: Option<syn::Path>,
    layer: Option<syn::Path>,
    outputs: Vec<syn::Ident>,
    fused: Option<bool>,
    weights: Option<Spanned<String>>,
    weights_layout: Option<WeightsLayout>,
}

/// Reads a call. `None` only if errors were reported, and whenever they concern shapes; with errors that do not, the rest
/// can be checked further.
pub(crate) fn spec(operator: Operator, call: &Call, cx: &mut Errors) -> Option<Spec> {
    let draft = reader::read(operator, call, cx);
    if draft.unclear {
        return None;
    }
    let type_name = operator.type_name();
    let input = draft.input?;
    let spatial = input.value.len().saturating_sub(1);
    let (operator, kernel) = match operator.pool_along(spatial) {
        // The window of a global pool is its input.
        Some(pool) => {
            let window = input.value[..pool.rank()].to_vec();
            (pool, Spanned { value: window, tokens: input.tokens.clone() })
        }
        None if operator.kind().has_no_window() || operator.kind().is_joint() => {
            (operator, Spanned { value: vec![1; spatial], tokens: input.tokens.clone() })
        }
        None => (operator, draft.kernel?),
    };
    let rank = if operator.kind().has_no_window() { spatial } else { operator.rank() };
    // A pool's windows do not overlap unless it says so; everything else moves by one.
    let stride = draft.stride.unwrap_or_else(|| match operator.kind() {
        Kind::MaxPool | Kind::AvgPool => kernel.clone(),
        _ => absent(vec![1; rank]),
    });
    Some(Spec {
        operator,
        type_name,
        input,
        kernel,
        padding: draft.padding.unwrap_or_else(|| absent(vec![Padding::Valid; rank])),
        stride,
        dilation: draft.dilation.unwrap_or_else(|| absent(vec![1; rank])),
        output_padding: draft.output_padding.unwrap_or_else(|| absent(vec![0; rank])),
        groups: draft.groups.unwrap_or_else(|| absent(1)),
        multiplier: draft.multiplier.unwrap_or_else(|| absent(1)),
        padding_mode: draft.padding_mode.unwrap_or(PaddingMode::Zeros),
        ceil_mode: draft.ceil_mode.unwrap_or_else(|| absent(false)),
        count_include_pad: draft.count_include_pad.unwrap_or(false),
        epsilon: (operator.kind() == Kind::BatchNorm).then(|| draft.epsilon.unwrap_or(1e-3)),
        bias: draft.bias.unwrap_or(operator.kind().is_weighted()),
        activation: draft.activation.unwrap_or_else(|| absent(Activation::None)),
        format: draft.format.unwrap_or(DataFormat::ChannelsLast),
        element: draft.element.unwrap_or(Element::F32),
        unroll: draft.unroll.unwrap_or_else(|| absent(Unroll::Auto)),
        algorithm: draft.algorithm.unwrap_or_else(|| absent(Algorithm::Auto)),
        asked: asked(draft.choice, draft.explain),
        accuracy: draft.accuracy.unwrap_or(Accuracy::Fast),
        crate_path: draft.crate_path.unwrap_or_else(|| syn::parse_quote!(::toeplitz)),
        outputs: draft.outputs,
        fused: draft.fused.unwrap_or(true),
        weights: draft.weights,
        weights_layout: draft.weights_layout,
    })
}

/// What is said about the plan.
fn asked(choice: Option<Spanned<Choice>>, explain: Option<bool>) -> Spanned<Asked> {
    let tokens = choice.as_ref().map(|choice| choice.tokens.clone()).unwrap_or_default();
    let (choice, explain) = (choice.map(|choice| choice.value), explain.unwrap_or(false));
    let value = Asked { choice, explain, ..Asked::default() };
    Spanned { value, tokens }
}

/// A default: no tokens spell it.
fn absent<T>(value: T) -> Spanned<T> {
    Spanned { value, tokens: TokenStream::new() }
}
