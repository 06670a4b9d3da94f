//! The procedural macros of `toeplitz`: a shell that hands tokens to `toeplitz-codegen` and back.
//!
//! Use them through `toeplitz`, which re-exports them and has what their code stands on.

use proc_macro::TokenStream;
use toeplitz_codegen::Operator;

/// A one-dimensional convolution of known shape: over samples, characters, time steps.
///
/// ```
/// use toeplitz::conv1d;
///
/// // A second of audio at 16 kHz, in windows of 5 ms every 1 ms.
/// conv1d! { pub struct Front < in: 16000x1, kernel: 80x64, stride: 16 >; }
/// assert_eq!(Front::OUTPUT.to_string(), "996x64");
///
/// let smooth = conv1d!(in: 6x1, kernel: 3x1, padding: same, bias: false)(&[0.5, 1.0, 0.5]);
/// let mut output = [0.0; 6];
/// smooth.forward(&[0.0, 0.0, 4.0, 0.0, 0.0, 2.0], &mut output);
/// assert_eq!(output, [0.0, 2.0, 4.0, 2.0, 1.0, 2.0]);
/// ```
///
/// Keys and what they mean are those of [`conv2d!`], along one axis:
///
/// | key | value | default |
/// | --- | --- | --- |
/// | `in` | length x channels of the input: `16000x1` | required |
/// | `kernel` | length x output channels: `80x64` | required |
/// | `padding` | `valid`, `same`, `same_lower`, `full`, `causal`, or elements: `2`, or before and after: `[2, 0]` | `valid` |
/// | `stride`, `dilation` | one number | `1` |
/// | `groups`, `bias`, `activation`, `unroll`, `crate` | as in [`conv2d!`] | |
///
/// `causal`, as in Keras, pads before the input alone, by one less than the kernel spans: no output depends on a later input.
///
/// All arrays are `f32`, flat and row-major: the input `[length][in]`, the output `[length][out]`, weights
/// `[kernel][in][out]` (as in Keras; from `PyTorch`'s `[out][in][kernel]` permute the axes by `(2, 1, 0)`), bias `[out]`.
#[proc_macro]
pub fn conv1d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::Conv1d, tokens.into()).into()
}

