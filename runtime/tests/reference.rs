//! The reference against cases small enough for pencil and paper, and the padding rule against its known traps.
#![cfg(feature = "alloc")]
#![expect(clippy::float_cmp, reason = "all values are small integers or halves")]

use toeplitz::reference::{Error, forward, output_shape};
use toeplitz::{Activation, Axis, Operator, Padding, Spec};

fn axis(input: usize, kernel: usize, stride: usize, dilation: usize, padding: Padding) -> Axis {
    Axis { input, kernel, stride, dilation, padding }
}

/// A convolution over `axes`, without bias or activation.
fn convolution(axes: Vec<Axis>, in_channels: usize, out_channels: usize) -> Spec {
    let axes = axes.leak();
    Spec { operator: Operator::Convolution, axes, in_channels, out_channels, bias: false, activation: Activation::None }
}

fn pool(axes: Vec<Axis>, channels: usize) -> Spec {
    Spec { operator: Operator::MaxPool, ..convolution(axes, channels, channels) }
}

/// One axis and one channel: the output for the input 1, 2, 3, ... and the kernel 1, 10, 100, ...
fn digits(axis: Axis) -> Vec<f64> {
    let weights: Vec<f32> = std::iter::successors(Some(1.0), |w| Some(10.0 * w)).take(axis.kernel).collect();
    let input: Vec<f32> = (1..=axis.input).map(|i| i as f32).collect();
    forward(&convolution(vec![axis], 1, 1), &weights, &[], &input).unwrap().values
}

#[test]
fn each_padding_by_hand() {
    assert_eq!(digits(axis(4, 3, 1, 1, Padding::Valid)), [321.0, 432.0]);
    assert_eq!(digits(axis(4, 3, 1, 1, Padding::Same)), [210.0, 321.0, 432.0, 43.0]);
    // An even kernel lacks one element in all: the end gets it, or the beginning.
    assert_eq!(digits(axis(4, 2, 1, 1, Padding::Same)), [21.0, 32.0, 43.0, 4.0]);
    assert_eq!(digits(axis(4, 2, 1, 1, Padding::SameLower)), [10.0, 21.0, 32.0, 43.0]);
    assert_eq!(digits(axis(3, 3, 1, 1, Padding::Full)), [100.0, 210.0, 321.0, 32.0, 3.0]);
    assert_eq!(digits(axis(3, 2, 1, 2, Padding::Full)), [10.0, 20.0, 31.0, 2.0, 3.0]);
    assert_eq!(digits(axis(3, 2, 1, 1, Padding::Explicit { before: 0, after: 2 })), [21.0, 32.0, 3.0, 0.0]);
    assert_eq!(digits(axis(5, 2, 2, 2, Padding::Explicit { before: 1, after: 0 })), [20.0, 42.0]);
}

#[test]
fn the_traps_of_same() {
    // The windows of an even input at stride 2 begin at 0: one element of padding, and it goes to the end.
    let values = digits(axis(96, 3, 2, 1, Padding::Same));
    assert_eq!((values.len(), values[0], values[47]), (48, 321.0, 95.0 + 960.0));
    // A dilated kernel is padded for its whole extent.
    let values = digits(axis(16, 3, 1, 2, Padding::Same));
    assert_eq!((values.len(), values[0], values[15]), (16, 10.0 + 300.0, 14.0 + 160.0));
    // A stride that outruns the kernel needs no padding, and never less than none.
    assert_eq!(digits(axis(4, 1, 2, 1, Padding::Same)), [1.0, 3.0]);
    assert_eq!(digits(axis(5, 2, 3, 1, Padding::Same)), [21.0, 54.0]);
    assert_eq!(digits(axis(28, 3, 2, 1, Padding::Same)).len(), 14);
}

