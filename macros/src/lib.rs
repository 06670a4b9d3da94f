//! The procedural macros of `toeplitz`: a shell that hands tokens to `toeplitz-codegen` and back.
//!
//! Use them through `toeplitz`, which re-exports them and has what their code stands on. What the macros take is said in `docs`, a
//! file for each.

use proc_macro::TokenStream;
use toeplitz_codegen::Operator;

/// The macros of operators, each with its documentation.
macro_rules! operators {
    ($($name:ident $operator:ident)*) => {
        $(
            #[doc = include_str!(concat!("../docs/", stringify!($name), ".md"))]
            #[doc = include_str!("../docs/frameworks.md")]
            #[proc_macro]
            pub fn $name(tokens: TokenStream) -> TokenStream {
                toeplitz_codegen::expand(Operator::$operator, tokens.into()).into()
            }
        )*
    };
}

operators! {
    conv1d Conv1d
    conv2d Conv2d
    conv3d Conv3d
    conv_transpose1d ConvTranspose1d
    conv_transpose2d ConvTranspose2d
    conv_transpose3d ConvTranspose3d
    depthwise_conv1d DepthwiseConv1d
    depthwise_conv2d DepthwiseConv2d
    separable_conv2d SeparableConv2d
    adder2d Adder2d
    max_pool1d MaxPool1d
    max_pool2d MaxPool2d
    max_pool3d MaxPool3d
    avg_pool1d AvgPool1d
    avg_pool2d AvgPool2d
    avg_pool3d AvgPool3d
    global_max_pool GlobalMaxPool
    global_avg_pool GlobalAvgPool
    batch_norm BatchNorm
    softmax Softmax
    log_softmax LogSoftmax
    dense Dense
}

#[doc = include_str!("../docs/source.md")]
#[proc_macro]
pub fn source(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::source(tokens.into()).into()
}

#[doc = include_str!("../docs/network.md")]
#[proc_macro]
pub fn network(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::network::expand(tokens.into()).into()
}