/// A two-dimensional convolution of known shape.
///
/// As an item it is a named type; as an expression, the constructor of an unnamed one:
///
/// ```
/// use toeplitz::conv2d;
///
/// conv2d! {
///     /// Documentation and attributes go on to the type.
///     #[derive(Clone)]
///     pub struct Conv1 < in: 8x8x3, kernel: 3x3x16, padding: same, stride: 2, activation: relu >;
/// }
///
/// let (weights, bias) = ([0.1; 3 * 3 * 3 * 16], [0.5; 16]);
/// let image = [1.0; 8 * 8 * 3];
///
/// let named = Conv1::new(&weights, &bias);
/// let mut output = [0.0; Conv1::OUTPUT.len()];
/// named.forward(&image, &mut output);
/// assert_eq!(Conv1::OUTPUT.to_string(), "4x4x16");
///
/// let unnamed = conv2d!(in: 8x8x3, kernel: 3x3x16, padding: same, stride: 2, activation: relu)(&weights, &bias);
/// let mut again = [0.0; 4 * 4 * 16];
/// unnamed.forward(&image, &mut again);
/// assert_eq!(again, output);
/// ```
///
/// # Keys
///
/// | key | value | default |
/// | --- | --- | --- |
/// | `in` | height x width x channels of the input: `28x28x1` | required |
/// | `kernel` | height x width x output channels: `5x5x32`; the input channels are those of `in` | required |
/// | `padding` | `valid`, `same`, `same_lower`, `full`, or elements: `2`, `1x2`, `[1, 2]x[0, 1]` | `valid` |
/// | `stride` | distance of neighbouring windows: `2`, or height x width `2x1` | `1` |
/// | `dilation` | distance of neighbouring taps of a window: `2`, or height x width `2x1` | `1` |
/// | `groups` | channels in so many equal groups, outputs meet the inputs of their group alone | `1` |
/// | `bias` | `true`: one value an output channel is added; `false`: none, and `new` takes none | `true` |
/// | `activation` | of every output, last: `none`, `relu`, `relu6`, `leaky_relu(0.1)` with a slope of 0 or more | `none` |
/// | `unroll` | `auto`: loops where that is as fast; `full`: none, for small layers; `none`: as few statements as possible | `auto` |
/// | `crate` | path of the crate `toeplitz`, where it has another name or is re-exported | `::toeplitz` |
///
/// Keys come in any order, separated by commas. `28 x 28 x 1` is as good as `28x28x1`; the numbers are literals, for a
/// macro cannot see constants.
///
/// Paddings, along each axis:
///
/// - `valid`: none; the output has `(input - extent) / stride + 1` elements, where the kernel's extent is
///   `(kernel - 1) * dilation + 1`.
/// - `same`: as much as gives `ceil(input / stride)` outputs, half of it before and half after; an odd element goes after,
///   as in TensorFlow, Keras and ONNX `SAME_UPPER`.
/// - `same_lower`: as `same`, with the odd element before, as in ONNX `SAME_LOWER`.
/// - `full`: `extent - 1` on either side: every window that meets the input at all.
/// - `2`: two elements on all four sides. `1x2`: one above and below, two left and right, as `padding=(1, 2)` of `PyTorch`.
///   `[1, 2]x[0, 1]`: one above, two below, none left, one right. Write a lone zero before `x` as `0 x [1, 0]`: `0x` begins
///   a hexadecimal number.
///
/// Padding is of zeros, and costs nothing: its taps are left out of the code.
///
/// # Data
///
/// All arrays are `f32`, flat and row-major: the input `[in_h][in_w][in]`, the output `[out_h][out_w][out]`, weights
/// `[kernel_h][kernel_w][in / groups][out]` (HWIO, as in Keras; from `PyTorch`'s OIHW permute the axes by `(2, 3, 1, 0)`), bias
/// `[out]`. `as_flattened` makes a nested array flat. The kernel is not flipped, as in all such frameworks.
///
/// # The type
///
/// It has the constants `INPUT` and `OUTPUT` (shapes), `TOEPLITZ` (the matrix), `PLAN` (what was generated, in words) and
/// `MACS` (multiply-adds of one pass), `const fn new(&weights, &bias)`, `boxed` (the same on the heap),
/// `forward(&self, &input, &mut output)`, and implements `toeplitz::Layer`. Its weights are packed by `new`.
///
/// # Mistakes
///
/// Whatever is wrong with a call is a compile error at the words to change, all at once. Here the kernel is larger than
/// the input:
///
/// ```compile_fail
/// toeplitz::conv2d! { struct TooSmall < in: 4x8x1, kernel: 5x5x1 >; }
/// ```
///
/// ```text
/// error: kernel height 5 is larger than the input height 4: make the kernel smaller, or pad the input with `padding: same` or at least `padding: [0, 1]x[0, 0]`
///  --> src/main.rs:1:58
///   |
/// 1 | toeplitz::conv2d! { struct TooSmall < in: 4x8x1, kernel: 5x5x1 >; }
///   |                                                          ^^^^^
/// ```
#[proc_macro]
pub fn conv2d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::Conv2d, tokens.into()).into()
}

/// A three-dimensional convolution of known shape: over volumes, or frames of a film.
///
/// ```
/// use toeplitz::conv3d;
///
/// conv3d! { pub struct Clip < in: 4x8x8x3, kernel: 3x3x3x8, padding: same, stride: 1x2x2 >; }
/// assert_eq!(Clip::OUTPUT.to_string(), "4x4x4x8");
///
/// let clip = Clip::new(&[0.1; 3 * 3 * 3 * 3 * 8], &[0.0; 8]);
/// let mut output = [0.0; Clip::OUTPUT.len()];
/// clip.forward(&[1.0; Clip::INPUT.len()], &mut output);
/// ```
///
/// Keys and what they mean are those of [`conv2d!`], along three axes:
///
/// | key | value | default |
/// | --- | --- | --- |
/// | `in` | depth x height x width x channels of the input: `16x32x32x3` | required |
/// | `kernel` | depth x height x width x output channels: `3x3x3x8` | required |
/// | `padding` | `valid`, `same`, `same_lower`, `full`, or elements: `2`, `1x2x2`, `[2, 0]x[1, 1]x[1, 1]` | `valid` |
/// | `stride`, `dilation` | one number, or depth x height x width: `1x2x2` | `1` |
/// | `groups`, `bias`, `activation`, `unroll`, `crate` | as in [`conv2d!`] | |
///
/// All arrays are `f32`, flat and row-major: the input `[in_d][in_h][in_w][in]`, the output `[out_d][out_h][out_w][out]`,
/// weights `[kernel_d][kernel_h][kernel_w][in][out]` (as in Keras; from `PyTorch`'s `[out][in][d][h][w]` permute the axes by
/// `(2, 3, 4, 1, 0)`), bias `[out]`.
#[proc_macro]
pub fn conv3d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::Conv3d, tokens.into()).into()
}

