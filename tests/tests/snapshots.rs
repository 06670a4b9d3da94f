//! The plan in words for shapes that call for different plans, and the generated code of two tiny ones.
//!
//! A change of a plan shows here as a change of text. To accept it, having read it:
//! `INSTA_UPDATE=always cargo test -p toeplitz-tests --test snapshots`.

use insta::assert_snapshot;
use toeplitz::{
    Layer, adder2d, batch_norm, conv_transpose2d, conv1d, conv2d, conv3d, dense, log_softmax, max_pool2d,
    separable_conv2d, softmax, source,
};

/// A test that compares the plan of one operator with its snapshot, of the same name.
macro_rules! plan {
    ($name:ident, $operator:ident!< $($keys:tt)* ) => {
        #[test]
        fn $name() {
            $operator! { struct Operator < $($keys)*; }
            assert_snapshot!(stringify!($name), <Operator as Layer>::PLAN);
        }
    };
}

plan!(conv_28x28x1_5x5x32_same, conv2d!< in: 28x28x1, kernel: 5x5x32, padding: same >);
plan!(conv_28x28x1_5x5x32_same_exact, conv2d!< in: 28x28x1, kernel: 5x5x32, padding: same, accuracy: exact >);
plan!(conv_14x14x32_5x5x64_same, conv2d!< in: 14x14x32, kernel: 5x5x64, padding: same >);
plan!(conv_14x14x32_5x5x64_same_exact, conv2d!< in: 14x14x32, kernel: 5x5x64, padding: same, accuracy: exact >);
plan!(conv_8x8x16_3x3x16_same, conv2d!< in: 8x8x16, kernel: 3x3x16, padding: same >);
plan!(conv_56x56x64_1x1x256, conv2d!< in: 56x56x64, kernel: 1x1x256 >);
plan!(conv_224x224x3_7x7x64_same_stride_2, conv2d!< in: 224x224x3, kernel: 7x7x64, padding: same, stride: 2 >);
plan!(conv_512x512x1_3x3x1_same, conv2d!< in: 512x512x1, kernel: 3x3x1, padding: same, bias: false >);
plan!(conv_28x28x16_3x3x10_stride_2, conv2d!< in: 28x28x16, kernel: 3x3x10, stride: 2 >);
plan!(conv_16x16x4_3x3x8_dilation_2, conv2d!< in: 16x16x4, kernel: 3x3x8, padding: same, dilation: 2, activation: relu >);
plan!(conv_8x8x1_3x3x4_full, conv2d!< in: 8x8x1, kernel: 3x3x4, padding: full, unroll: none >);
plan!(conv_16000x1_80x64_stride_16, conv1d!< in: 16000x1, kernel: 80x64, stride: 16 >);
plan!(conv_16000x1_256x1_same, conv1d!< in: 16000x1, kernel: 256x1, padding: same >);
plan!(conv_4000x8_65x6_same_f64, conv1d!< in: 4000x8, kernel: 65x6, padding: same, dtype: f64 >);
plan!(conv_16x32x32x8_3x3x3x16, conv3d!< in: 16x32x32x8, kernel: 3x3x3x16, padding: same >);
plan!(conv_transpose_14x14x64_4x4x32, conv_transpose2d!< in: 14x14x64, kernel: 4x4x32, stride: 2, padding: 1 >);
plan!(separable_8x8x16_3x3x32_same, separable_conv2d!< in: 8x8x16, kernel: 3x3x32, padding: same >);
plan!(separable_8x8x16_3x3x32_same_channels_first, separable_conv2d!< in: 8x8x16, kernel: 3x3x32, padding: same, layout: nchw >);
plan!(adder_7x7x16_3x3x32_same, adder2d!< in: 7x7x16, kernel: 3x3x32, padding: same, bias: false >);
plan!(conv_28x28x1_5x5x32_same_f64, conv2d!< in: 28x28x1, kernel: 5x5x32, padding: same, dtype: f64 >);
plan!(conv_28x28x16_3x3x10_stride_2_f64, conv2d!< in: 28x28x16, kernel: 3x3x10, stride: 2, dtype: f64 >);
plan!(max_pool_28x28x32_2x2, max_pool2d!< in: 28x28x32, window: 2x2 >);
plan!(max_pool_9x9x3_3x3_same, max_pool2d!< in: 9x9x3, window: 3x3, padding: same, stride: 2 >);
plan!(batch_norm_7x7x64, batch_norm!< in: 7x7x64 >);
plan!(softmax_28x28x10, softmax!< in: 28x28x10 >);
plan!(log_softmax_28x28x10_channels_first, log_softmax!< in: 28x28x10, layout: nchw >);
plan!(dense_7x7x64_10, dense!< in: 7x7x64, units: 10 >);

/// Calls whose whole code is short enough to be read in a review, as `source!` and as text.
macro_rules! calls {
    ($($name:ident: $operator:ident! $body:tt)*) => {
        &[$((stringify!($name), source!($operator! $body), concat!(stringify!($operator), "!", stringify!($body)))),*]
    };
}

/// Name, what `source!` gives, and the call as text.
const SOURCES: &[(&str, &str, &str)] = calls! {
    source_max_pool: max_pool2d! { pub struct Pool < in: 2x2x1, window: 2x2 >; }
    source_softmax: softmax! { pub struct Softmax < in: 3 >; }
    source_conv: conv2d! { pub struct Conv < in: 3x3x1, kernel: 2x2x4 >; }
};

#[test]
fn generated_source() {
    for (name, source, _) in SOURCES {
        assert_snapshot!(*name, source);
    }
}

/// `source!` ran in the compiler, another process with other hash seeds.
#[test]
fn source_is_deterministic() {
    for (name, source, call) in SOURCES {
        for _ in 0..3 {
            assert_eq!(toeplitz_codegen::expand_source(call).as_deref(), Ok(*source), "{name}");
        }
    }
}

#[test]
fn network_summary() {
    toeplitz::network! {
        struct Network < in: 16x16x8, outputs: [scores, features] > {
            stem = conv2d!< kernel: 3x3x8, padding: same, activation: relu >;
            depthwise = depthwise_conv2d!< kernel: 3x3, padding: same >;
            pointwise = conv2d!< kernel: 1x1x8 >;
            sum = add!< stem, pointwise, activation: relu >;
            pooled = max_pool2d!< window: 2x2 >;
            small = conv2d!< sum, kernel: 2x2x4, stride: 2 >;
            features = concat!< pooled, small >;
            logits = dense!< units: 3 >;
            scores = softmax!<>;
        }
    }
    assert_snapshot!(Network::SUMMARY);
    assert_snapshot!("network_dot", Network::to_dot());
    assert_snapshot!("network_svg", Network::to_svg());
}

#[test]
fn network_source() {
    let code = source! {
        network! {
            pub struct Sum < in: 1x4 > {
                a = add!< in, in >;
                b = add!< a, in, activation: relu >;
                c = concat!< a, b >;
            }
        }
    };
    assert_snapshot!(code);
}
