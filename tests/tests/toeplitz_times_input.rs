//! The claim of the name: a layer is its Toeplitz matrix times the flattened input, plus bias.
//!
//! Weights and inputs are small integers, so that every sum is exact in `f32` and must be equal in any order. The
//! layout constant of each layer is also compared with the one that codegen works out from integers, and the output with
//! the reference: matrix and `forward` come from one layout, and would agree on a mistake in it.

use ndarray::{Array1, Array2};
use toeplitz::{
    Channels, DataFormat, Layer, PaddingMode, Toeplitz, WeightOrder, conv_transpose1d, conv_transpose2d, conv1d,
    conv2d, conv3d, dense, depthwise_conv1d, depthwise_conv2d, max_pool2d,
};
use toeplitz_codegen::{layout, operation};

/// Integers of -8 to 8 without a pattern (a linear congruential generator).
fn integers<const N: usize>(seed: u32) -> [f32; N] {
    let mut state = seed;
    std::array::from_fn(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from((state >> 24) as u8 % 17) - 8.0
    })
}

/// `bias`, one value a channel, for every output.
fn repeated(bias: &[f32], outputs: usize, format: DataFormat) -> Array1<f32> {
    let zero = [0.0];
    let bias = if bias.is_empty() { &zero } else { bias };
    let pixels = outputs / bias.len();
    let channel = |output: usize| match format {
        DataFormat::ChannelsLast => output % bias.len(),
        DataFormat::ChannelsFirst => output / pixels,
    };
    (0..outputs).map(|output| bias[channel(output)]).collect()
}

/// Codegen's layout of a convolution or dense layer (or pool, with `Inner::Max`) whose padding the test worked out.
fn from_integers<const N: usize>(
    toeplitz: &Toeplitz<N>,
    windows: [operation::Axis; N],
    inner: operation::Inner,
) -> layout::Toeplitz {
    layout::Toeplitz::new(&operation::Operation {
        axes: windows.to_vec(),
        in_channels: toeplitz.channels.input(),
        out_channels: toeplitz.channels.output(),
        groups: if let Channels::Grouped { groups, .. } = toeplitz.channels { groups } else { 1 },
        inner,
        transposed: toeplitz.order == WeightOrder::OutIn,
        bias: false,
        epsilon: None,
        activation: operation::Activation::None,
        unroll: operation::Unroll::Auto,
        format: match toeplitz.format {
            DataFormat::ChannelsLast => operation::DataFormat::ChannelsLast,
            DataFormat::ChannelsFirst => operation::DataFormat::ChannelsFirst,
        },
        element: operation::Element::F32,
        norm: None,
        sum: None,
        asked: toeplitz_codegen::choice::Asked::default(),
        algorithm: operation::Algorithm::Auto,
        then: None,
    })
}

/// Both layouts say the same.
fn assert_same<const N: usize>(constant: &Toeplitz<N>, derived: &layout::Toeplitz) {
    let channels = match constant.channels {
        Channels::Dense { .. } => layout::Channels::Dense,
        Channels::Grouped { groups, .. } => layout::Channels::Grouped(groups),
        Channels::Diagonal(_) => layout::Channels::Diagonal,
    };
    assert_eq!(derived.channels, channels);
    assert_eq!(constant.channels.input(), derived.in_channels);
    assert_eq!(constant.channels.output(), derived.out_channels);
    assert_eq!(constant.nnz(), derived.nnz());
    assert_eq!(constant.bands.len(), derived.bands.len());
    for (band, derived) in constant.bands.iter().zip(&derived.bands) {
        let runs = band.runs.iter().map(|run| layout::Run {
            start: run.start,
            step: run.step,
            len: run.len,
            advance: run.advance,
            taps: run.taps.iter().map(|tap| layout::Tap { kernel: tap.kernel, input: tap.input }).collect(),
        });
        let (input, output, kernel) = (band.input, band.output, band.kernel);
        // What the constant does not say is taken over.
        assert_eq!(&layout::Band { input, output, kernel, runs: runs.collect(), ..derived.clone() }, derived);
    }
}

/// An axis in the order in which the tests write it: input, kernel, stride, dilation, padding before, output.
fn axis([input, kernel, stride, dilation, pad_before, output]: [usize; 6]) -> operation::Axis {
    operation::Axis {
        input,
        kernel,
        stride,
        dilation,
        pad_before,
        output,
        overhang: 0,
        mode: operation::PaddingMode::Zeros,
    }
}

