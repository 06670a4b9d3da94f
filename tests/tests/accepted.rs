//! What is accepted: every key and every spelling, and what messages say to write.
#![expect(clippy::float_cmp, reason = "sums of small integers and halves are exact")]
#![expect(clippy::large_stack_arrays, reason = "100 kB, in a test")]

use toeplitz::{conv1d, conv2d, conv3d, dense, max_pool2d, max_pool3d};

conv2d! {
    /// The attributes and the visibility are the user's.
    #[derive(Clone)]
    pub(crate) struct Conv1 < in: 28x28x1, kernel: 5x5x32, padding: same, stride: 1, activation: relu, accuracy: exact >;
}
conv2d! { struct Spaced < in: 8 x 8 x 2, kernel: 3 x3 x 4, padding: [1, 2] x [0, 1], stride: 2x1, dilation: 1 x 2, >; }
conv2d! { struct Mixed < in: 8x8x2, kernel: 3x3x4, padding: 1x[0, 1], bias: false, activation: leaky_relu(0.1), unroll: none >; }
conv2d! { struct ZeroHeightPadding < in: 8x8x1, kernel: 3x3x1, padding: 0x1, activation: relu6, crate: ::toeplitz >; }
conv2d! { struct Underscores < in: 1_0x8x1, kernel: 3x3x1, padding: full, activation: none, unroll: auto >; }
conv2d! { struct StrideBeyondKernel < in: 9x9x1, kernel: 1x1x1, padding: same_lower, stride: 3 >; }
conv2d! { struct r#Raw < r#in: 4x4x1, kernel: 3x3x1, padding: valid, bias: true, unroll: full >; }
max_pool2d! { pub struct Pool1 < in: 28x28x32, window: 2x2, stride: 2 >; }
max_pool2d! { pub struct Pool2 < in: 7x7x3, window: 3x2, padding: [1, 0]x[0, 1], dilation: 1 >; }
dense! { pub struct Dense1 < in: 7x7x64, units: 10 >; }
dense! { struct Dense2 < in: 5, units: 1, bias: false, activation: relu >; }

#[test]
fn every_key_in_every_spelling() {
    let layer = Conv1::new(&[0.5; 800], &[0.0; 32]).clone();
    let mut output = [0.0; Conv1::OUTPUT.len()];
    layer.forward(&[1.0; 784], &mut output);
    assert_eq!(output[0], 4.5);
    assert_eq!(output[(14 * 28 + 14) * 32], 12.5);
    assert_eq!(Conv1::OUTPUT.to_string(), "28x28x32");
    assert_eq!(Spaced::OUTPUT.to_string(), "5x5x4");
    assert_eq!(Mixed::OUTPUT.to_string(), "8x7x4");
    assert_eq!(ZeroHeightPadding::OUTPUT.to_string(), "6x8x1");
    assert_eq!(Underscores::OUTPUT.to_string(), "12x10x1");
    assert_eq!(StrideBeyondKernel::OUTPUT.to_string(), "3x3x1");
    assert_eq!(Raw::OUTPUT.to_string(), "2x2x1");
    assert_eq!(Pool1::OUTPUT.to_string(), "14x14x32");
    assert_eq!(Pool2::OUTPUT.to_string(), "2x4x3");
    assert_eq!(Dense1::OUTPUT.to_string(), "10");
    assert_eq!(Dense2::INPUT.to_string(), "5");
    Mixed::new(&[0.0; 72]);
    Pool1::new();
    Dense2::new(&[0.0; 5]);
}

/// The constructor of an unnamed type, in any brackets.
#[test]
fn expressions() {
    let conv = conv2d!(in: 4x4x1, kernel: 3x3x1, padding: same)(&[1.0; 9], &[0.5; 1]);
    let mut output = [0.0; 16];
    conv.forward(&[1.0; 16], &mut output);
    assert_eq!(output[0], 4.5);
    assert_eq!(output[5], 9.5);

    let pool = max_pool2d![< in: 4x4x1, window: 2x2 >]();
    let mut pooled = [0.0; 4];
    pool.forward(&output, &mut pooled);
    assert_eq!(pooled, [9.5; 4]);

    let dense = dense! { in: 4, units: 1, bias: false, }(&[2.0; 4]);
    let mut sum = [0.0; 1];
    dense.forward(&pooled, &mut sum);
    assert_eq!(sum, [76.0]);
}

#[test]
fn source_of_a_call_with_and_without_path_and_name() {
    const CODE: &str = toeplitz::source! { conv2d!< in: 4x4x1, kernel: 3x3x4, padding: same > };
    assert!(CODE.contains("pub struct Conv2d"));
    assert!(toeplitz::source!(toeplitz::max_pool2d!(in: 4x4x1, window: 2x2);).contains("pub struct MaxPool2d"));
    assert!(
        toeplitz::source! { dense! { pub(crate) struct Last < in: 4, units: 2 >; } }.contains("pub(crate) struct Last")
    );
}

/// What the messages of `ui/shape/kernel_too_large*` and `ui/shape/window_too_large*` say to write.
#[test]
fn suggestions() {
    conv1d!(in: 4x1, kernel: 7x1, padding: [1, 2])(&[0.0; 7], &[0.0; 1]);
    conv2d!(in: 4x4x1, kernel: 7x5x1, padding: [1, 2]x[0, 1])(&[0.0; 35], &[0.0; 1]);
    conv2d!(in: 4x4x1, kernel: 7x5x1, padding: same)(&[0.0; 35], &[0.0; 1]);
    conv2d!(in: 4x4x1, kernel: 3x3x1, padding: [0, 0]x[0, 1], dilation: 1x2)(&[0.0; 9], &[0.0; 1]);
    conv2d!(in: 4x4x1, kernel: 9x3x1, padding: [3, 2]x[2, 1], dilation: 1x3)(&[0.0; 27], &[0.0; 1]);
    max_pool2d!(in: 4x4x1, window: 5x2, padding: [0, 1]x[0, 0])();
    max_pool2d!(in: 2x2x1, window: 2x2, padding: [0, 4]x[0, 4], dilation: 5)();
    conv3d!(in: 4x4x4x1, kernel: 7x5x6x1, padding: [1, 2]x[0, 1]x[1, 1])(&[0.0; 210], &[0.0; 1]);
    max_pool3d!(in: 4x4x4x1, window: 2x5x2, padding: [0, 0]x[0, 1]x[0, 0])();
}
