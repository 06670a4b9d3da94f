//! Layers of all kinds, small, each with something to go wrong: sizes that no vector divides, padding on one side, odd strides.
//!
//! Goes out: what checks each of them. Must not know: levels, or what is done with a report.

use toeplitz::verify::{Failure, Report};
use toeplitz::{
    adder2d, avg_pool1d, avg_pool2d, avg_pool3d, batch_norm, conv_transpose1d, conv_transpose2d, conv_transpose3d,
    conv1d, conv2d, conv3d, dense, depthwise_conv1d, depthwise_conv2d, global_avg_pool, global_max_pool, log_softmax,
    max_pool1d, max_pool2d, max_pool3d, network, separable_conv2d, softmax, verify,
};

conv2d! { struct Walked < in: 9x11x2, kernel: 3x3x5, padding: same, activation: relu >; }
conv2d! { struct Streamed < in: 7x6x16, kernel: 3x2x17, stride: 2, activation: prelu >; }
conv2d! { struct Interleaved < in: 5x6x16, kernel: 3x3x3, padding: 1x2 >; }
conv2d! { struct Tiles < in: 9x10x16, kernel: 3x3x16, padding: same, algorithm: winograd >; }
conv2d! { struct TilesInFront < in: 7x11x8, kernel: 3x5x8, padding: same, layout: nchw, dtype: f64, algorithm: winograd >; }
conv2d! { struct TilesOfRows < in: 9x14x3, kernel: 5x5x16, padding: same, stride: 1x2, algorithm: winograd >; }
conv2d! { struct TilesOfRowsInFront < in: 9x11x2, kernel: 4x7x9, padding: same, layout: nchw, dtype: f64, algorithm: winograd >; }
conv1d! { struct TilesOfALine < in: 23x16, kernel: 5x16, algorithm: winograd >; }
conv1d! { struct Blocks < in: 301x2, kernel: 65x3, padding: causal, algorithm: fft >; }
conv2d! { struct AlongTheRow < in: 6x30x1, kernel: 3x3x2, padding: same, padding_mode: reflect >; }
conv2d! { struct ChannelsFirst < in: 8x9x8, kernel: 3x3x8, padding: same, groups: 2, layout: nchw, activation: silu >; }
conv2d! { struct Double < in: 8x9x5, kernel: 3x3x9, dilation: 2, dtype: f64, activation: gelu >; }
conv1d! { struct Causal < in: 30x4, kernel: 3x8, padding: causal, activation: tanh >; }
conv3d! { struct Volume < in: 4x5x6x3, kernel: 2x3x2x4, activation: leaky_relu(0.1) >; }
conv_transpose1d! { struct UpLine < in: 9x5, kernel: 4x7, stride: 3, padding: 1, output_padding: 1, activation: hard_sigmoid >; }
conv_transpose2d! { struct Up < in: 5x6x8, kernel: 3x3x6, stride: 2, padding: same >; }
conv_transpose3d! { struct UpVolume < in: 3x2x4x3, kernel: 2x3x2x5, stride: 1x2x1, activation: gelu(tanh) >; }
depthwise_conv1d! { struct DepthwiseLine < in: 17x9, kernel: 4, padding: same, multiplier: 2, activation: sigmoid >; }
depthwise_conv2d! { struct Depthwise < in: 9x8x21, kernel: 3x3, padding: same, activation: relu6 >; }
separable_conv2d! { struct Separable < in: 9x8x8, kernel: 3x3x12, padding: same >; }
adder2d! { struct Adder < in: 6x7x5, kernel: 3x3x8, padding: same >; }
max_pool1d! { struct MaxLine < in: 19x6, window: 3, stride: 2, padding: 1 >; }
max_pool2d! { struct MaxPool < in: 9x9x10, window: 3x3, stride: 2, padding: same >; }
max_pool3d! { struct MaxVolume < in: 5x4x6x3, window: 2x3x2 >; }
avg_pool1d! { struct AvgLine < in: 19x6, window: 3, padding: same >; }
avg_pool2d! { struct AvgPool < in: 9x9x10, window: 3x2, padding: 1 >; }
avg_pool3d! { struct AvgVolume < in: 5x4x6x3, window: 2x3x2 >; }
global_max_pool! { struct Largest < in: 6x5x13 >; }
global_avg_pool! { struct Mean < in: 6x5x13 >; }
batch_norm! { struct Norm < in: 5x4x7, activation: hard_swish >; }
dense! { struct Dense < in: 70, units: 11, activation: elu >; }
softmax! { struct Softmax < in: 3x11 >; }
log_softmax! { struct LogSoftmax < in: 3x11 >; }

network! {
    struct Network < in: 33x37x8 > {
        stem = conv2d!< kernel: 1x1x24 >;
        dw = depthwise_conv2d!< kernel: 3x3, padding: same >;
        pw = conv2d!< kernel: 1x1x24 >;
        sum = add!< pw, stem, activation: relu >;
        pool = max_pool2d!< window: 2x2 >;
        logits = dense!< units: 3 >;
    }
}

/// Runs a layer at every level.
pub(crate) type Check = fn() -> Result<Report, Failure>;

/// What checks each layer.
pub(crate) const CHECKS: &[Check] = &[
    verify::<Walked>,
    verify::<Streamed>,
    verify::<Interleaved>,
    verify::<Tiles>,
    verify::<TilesInFront>,
    verify::<TilesOfRows>,
    verify::<TilesOfRowsInFront>,
    verify::<TilesOfALine>,
    verify::<Blocks>,
    verify::<AlongTheRow>,
    verify::<ChannelsFirst>,
    verify::<Double>,
    verify::<Causal>,
    verify::<Volume>,
    verify::<UpLine>,
    verify::<Up>,
    verify::<UpVolume>,
    verify::<DepthwiseLine>,
    verify::<Depthwise>,
    verify::<Separable>,
    verify::<Adder>,
    verify::<MaxLine>,
    verify::<MaxPool>,
    verify::<MaxVolume>,
    verify::<AvgLine>,
    verify::<AvgPool>,
    verify::<AvgVolume>,
    verify::<Largest>,
    verify::<Mean>,
    verify::<Norm>,
    verify::<Dense>,
    verify::<Softmax>,
    verify::<LogSoftmax>,
    fused,
];

/// A network some of whose steps are done together.
fn fused() -> Result<Report, Failure> {
    assert!(Network::SUMMARY.contains("done together"), "{}", Network::SUMMARY);
    verify::<Network>()
}
