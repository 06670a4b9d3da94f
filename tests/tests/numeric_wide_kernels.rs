//! Kernels so wide that border columns are looped over: random ones, written by the build script, and one of each kind of plan;
//! verified at every SIMD level.

use toeplitz::{conv1d, conv2d, dense, max_pool2d};

include!(concat!(env!("OUT_DIR"), "/numeric_wide_kernels.rs"));

/// Verifies `L`, whose plan has to have columns that are looped over.
fn check_looped<L: toeplitz::Layer>() {
    assert!(L::PLAN.contains("one by one, in a loop over their taps"), "{}", L::PLAN);
    check::<L>(L::PLAN);
}

#[test]
fn borders_of_a_streamed_plan() {
    conv2d! { struct Streamed < in: 24x40x6, kernel: 9x11x20, padding: full, dilation: 3 >; }
    check_looped::<Streamed>();
}

#[test]
fn interleaved_inputs() {
    conv2d! { struct Interleaved < in: 3x90x16, kernel: 3x61x10, padding: same >; }
    check_looped::<Interleaved>();
}

#[test]
fn borders_of_a_plan_along_the_row() {
    conv2d! { struct Along < in: 5x300x1, kernel: 1x99x4, padding: same, stride: 1x2 >; }
    check_looped::<Along>();
}

/// Verifies `L`, which runs along the row and whose kernel row is too long to be written out.
fn check_long<L: toeplitz::Layer>() {
    assert!(L::PLAN.contains("along the row, "), "{}", L::PLAN);
    check::<L>(L::PLAN);
}

#[test]
fn kernel_rows_in_turns_along_the_row() {
    conv1d! { struct Long < in: 401x1, kernel: 133x1, algorithm: direct >; }
    check_long::<Long>();
    conv1d! { struct Strided < in: 390x3, kernel: 47x4, stride: 2, dilation: 3, dtype: f64 >; }
    check_long::<Strided>();
    conv2d! { struct Apart < in: 3x290x2, kernel: 1x113x3, layout: nchw, algorithm: direct, activation: relu >; }
    check_long::<Apart>();
}

#[test]
fn no_column_meets_every_tap() {
    conv2d! { struct Beyond < in: 2x70x3, kernel: 1x140x2, padding: full, bias: false, algorithm: direct >; }
    check_looped::<Beyond>();
}

#[test]
fn a_window_of_the_whole_input() {
    max_pool2d! { struct Whole < in: 50x50x35, window: 50x50, padding: same, stride: 3 >; }
    check_looped::<Whole>();
}

#[test]
fn a_dense_layer_has_no_columns_to_loop_over() {
    dense! { struct Dense < in: 40x50x3, units: 7 >; }
    assert!(!Dense::PLAN.contains("one by one"));
    check::<Dense>(Dense::PLAN);
}
