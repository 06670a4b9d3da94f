//! Layers of networks whose kernels are known, and each a column times a row.
//!
//! The build script writes random ones. `verify` computes them with all weights as they are, at every SIMD level.

use toeplitz::{Algorithm, Layer, Operator, Work, network, verify};

/// A network of one layer, with weights of that name.
macro_rules! layers {
    ($($layer:ident $name:ident: $size:tt $operator:ident($($keys:tt)*);)*) => {$(
        network! {
            struct $layer < in: $size, weights: "$OUT_DIR/weights/factored.safetensors" > {
                $name = $operator!< $($keys)* >;
            }
        }
    )*};
}

layers! {
    Blur blur: 40x51x3 depthwise_conv2d(kernel: 7x7, padding: same);
    Edges edges: 61x47x1 conv2d(kernel: 5x9x4, padding: same, activation: relu);
    Single single: 45x64x1 conv2d(kernel: 11x7x1, padding: [3, 9]x[0, 4]);
    Wide wide: 31x40x20 depthwise_conv2d(kernel: 6x15, padding: same, activation: leaky_relu(0.5));
    Several several: 33x41x3 depthwise_conv2d(kernel: 7x8, multiplier: 2);
    Mirrored blur: 40x51x3 depthwise_conv2d(kernel: 7x7, padding: same, padding_mode: reflect);
    Strided wide: 61x80x20 depthwise_conv2d(kernel: 6x15, padding: same, stride: 1x2, dilation: 2x1);
    Small small: 40x40x8 depthwise_conv2d(kernel: 2x2);
    Nearly nearly: 40x51x3 depthwise_conv2d(kernel: 7x7, padding: same);
    Exact blur: 40x51x3 depthwise_conv2d(kernel: 7x7, padding: same, accuracy: exact);
    Direct edges: 61x47x1 conv2d(kernel: 5x9x4, padding: same, algorithm: direct);
}

network! {
    struct Planes < in: 40x51x3, layout: nchw, weights: "$OUT_DIR/weights/factored.safetensors", weights_layout: hwio > {
        blur = depthwise_conv2d!< kernel: 7x7, padding: same >;
    }
}

network! {
    struct Double < in: 40x51x3, dtype: f64, weights: "$OUT_DIR/weights/factored_f64.safetensors" > {
        blur = depthwise_conv2d!< kernel: 7x7, padding: same >;
    }
}

network! {
    /// What goes into a kernel's weights, and what is added to its outputs.
    struct Joined < in: 29x35x16, weights: "$OUT_DIR/weights/factored.safetensors" > {
        normed = depthwise_conv2d!< kernel: 9x7, padding: same >;
        norm = batch_norm!< activation: relu >;
        sum = add!< norm, in >;
        last = max_pool2d!< window: 2x2 >;
    }
}

/// How the first step of a network is computed.
fn algorithm<L: Layer>() -> Algorithm {
    let Operator::Network { steps, .. } = L::SPEC.operator else { unreachable!("a network has steps") };
    let Work::Layer(spec) = steps[0].work else { unreachable!("its first step is a layer") };
    spec.algorithm
}

macro_rules! tests {
    ($($test:ident $layer:ident $algorithm:ident;)*) => {$(
        #[test]
        fn $test() {
            assert_eq!(algorithm::<$layer>(), Algorithm::$algorithm, "{}", $layer::PLAN);
            assert_eq!($layer::PLAN.contains("a column times a row"), algorithm::<$layer>() == Algorithm::Factored);
            let report = verify::<$layer>().unwrap_or_else(|failure| panic!("{failure}\n{}", $layer::PLAN));
            assert!(report.levels.iter().all(|level| level.of_bound <= 1.0), "{report}");
        }
    )*};
}

tests! {
    channels_apart Blur Factored;
    one_channel_to_some Edges Factored;
    a_single_channel Single Factored;
    many_channels Wide Factored;
    several_outputs_each Several Factored;
    other_padding Mirrored Factored;
    strides_and_dilations Strided Factored;
    channels_in_front Planes Factored;
    in_f64 Double Factored;
    with_a_norm_and_a_sum Joined Factored;
    a_few_taps_are_done_as_they_are Small Direct;
    a_single_element_makes_the_difference Nearly Direct;
    exact_is_direct Exact Direct;
    direct_is_direct Direct Direct;
}