#[test]
fn weights_are_hwio_and_images_hwc() {
    // 2x2 image of 2 channels, 2x1 kernel, 3 outputs: weight [ky][0][c][o] = 100 * ky + 10 * c + o.
    let axes = vec![axis(2, 2, 1, 1, Padding::Valid), axis(2, 1, 1, 1, Padding::Valid)];
    let spec = Spec { bias: true, ..convolution(axes, 2, 3) };
    let weights: Vec<f32> = [0.0, 10.0, 100.0, 110.0].iter().flat_map(|w| [w + 0.0, w + 1.0, w + 2.0]).collect();
    let input = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
    let output = forward(&spec, &weights, &[0.0, 0.5, -0.5], &input).unwrap();
    assert_eq!(output.shape, [1, 2, 3]);
    // x = 0: 2 * 10 + 5 * 100 + 6 * 110 for channel 0, and the sum of the inputs, 14, more for each next one.
    assert_eq!(output.values, [1180.0, 1194.5, 1207.5, 1620.0, 1642.5, 1663.5]);
    assert_eq!(output.terms, [5; 6]);
    assert_eq!(output.magnitudes[..3], [1180.0, 1194.5, 1208.5]);
    assert!(output.bound(0) > 9.0 * 1180.0 / f64::from(1 << 24));
    assert!(output.bound(0) < 9.001 * 1180.0 / f64::from(1 << 24));
}

#[test]
fn three_axes_and_none() {
    let axes =
        vec![axis(2, 2, 1, 1, Padding::Valid), axis(1, 1, 1, 1, Padding::Valid), axis(3, 2, 1, 1, Padding::Valid)];
    let output = forward(&convolution(axes, 1, 1), &[1.0, 10.0, 100.0, 1000.0], &[], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let output = output.unwrap();
    assert_eq!((output.shape, output.values), (vec![1, 1, 2, 1], vec![5421.0, 6532.0]));

    let dense = Spec { bias: true, ..convolution(vec![], 3, 2) };
    let output = forward(&dense, &[1.0, 10.0, 2.0, 20.0, 3.0, 30.0], &[0.5, -0.5], &[1.0, 1.0, 2.0]).unwrap();
    assert_eq!((output.shape, output.values), (vec![2], vec![9.5, 89.5]));
}

#[test]
fn padding_never_wins_a_pool() {
    let spec = pool(vec![axis(3, 2, 2, 1, Padding::Same)], 2);
    let output = forward(&spec, &[], &[], &[-1.0, -6.0, -2.0, -5.0, -3.0, -4.0]).unwrap();
    assert_eq!((output.shape.clone(), output.values.clone()), (vec![2, 2], vec![-1.0, -5.0, -3.0, -4.0]));
    assert_eq!((output.bound(0), output.terms[0]), (0.0, 0));
}

#[test]
fn activations() {
    let run = |activation, x| {
        let spec = Spec { activation, ..convolution(vec![], 1, 1) };
        let output = forward(&spec, &[1.0], &[], &[x]).unwrap();
        (output.values[0], output.magnitudes[0])
    };
    assert_eq!([-2.0, 2.0].map(|x| run(Activation::None, x).0), [-2.0, 2.0]);
    assert_eq!([-2.0, 2.0].map(|x| run(Activation::Relu, x).0), [0.0, 2.0]);
    assert_eq!([-2.0, 2.0, 7.0].map(|x| run(Activation::Relu6, x).0), [0.0, 2.0, 6.0]);
    assert_eq!([-2.0, 2.0].map(|x| run(Activation::LeakyRelu(0.25), x)), [(-0.5, 2.0), (2.0, 2.0)]);
    // A slope above 1 stretches errors with it.
    assert_eq!(run(Activation::LeakyRelu(3.0), -2.0), (-6.0, 6.0));
}

#[test]
fn mistakes_are_named() {
    let spec = Spec { bias: true, ..convolution(vec![axis(4, 3, 1, 1, Padding::Valid)], 1, 2) };
    let message = |weights: usize, bias: usize, input: usize| {
        forward(&spec, &vec![0.0; weights], &vec![0.0; bias], &vec![0.0; input]).unwrap_err().to_string()
    };
    assert_eq!(message(5, 2, 4), "weights must have 6 elements, found 5");
    assert_eq!(message(6, 0, 4), "bias must have 2 elements, found 0");
    assert_eq!(message(6, 2, 5), "input must have 4 elements, found 5");
    let pooled = pool(vec![axis(4, 2, 2, 1, Padding::Valid)], 1);
    assert_eq!(
        forward(&pooled, &[1.0], &[], &[0.0; 4]).unwrap_err().to_string(),
        "weights must have 0 elements, found 1"
    );

    let spec = convolution(vec![axis(9, 3, 1, 1, Padding::Valid), axis(4, 3, 1, 2, Padding::Valid)], 1, 1);
    let error = output_shape(&spec).unwrap_err();
    assert_eq!(error, Error::NoOutput { axis: 1, kernel: 5, padded: 4 });
    assert_eq!(error.to_string(), "axis 1: the kernel spans 5 elements, the padded input has 4");
}