/// A transposed convolution along one axis; see [`conv_transpose2d!`].
///
/// ```
/// use toeplitz::conv_transpose1d;
///
/// // Twice the sampling rate, between the samples their mean.
/// let double = conv_transpose1d!(in: 3x1, kernel: 3x1, stride: 2, padding: [1, 1], output_padding: 1, bias: false)(&[0.5, 1.0, 0.5]);
/// let mut output = [0.0; 6];
/// double.forward(&[2.0, 4.0, 8.0], &mut output);
/// assert_eq!(output, [2.0, 3.0, 4.0, 6.0, 8.0, 4.0]);
/// ```
///
/// `in` is length x channels, `kernel` length x output channels. All arrays are `f32`, flat and row-major: the input
/// `[length][in]`, the output `[length][out]`, weights `[kernel][out][in]` (as in Keras; from `PyTorch`'s `[in][out][kernel]`
/// permute the axes by `(2, 1, 0)`), bias `[out]`.
#[proc_macro]
pub fn conv_transpose1d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::ConvTranspose1d, tokens.into()).into()
}

/// A two-dimensional transposed convolution of known shape, also called fractionally strided, or deconvolution.
///
/// Its matrix is the transpose of that of a convolution from its output to its input: with a stride, it makes an image larger.
/// Zeros that a stride puts between the inputs are not multiplied.
///
/// ```
/// use toeplitz::conv_transpose2d;
///
/// conv_transpose2d! { pub struct Up < in: 4x4x8, kernel: 2x2x3, stride: 2 >; }
/// assert_eq!(Up::OUTPUT.to_string(), "8x8x3");
/// assert_eq!(Up::MACS, 8 * 8 * 8 * 3);
///
/// let up = Up::new(&[0.5; 2 * 2 * 3 * 8], &[0.0; 3]);
/// let mut output = [0.0; Up::OUTPUT.len()];
/// up.forward(&[1.0; Up::INPUT.len()], &mut output);
/// assert!(output.iter().all(|&value| value == 4.0));
/// ```
///
/// # Keys
///
/// | key | value | default |
/// | --- | --- | --- |
/// | `in` | height x width x channels of the input: `14x14x64` | required |
/// | `kernel` | height x width x output channels: `4x4x32` | required |
/// | `stride` | distance of neighbouring inputs in the output: `2`, or height x width `2x1` | `1` |
/// | `dilation` | distance of neighbouring taps: `2`, or height x width `2x1` | `1` |
/// | `padding` | `valid`, `same`, `same_lower`, or elements: `2`, `1x2`, `[1, 2]x[0, 1]` | `valid` |
/// | `output_padding` | elements added after the last output: `1`, or height x width `1x0` | `0` |
/// | `groups`, `bias`, `activation`, `unroll`, `crate` | as in [`conv2d!`] | |
///
/// Padding crops the output, by what the convolution in the other direction would pad. Along each axis:
///
/// - `valid` and numbers: the output has `(input - 1) * stride + (kernel - 1) * dilation + 1 + output_padding - before - after`
///   elements, as in `PyTorch`'s `ConvTranspose2d(padding=..., output_padding=...)` and ONNX `ConvTranspose`. The output padding
///   has to be smaller than the stride or the dilation.
/// - `same`: the output has `input * stride` elements, as in TensorFlow and Keras; where the kernel spans more than the stride, half
///   of the rest is cropped before, and half after, the odd element too. `same_lower`: the odd element before.
///
/// # Data
///
/// All arrays are `f32`, flat and row-major: the input `[in_h][in_w][in]`, the output `[out_h][out_w][out]`, weights
/// `[kernel_h][kernel_w][out / groups][in]` (as in Keras; from `PyTorch`'s `[in][out][h][w]` permute the axes by `(2, 3, 1, 0)`), bias
/// `[out]`. Input `i` and kernel element `k` meet at output `i * stride + k * dilation - before`; the kernel is not flipped.
#[proc_macro]
pub fn conv_transpose2d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::ConvTranspose2d, tokens.into()).into()
}

