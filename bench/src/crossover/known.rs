//! Layers around the crossovers of plans that look at known weights.
//!
//! Goes out: cases. Must not know: what is measured.
//!
//! The build script makes the weights. Kernels that are a column times a row are compared with two layers, whether or not the plan makes two of
//! one. Lists of what is not zero are not to be had where the plan does not take them: a layer is compared with one without zeros.

use toeplitz::{Algorithm, Layer, Operator, Work, depthwise_conv2d, network};

use super::Case;

/// A case for each depthwise convolution of a kernel that is a column times a row.
macro_rules! factored {
    ($($module:ident $kernel:ident: $size:tt $square:tt $row:tt $column:tt;)*) => {
        $(mod $module {
            use super::{depthwise_conv2d, network};
            depthwise_conv2d! { pub struct Direct < in: $size, kernel: $square, padding: same, bias: false >; }
            network! {
                pub struct Both < in: $size > {
                    across = depthwise_conv2d!< kernel: $row, padding: same, bias: false >;
                    down = depthwise_conv2d!< kernel: $column, padding: same, bias: false >;
                }
            }
            network! {
                pub struct Auto < in: $size, weights: "$OUT_DIR/crossover.safetensors" > {
                    $kernel = depthwise_conv2d!< kernel: $square, padding: same, bias: false >;
                }
            }
        })*

        fn factored() -> Vec<Case> {
            vec![$(
                Case::new::<$module::Direct, $module::Both, _, _, _, _>(
                    "factored",
                    concat!("in: ", stringify!($size), ", kernel: ", stringify!($square), ", depthwise"),
                    is_factored::<$module::Auto>(),
                )
            ),*]
        }
    };
}

/// Whether the first step of a network is done as two.
fn is_factored<L: Layer>() -> bool {
    let Operator::Network { steps, .. } = L::SPEC.operator else { return false };
    matches!(steps[0].work, Work::Layer(spec) if spec.algorithm == Algorithm::Factored)
}

/// A case for each layer with so many of a hundred blocks zeros, beside one without any.
macro_rules! sparse {
    ($($module:ident $dense:ident $kernel:ident: $size:tt $operator:ident($($keys:tt)*);)*) => {
        $(mod $module {
            use toeplitz::network;
            network! {
                pub struct Dense < in: $size, weights: "$OUT_DIR/crossover.safetensors" > {
                    $dense = $operator!< $($keys)*, bias: false >;
                }
            }
            network! {
                pub struct Pruned < in: $size, weights: "$OUT_DIR/crossover.safetensors" > {
                    $kernel = $operator!< $($keys)*, bias: false >;
                }
            }
        })*

        fn sparse() -> Vec<Case> {
            vec![$(
                Case::new::<$module::Dense, $module::Pruned, _, _, _, _>(
                    "sparse",
                    concat!(stringify!($kernel), " in: ", stringify!($size), ", ", stringify!($($keys)*)),
                    $module::Pruned::PLAN.contains("sparse: "),
                )
            ),*]
        }
    };
}

factored! {
    outer1 outer3x1: 512x512x1 3x3 1x3 3x1;
    outer2 outer5x1: 512x512x1 5x5 1x5 5x1;
    outer3 outer7x1: 512x512x1 7x7 1x7 7x1;
    outer4 outer3x3: 128x128x3 3x3 1x3 3x1;
    outer5 outer5x3: 128x128x3 5x5 1x5 5x1;
    outer6 outer7x3: 128x128x3 7x7 1x7 7x1;
    outer7 outer15x3: 128x128x3 15x15 1x15 15x1;
    outer8 outer3x32: 112x112x32 3x3 1x3 3x1;
    outer9 outer5x32: 112x112x32 5x5 1x5 5x1;
    outer10 outer7x32: 112x112x32 7x7 1x7 7x1;
    outer11 outer3x32: 28x28x32 3x3 1x3 3x1;
    outer12 outer5x32: 28x28x32 5x5 1x5 5x1;
    outer13 outer7x32: 28x28x32 7x7 1x7 7x1;
}

sparse! {
    zeros1 mid0 mid60: 14x14x32 conv2d(kernel: 5x5x64, padding: same, algorithm: direct);
    zeros2 mid0 mid70: 14x14x32 conv2d(kernel: 5x5x64, padding: same, algorithm: direct);
    zeros3 mid0 mid80: 14x14x32 conv2d(kernel: 5x5x64, padding: same, algorithm: direct);
    zeros4 point0 point60: 14x14x64 conv2d(kernel: 1x1x128);
    zeros5 point0 point70: 14x14x64 conv2d(kernel: 1x1x128);
    zeros6 point0 point80: 14x14x64 conv2d(kernel: 1x1x128);
    zeros7 units0 units60: 1024 dense(units: 512);
    zeros8 units0 units70: 1024 dense(units: 512);
    zeros9 units0 units80: 1024 dense(units: 512);
}

/// All of them.
pub fn all() -> Vec<Case> {
    factored().into_iter().chain(sparse()).collect()
}