/// As [`axis`], padded by a mode.
fn padded(numbers: [usize; 6], mode: PaddingMode) -> operation::Axis {
    let mode = match mode {
        PaddingMode::Zeros => operation::PaddingMode::Zeros,
        PaddingMode::Reflect => operation::PaddingMode::Reflect,
        PaddingMode::Replicate => operation::PaddingMode::Replicate,
        PaddingMode::Circular => operation::PaddingMode::Circular,
    };
    operation::Axis { mode, ..axis(numbers) }
}

/// What the reference gives, which knows no layout; every value is an integer that `f32` has.
fn reference<L: Layer>(weights: &[f32], bias: &[f32], input: &[f32]) -> Vec<f32> {
    let output = toeplitz::reference::forward(&L::SPEC, weights, bias, input).expect("buffers of the right lengths");
    output.values.into_iter().map(|value| value as f32).collect()
}

/// What each output is the largest of: the inputs at the non-zeros of its row.
fn largest(matrix: &Array2<f32>, input: &[f32]) -> Vec<f32> {
    let row = |row: ndarray::ArrayView1<'_, f32>| {
        let met = row.iter().zip(input).filter(|(element, _)| **element > 0.0);
        met.map(|(_, &input)| input).fold(f32::NEG_INFINITY, f32::max)
    };
    matrix.rows().into_iter().map(row).collect()
}

/// A test for a layer that adds up: its matrix times the input, plus bias, is what `forward` gives.
macro_rules! sums {
    ($name:ident, $new:expr, $activation:expr, [$($axis:expr),*], $macro:ident < $($keys:tt)*) => {
        #[test]
        fn $name() {
            $macro! { struct Layer < $($keys)*; }
            let new: fn(&_, &_) -> Layer = $new;
            let weights = integers::<{ Layer::TOEPLITZ.weights() }>(1);
            let bias = integers::<{ Layer::TOEPLITZ.channels.output() }>(2);
            let (input, mut output) = (integers::<{ Layer::INPUT.len() }>(3), [f32::NAN; Layer::OUTPUT.len()]);
            let layer = new(&weights, &bias);
            layer.forward(&input, &mut output);

            let matrix = Layer::TOEPLITZ.to_dense(&weights).expect("as many weights as the layout has");
            assert_eq!(matrix.dim(), (Layer::OUTPUT.len(), Layer::INPUT.len()));
            let places = || Layer::TOEPLITZ.iter().map(|entry| (entry.row, entry.col));
            assert!(places().is_sorted());
            assert_eq!(places().count() as u64, Layer::TOEPLITZ.nnz());
            let bias: &[f32] = if <Layer as toeplitz::Layer>::SPEC.bias { &bias } else { &[] };
            let product = matrix.dot(&Array1::from(input.to_vec())) + repeated(bias, output.len(), Layer::TOEPLITZ.format);
            let activation: fn(f32) -> f32 = $activation;
            assert_eq!(output.to_vec(), product.mapv(activation).to_vec());

            assert_eq!(output.to_vec(), reference::<Layer>(&weights, bias, &input));

            let axes = [$(padded($axis, <Layer as toeplitz::Layer>::SPEC.padding_mode)),*];
            let derived = from_integers(&Layer::TOEPLITZ, axes, operation::Inner::MultiplyAdd);
            assert_same(&Layer::TOEPLITZ, &derived);
        }
    };
}

/// A test for a pool: its matrix says which inputs an output is the largest of.
macro_rules! maxima {
    ($name:ident, [$($axis:expr),*], $($keys:tt)*) => {
        #[test]
        fn $name() {
            max_pool2d! { struct Layer < $($keys)*; }
            let (input, mut output) = (integers::<{ Layer::INPUT.len() }>(3), [f32::NAN; Layer::OUTPUT.len()]);
            Layer::new().forward(&input, &mut output);
            let matrix = Layer::TOEPLITZ.to_dense(&[]).expect("a pool has no weights");
            assert_eq!(output.to_vec(), largest(&matrix, &input));
            assert_eq!(output.to_vec(), reference::<Layer>(&[], &[], &input));
            assert_same(&Layer::TOEPLITZ, &from_integers(&Layer::TOEPLITZ, [$(axis($axis)),*], operation::Inner::Max));
        }
    };
}

sums!(same, Layer::new, |x| x, [[9, 3, 1, 1, 1, 9], [8, 5, 1, 1, 2, 8]],
    conv2d < in: 9x8x3, kernel: 3x5x16, padding: same, accuracy: exact >);
