//! Layers of all kinds without vectors: what every other test runs at the SIMD levels of this CPU, here in scalar code too.

use toeplitz::{
    Layer, Level, adder2d, avg_pool2d, batch_norm, conv_transpose2d, conv1d, conv2d, conv3d, dense, depthwise_conv2d,
    levels, max_pool2d, network, separable_conv2d, softmax, verify,
};

conv2d! { struct Walked < in: 9x11x2, kernel: 3x3x5, padding: same, activation: relu >; }
conv2d! { struct Streamed < in: 7x6x16, kernel: 3x2x17, stride: 2, activation: prelu >; }
conv2d! { struct Interleaved < in: 5x6x16, kernel: 3x3x3, padding: 1x2 >; }
conv2d! { struct Tiles < in: 9x10x16, kernel: 3x3x16, padding: same, algorithm: winograd >; }
conv2d! { struct AlongTheRow < in: 6x30x1, kernel: 3x3x2, padding: same, padding_mode: reflect >; }
conv2d! { struct ChannelsFirst < in: 8x9x8, kernel: 3x3x8, padding: same, groups: 2, layout: nchw, activation: silu >; }
conv2d! { struct Double < in: 8x9x5, kernel: 3x3x9, dilation: 2, dtype: f64, activation: gelu >; }
conv1d! { struct Causal < in: 30x4, kernel: 3x8, padding: causal, activation: tanh >; }
conv3d! { struct Volume < in: 4x5x6x3, kernel: 2x3x2x4 >; }
conv_transpose2d! { struct Up < in: 5x6x8, kernel: 3x3x6, stride: 2, padding: same >; }
depthwise_conv2d! { struct Depthwise < in: 9x8x21, kernel: 3x3, padding: same, activation: relu6 >; }
separable_conv2d! { struct Separable < in: 9x8x8, kernel: 3x3x12, padding: same >; }
adder2d! { struct Adder < in: 6x7x5, kernel: 3x3x8, padding: same >; }
max_pool2d! { struct MaxPool < in: 9x9x10, window: 3x3, stride: 2, padding: same >; }
avg_pool2d! { struct AvgPool < in: 9x9x10, window: 3x2, padding: 1 >; }
batch_norm! { struct Norm < in: 5x4x7, activation: hard_swish >; }
dense! { struct Dense < in: 70, units: 11, activation: elu >; }
softmax! { struct Softmax < in: 3x11 >; }

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

#[test]
fn layers_of_all_kinds_are_right_without_vectors() {
    check::<Walked>();
    check::<Streamed>();
    check::<Interleaved>();
    check::<Tiles>();
    check::<AlongTheRow>();
    check::<ChannelsFirst>();
    check::<Double>();
    check::<Causal>();
    check::<Volume>();
    check::<Up>();
    check::<Depthwise>();
    check::<Separable>();
    check::<Adder>();
    check::<MaxPool>();
    check::<AvgPool>();
    check::<Norm>();
    check::<Dense>();
    check::<Softmax>();
    check::<Network>();
}

fn check<L: Layer>() {
    assert!(levels().any(Level::is_fallback));
    println!("{}", verify::<L>().unwrap());
}