/// A transposed convolution along three axes; see [`conv_transpose2d!`].
///
/// ```
/// toeplitz::conv_transpose3d! { pub struct Up < in: 2x3x4x5, kernel: 2x2x2x3, stride: 2 >; }
/// assert_eq!(Up::OUTPUT.to_string(), "4x6x8x3");
/// ```
///
/// `in` is depth x height x width x channels, `kernel` depth x height x width x output channels. All arrays are `f32`, flat and
/// row-major: input and output `[depth][height][width][channels]`, weights `[kernel_d][kernel_h][kernel_w][out][in]` (from
/// `PyTorch`'s `[in][out][d][h][w]` permute the axes by `(2, 3, 4, 1, 0)`), bias `[out]`.
#[proc_macro]
pub fn conv_transpose3d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::ConvTranspose3d, tokens.into()).into()
}

/// A depthwise convolution along one axis; see [`depthwise_conv2d!`].
///
/// ```
/// use toeplitz::depthwise_conv1d;
///
/// // A difference of each of two channels.
/// let difference = depthwise_conv1d!(in: 4x2, kernel: 2, bias: false)(&[-1.0, -1.0, 1.0, 1.0]);
/// let mut output = [0.0; 6];
/// difference.forward(&[1.0, 10.0, 2.0, 20.0, 4.0, 40.0, 8.0, 80.0], &mut output);
/// assert_eq!(output, [1.0, 10.0, 2.0, 20.0, 4.0, 40.0]);
/// ```
///
/// `in` is length x channels, `kernel` a length, `padding` also `causal` as in [`conv1d!`]. Weights are
/// `[kernel][channels][multiplier]`.
#[proc_macro]
pub fn depthwise_conv1d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::DepthwiseConv1d, tokens.into()).into()
}

/// A two-dimensional depthwise convolution of known shape: each channel has kernels of its own, and meets no other channel.
///
/// ```
/// use toeplitz::depthwise_conv2d;
///
/// depthwise_conv2d! { pub struct Depthwise < in: 8x8x16, kernel: 3x3, padding: same, activation: relu6 >; }
/// assert_eq!(Depthwise::OUTPUT.to_string(), "8x8x16");
///
/// let layer = Depthwise::new(&[0.1; 3 * 3 * 16], &[0.0; 16]);
/// let mut output = [0.0; Depthwise::OUTPUT.len()];
/// layer.forward(&[1.0; Depthwise::INPUT.len()], &mut output);
/// ```
///
/// # Keys
///
/// | key | value | default |
/// | --- | --- | --- |
/// | `in` | height x width x channels of the input: `112x112x32` | required |
/// | `kernel` | height x width: `3x3` | required |
/// | `multiplier` | output channels of each input channel | `1` |
/// | `padding`, `stride`, `dilation`, `bias`, `activation`, `unroll`, `crate` | as in [`conv2d!`] | |
///
/// Output channel `c * multiplier + m` is made from input channel `c`. Weights are `f32`, flat and row-major,
/// `[kernel_h][kernel_w][channels][multiplier]`, as in Keras (from `PyTorch`'s `[channels * multiplier][1][h][w]`, a convolution
/// with `groups=channels`, permute the axes by `(2, 3, 0, 1)`).
#[proc_macro]
pub fn depthwise_conv2d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::DepthwiseConv2d, tokens.into()).into()
}

/// One-dimensional max pooling of known shape.
///
/// ```
/// use toeplitz::max_pool1d;
///
/// max_pool1d! { pub struct Peaks < in: 6x1, window: 3, stride: 1, padding: same >; }
/// let mut output = [0.0; 6];
/// Peaks::new().forward(&[1.0, 5.0, 2.0, 0.0, -1.0, -3.0], &mut output);
/// assert_eq!(output, [5.0, 5.0, 5.0, 2.0, 0.0, -1.0]);
/// ```
///
/// Keys and what they mean are those of [`max_pool2d!`], along one axis: `in` is length x channels, `window`, `stride` and
/// `dilation` one number, `padding` also `[before, after]`. Input and output are `[length][channels]`.
#[proc_macro]
pub fn max_pool1d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::MaxPool1d, tokens.into()).into()
}