sums!(valid, Layer::new, |x| x, [[7, 3, 1, 1, 0, 5], [6, 2, 1, 1, 0, 5]],
    conv2d < in: 7x6x8, kernel: 3x2x17 >);
sums!(same_with_stride, Layer::new, |x| x, [[8, 3, 2, 1, 0, 4], [10, 3, 3, 1, 1, 4]],
    conv2d < in: 8x10x4, kernel: 3x3x8, padding: same, stride: 2x3 >);
sums!(same_lower_with_stride, Layer::new, |x| x, [[8, 3, 2, 1, 1, 4], [10, 4, 2, 1, 1, 5]],
    conv2d < in: 8x10x2, kernel: 3x4x5, padding: same_lower, stride: 2 >);
sums!(dilated, Layer::new, |x| x, [[9, 3, 1, 2, 2, 9], [9, 2, 1, 3, 1, 9]],
    conv2d < in: 9x9x3, kernel: 3x2x4, padding: same, dilation: 2x3 >);
sums!(full, Layer::new, |x| x, [[4, 3, 1, 1, 2, 6], [5, 2, 1, 1, 1, 6]],
    conv2d < in: 4x5x1, kernel: 3x2x10, padding: full >);
sums!(asymmetric, Layer::new, |x| x, [[6, 3, 1, 1, 0, 6], [6, 3, 1, 1, 3, 8]],
    conv2d < in: 6x6x7, kernel: 3x3x3, padding: [0, 2]x[3, 1] >);
sums!(windows_in_padding, Layer::new, |x| x, [[3, 2, 2, 1, 4, 5], [3, 2, 2, 1, 4, 5]],
    conv2d < in: 3x3x2, kernel: 2x2x4, padding: 4, stride: 2 >);
sums!(along_the_row, Layer::new, |x| x, [[5, 3, 1, 1, 1, 5], [40, 3, 1, 1, 1, 40]],
    conv2d < in: 5x40x1, kernel: 3x3x1, padding: same >);
sums!(along_the_row_with_stride, Layer::new, |x| x, [[5, 3, 2, 1, 1, 3], [41, 3, 2, 1, 1, 21]],
    conv2d < in: 5x41x3, kernel: 3x3x2, padding: 1, stride: 2 >);
sums!(pointwise, Layer::new, |x| x, [[5, 1, 1, 1, 0, 5], [7, 1, 1, 1, 0, 7]],
    conv2d < in: 5x7x12, kernel: 1x1x24 >);
sums!(unrolled, Layer::new, |x| x, [[4, 3, 1, 1, 1, 4], [4, 3, 1, 1, 1, 4]],
    conv2d < in: 4x4x1, kernel: 3x3x4, padding: same, unroll: full >);
sums!(looped_with_relu, Layer::new, |x| x.max(0.0), [[6, 3, 1, 1, 1, 6], [6, 3, 1, 1, 1, 6]],
    conv2d < in: 6x6x5, kernel: 3x3x8, padding: same, activation: relu, unroll: none >);
sums!(without_bias, |weights, _: &[f32; 8]| Layer::new(weights), |x| x, [[6, 3, 1, 1, 0, 4], [6, 3, 1, 1, 0, 4]],
    conv2d < in: 6x6x3, kernel: 3x3x8, bias: false >);
sums!(one_axis, Layer::new, |x| x, [[20, 5, 3, 2, 4, 7]],
    conv1d < in: 20x3, kernel: 5x17, padding: [4, 3], stride: 3, dilation: 2 >);
sums!(three_axes, Layer::new, |x| x, [[3, 2, 1, 1, 0, 3], [4, 3, 2, 1, 0, 2], [5, 3, 1, 1, 1, 5]],
    conv3d < in: 3x4x5x2, kernel: 2x3x3x5, padding: same, stride: 1x2x1 >);
sums!(transposed_along_one_axis, Layer::new, |x| x, [[7, 4, 3, 2, 2, 22]],
    conv_transpose1d < in: 7x3, kernel: 4x5, stride: 3, dilation: 2, padding: [2, 2], output_padding: 1 >);
sums!(transposed, Layer::new, |x| x, [[4, 3, 2, 1, 0, 8], [5, 5, 2, 1, 1, 10]],
    conv_transpose2d < in: 4x5x4, kernel: 3x5x9, stride: 2, padding: same >);
sums!(transposed_without_stride, Layer::new, |x| x, [[4, 3, 1, 2, 1, 6], [5, 2, 1, 1, 0, 5]],
    conv_transpose2d < in: 4x5x2, kernel: 3x2x3, dilation: 2x1, padding: [1, 1]x[0, 1] >);
