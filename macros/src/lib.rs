//! The procedural macros of `toeplitz`: a shell that hands tokens to `toeplitz-codegen` and back.
//!
//! Use them through `toeplitz`, which re-exports them.

use proc_macro::TokenStream;
use toeplitz_codegen::Operator;

/// A two-dimensional convolution of known shape.
///
/// As an item, `conv2d! { pub struct Conv1 < in: 28x28x1, kernel: 5x5x32, padding: same >; }` is a type; as an expression,
/// `conv2d!(in: 28x28x1, kernel: 5x5x32, padding: same)` is the constructor of an unnamed type.
///
/// `in` (height x width x channels) and `kernel` (height x width x output channels) are required; `padding` (`valid`, `same`, `same_lower`,
/// `full`, `2`, `1x2`, `[1, 2]x[0, 1]`), `stride`, `dilation`, `bias`, `activation` (`none`, `relu`, `relu6`, `leaky_relu(0.1)`),
/// `unroll` (`auto`, `full`, `none`) and `crate` (the path of `toeplitz`) are not.
#[proc_macro]
pub fn conv2d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::Conv2d, tokens.into()).into()
}

/// Two-dimensional max pooling of known shape.
///
/// `max_pool2d! { pub struct Pool1 < in: 28x28x32, window: 2x2 >; }`, or as an expression as with [`conv2d!`].
///
/// `in` (height x width x channels) and `window` (height x width) are required; `stride` (the window's size where absent),
/// `padding` (`valid`, `same`, `same_lower`, `1`, `1x0`, `[0, 1]x[0, 1]`), `dilation`, `unroll` and `crate` are not. Padding never wins.
#[proc_macro]
pub fn max_pool2d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::MaxPool2d, tokens.into()).into()
}

/// A dense (fully connected) layer of known shape.
///
/// `dense! { pub struct Dense1 < in: 7x7x64, units: 10 >; }`, or as an expression as with [`conv2d!`].
///
/// `in` (any number of sizes, flattened) and `units` are required; `bias`, `activation`, `unroll` and `crate` are not.
#[proc_macro]
pub fn dense(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::Dense, tokens.into()).into()
}

/// The code that another macro of this crate generates, formatted, as a `&'static str`.
///
/// `source!{ conv2d!< in: 4x4x1, kernel: 3x3x4, padding: same > }`, for snapshot tests and for the curious.
#[proc_macro]
pub fn source(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::source(tokens.into()).into()
}