/// Two-dimensional max pooling of known shape.
///
/// ```
/// use toeplitz::max_pool2d;
///
/// max_pool2d! { pub struct Pool1 < in: 4x4x2, window: 2x2 >; }
///
/// let input: [f32; 32] = std::array::from_fn(|at| at as f32);
/// let mut output = [0.0; 2 * 2 * 2];
/// Pool1::new().forward(&input, &mut output);
/// assert_eq!(output, [10.0, 11.0, 14.0, 15.0, 26.0, 27.0, 30.0, 31.0]);
///
/// // As an expression: a constructor without arguments, for a pool has no weights.
/// let overlapping = max_pool2d!(in: 4x4x2, window: 3x3, stride: 2, padding: same)();
/// overlapping.forward(&input, &mut output);
/// assert_eq!(output[0], 20.0);
/// ```
///
/// # Keys
///
/// | key | value | default |
/// | --- | --- | --- |
/// | `in` | height x width x channels of the input: `28x28x32` | required |
/// | `window` | height x width: `2x2` | required |
/// | `stride` | distance of neighbouring windows: `2`, or height x width `2x1` | the window's size |
/// | `padding` | `valid`, `same`, `same_lower`, or elements: `1`, `1x0`, `[0, 1]x[0, 1]` | `valid` |
/// | `dilation` | distance of neighbouring taps of a window: `2`, or height x width `2x1` | `1` |
/// | `unroll` | `auto`, `full`, `none` | `auto` |
/// | `crate` | path of the crate `toeplitz` | `::toeplitz` |
///
/// [`conv2d!`] says what the values mean. Input and output are `f32`, flat and row-major: `[in_h][in_w][channels]` and
/// `[out_h][out_w][channels]`. Padding never wins, also against negative numbers; so each window must hold at least one
/// element of the input, or the call is an error.
///
/// # NaN
///
/// Out of a window that holds a NaN comes the largest number of the window, or minus infinity if there is none, on x86 and in
/// scalar code; on ARM and WebAssembly, whose vector maximum is another, NaN may come. Other windows, and the other
/// channels of the same window, are not affected. Infinities are numbers like others; of `0.0` and `-0.0` either may win.
///
/// # Mistakes
///
/// ```compile_fail
/// // The first window would hold nothing but padding.
/// toeplitz::max_pool2d! { struct Pool1 < in: 4x4x1, window: 2x2, padding: 2x0 >; }
/// ```
///
/// ```text
/// error: along the height, window 0 holds nothing but padding and has no maximum: pad by at most 1 on either side, the window's extent less 1
/// ```
#[proc_macro]
pub fn max_pool2d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::MaxPool2d, tokens.into()).into()
}

/// Three-dimensional max pooling of known shape.
///
/// ```
/// use toeplitz::max_pool3d;
///
/// max_pool3d! { pub struct Pool < in: 4x4x4x2, window: 2x2x2 >; }
/// let input: [f32; 128] = std::array::from_fn(|at| at as f32);
/// let mut output = [0.0; 2 * 2 * 2 * 2];
/// Pool::new().forward(&input, &mut output);
/// assert_eq!(output[..2], [42.0, 43.0]);
/// ```
///
/// Keys and what they mean are those of [`max_pool2d!`], along three axes: `in` is depth x height x width x channels, `window`,
/// `stride` and `dilation` are depth x height x width. Input and output are `[depth][height][width][channels]`.
#[proc_macro]
pub fn max_pool3d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::MaxPool3d, tokens.into()).into()
}

/// Average pooling along one axis; see [`avg_pool2d!`].
///
/// ```
/// use toeplitz::avg_pool1d;
///
/// let smooth = avg_pool1d!(in: 4x1, window: 3, stride: 1, padding: same)();
/// let mut output = [0.0; 4];
/// smooth.forward(&[1.0, 2.0, 6.0, 4.0], &mut output);
/// assert_eq!(output, [1.5, 3.0, 4.0, 5.0]);
/// ```
#[proc_macro]
pub fn avg_pool1d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::AvgPool1d, tokens.into()).into()
}