sums!(grouped, Layer::new, |x| x, [[6, 3, 1, 1, 1, 6], [7, 3, 2, 1, 1, 4]],
    conv2d < in: 6x7x12, kernel: 3x3x18, padding: same, stride: 1x2, groups: 3 >);
sums!(grouped_and_transposed, Layer::new, |x| x, [[4, 3, 2, 1, 0, 8], [5, 2, 2, 1, 0, 10]],
    conv_transpose2d < in: 4x5x8, kernel: 3x2x6, stride: 2, padding: same, groups: 2 >);
sums!(depthwise, Layer::new, |x| x, [[6, 3, 1, 1, 1, 6], [7, 3, 1, 1, 1, 7]],
    depthwise_conv2d < in: 6x7x21, kernel: 3x3, padding: same >);
sums!(depthwise_with_multiplier, Layer::new, |x| x, [[9, 3, 2, 1, 0, 4]],
    depthwise_conv1d < in: 9x5, kernel: 3, stride: 2, multiplier: 3 >);
sums!(channels_first, Layer::new, |x| x, [[8, 3, 2, 1, 0, 4], [10, 3, 1, 1, 1, 10]],
    conv2d < in: 8x10x4, kernel: 3x3x18, padding: same, stride: 2x1, layout: nchw >);
sums!(channels_first_grouped, Layer::new, |x| x, [[6, 3, 1, 1, 1, 6], [7, 3, 2, 1, 1, 4]],
    conv2d < in: 6x7x12, kernel: 3x3x18, padding: same, stride: 1x2, groups: 3, layout: nchw >);
sums!(channels_first_transposed, Layer::new, |x| x, [[4, 3, 2, 1, 0, 8], [5, 2, 2, 1, 0, 10]],
    conv_transpose2d < in: 4x5x8, kernel: 3x2x6, stride: 2, padding: same, groups: 2, layout: nchw >);
sums!(channels_first_depthwise, Layer::new, |x| x, [[6, 3, 1, 1, 1, 6], [17, 3, 1, 1, 1, 17]],
    depthwise_conv2d < in: 6x17x5, kernel: 3x3, padding: same, multiplier: 2, layout: nchw >);
sums!(channels_first_three_axes, Layer::new, |x| x, [[3, 2, 1, 1, 0, 3], [4, 3, 2, 1, 0, 2], [5, 3, 1, 1, 1, 5]],
    conv3d < in: 3x4x5x2, kernel: 2x3x3x5, padding: same, stride: 1x2x1, layout: nchw >);
sums!(circular, Layer::new, |x| x, [[5, 3, 1, 1, 1, 5], [6, 5, 1, 1, 2, 6]],
    conv2d < in: 5x6x3, kernel: 3x5x16, padding: same, padding_mode: circular >);
sums!(reflect_with_stride, Layer::new, |x| x, [[7, 3, 2, 1, 1, 4], [20, 5, 2, 1, 2, 10]],
    conv2d < in: 7x20x4, kernel: 3x5x6, padding: 1x2, stride: 2, padding_mode: reflect, layout: nchw >);
sums!(replicate_far_out, Layer::new, |x| x, [[3, 4, 1, 2, 9, 14]],
    conv1d < in: 3x4, kernel: 4x9, padding: [9, 8], dilation: 2, padding_mode: replicate >);
sums!(circular_in_groups, Layer::new, |x| x, [[2, 3, 1, 1, 1, 2], [3, 3, 1, 1, 1, 3], [4, 3, 1, 1, 1, 4]],
    conv3d < in: 2x3x4x6, kernel: 3x3x3x4, padding: same, groups: 2, padding_mode: circular >);
sums!(dense_layer, Layer::new, |x| x, [], dense < in: 3x4x5, units: 10 >);
sums!(dense_with_relu6, Layer::new, |x| x.clamp(0.0, 6.0), [],
    dense < in: 37, units: 3, activation: relu6 >);

maxima!(pool, [[6, 2, 2, 1, 0, 3], [8, 2, 2, 1, 0, 4]], in: 6x8x16, window: 2x2 >);
maxima!(channels_first_pool, [[6, 2, 2, 1, 0, 3], [19, 2, 2, 1, 0, 9]],
    in: 6x19x6, window: 2x2, layout: nchw >);
maxima!(overlapping_pool, [[7, 3, 2, 1, 1, 4], [6, 2, 1, 2, 1, 6]],
    in: 7x6x5, window: 3x2, padding: [1, 1]x[1, 1], stride: 2x1, dilation: 1x2 >);