/// Two-dimensional average pooling of known shape.
///
/// ```
/// use toeplitz::avg_pool2d;
///
/// avg_pool2d! { pub struct Pool < in: 2x2x1, window: 2x2 >; }
/// let mut output = [0.0];
/// Pool::new().forward(&[1.0, 2.0, 3.0, 6.0], &mut output);
/// assert_eq!(output, [3.0]);
/// ```
///
/// # Keys
///
/// Those of [`max_pool2d!`], with the same meaning and defaults, and
///
/// | key | value | default |
/// | --- | --- | --- |
/// | `count_include_pad` | `true`: a window's sum is divided by the window's size, padding counts as zeros, which is `PyTorch`'s default; `false`: by the number of its elements inside the input, as in TensorFlow, Keras and by default in ONNX | `false` |
#[proc_macro]
pub fn avg_pool2d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::AvgPool2d, tokens.into()).into()
}

/// Average pooling along three axes; see [`avg_pool2d!`].
///
/// ```
/// toeplitz::avg_pool3d! { pub struct Pool < in: 4x4x4x2, window: 2x2x2 >; }
/// assert_eq!(Pool::OUTPUT.to_string(), "2x2x2x2");
/// ```
#[proc_macro]
pub fn avg_pool3d(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::AvgPool3d, tokens.into()).into()
}

/// A dense (fully connected) layer of known shape.
///
/// ```
/// use toeplitz::dense;
///
/// dense! { pub struct Dense1 < in: 3, units: 2, activation: relu >; }
///
/// // `[in][out]`: one row an input.
/// let weights = [[1.0, -1.0], [2.0, -2.0], [3.0, -3.0]];
/// let mut output = [0.0; 2];
/// Dense1::new(weights.as_flattened().try_into().unwrap(), &[0.5, 0.5]).forward(&[1.0, 1.0, 1.0], &mut output);
/// assert_eq!(output, [6.5, 0.0]);
///
/// // As an expression, on the output of a convolution, which need not be flattened: it is flat.
/// let layer = dense!(in: 7x7x64, units: 10, bias: false)(&[0.01; 7 * 7 * 64 * 10]);
/// let mut scores = [0.0; 10];
/// layer.forward(&[1.0; 7 * 7 * 64], &mut scores);
/// ```
///
/// # Keys
///
/// | key | value | default |
/// | --- | --- | --- |
/// | `in` | any number of sizes, which are multiplied: `784` or `7x7x64` | required |
/// | `units` | number of outputs: `10` | required |
/// | `bias` | `true`: one value an output is added; `false`: none, and `new` takes none | `true` |
/// | `activation` | `none`, `relu`, `relu6`, `leaky_relu(0.1)` | `none` |
/// | `unroll` | `auto`, `full`, `none` | `auto` |
/// | `crate` | path of the crate `toeplitz` | `::toeplitz` |
///
/// [`conv2d!`] says what the values mean. Weights are `f32`, `[in][out]`, flat and row-major, as in Keras (`PyTorch` has
/// `[out][in]`: transpose). The inputs of a 7x7x64 feature map are in its own order, `[height][width][channels]`.
///
/// # Mistakes
///
/// ```compile_fail
/// // There is no `kernel` here, but `units`.
/// toeplitz::dense! { struct Dense1 < in: 784, kernel: 10 >; }
/// ```
#[proc_macro]
pub fn dense(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::expand(Operator::Dense, tokens.into()).into()
}

/// The code that another macro of this crate generates, formatted, as a `&'static str`.
///
/// For snapshot tests and for the curious. The call is written with its macro's name, in any brackets:
///
/// ```
/// let code: &str = toeplitz::source! { conv2d!< in: 4x4x1, kernel: 3x3x4, padding: same > };
/// assert!(code.contains("struct Conv2d"));
///
/// let named = toeplitz::source!(max_pool2d! { pub struct Pool1 < in: 4x4x2, window: 2x2 >; });
/// assert!(named.contains("pub struct Pool1"));
/// ```
///
/// The text is the same in every build with the same version of this crate; another version may generate other code. Mistakes
/// are reported as the macro itself would:
///
/// ```compile_fail
/// toeplitz::source! { conv2d!< in: 4x4x1 > };
/// ```
#[proc_macro]
pub fn source(tokens: TokenStream) -> TokenStream {
    toeplitz_codegen::source(tokens.into()).into()
}
