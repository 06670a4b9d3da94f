//! The reference against cases small enough for pencil and paper, and the padding rule against its known traps.
#![cfg(feature = "alloc")]
#![expect(clippy::float_cmp, reason = "all values are small integers or halves")]

use toeplitz::reference::{Error, forward, output_shape};
use toeplitz::{Activation, Algorithm, Axis, DataFormat, Operator, Padding, PaddingMode, Spec};

fn axis(input: usize, kernel: usize, stride: usize, dilation: usize, padding: Padding) -> Axis {
    Axis { input, kernel, stride, dilation, padding, output_padding: 0 }
}

/// A convolution over `axes`, without bias or activation.
fn convolution(axes: Vec<Axis>, in_channels: usize, out_channels: usize) -> Spec {
    let axes = axes.leak();
    Spec {
        operator: Operator::Convolution,
        axes,
        in_channels,
        out_channels,
        groups: 1,
        bias: false,
        activation: Activation::None,
        format: DataFormat::ChannelsLast,
        padding_mode: PaddingMode::Zeros,
        algorithm: Algorithm::Direct,
    }
}

fn pool(axes: Vec<Axis>, channels: usize) -> Spec {
    Spec { operator: Operator::MaxPool { ceil_mode: false }, ..convolution(axes, channels, channels) }
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
    assert_eq!(digits(axis(4, 3, 1, 1, Padding::Causal)), [100.0, 210.0, 321.0, 432.0]);
    assert_eq!(digits(axis(5, 2, 2, 2, Padding::Causal)), [10.0, 31.0, 53.0]);
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

#[test]
fn numbers_that_cannot_be_are_named() {
    let message = |spec: Spec| {
        let error = output_shape(&spec).unwrap_err();
        assert_eq!(forward::<f32>(&spec, &[], &[], &[]), Err(error));
        error.to_string()
    };
    let along = |axis| message(convolution(vec![axis], 1, 1));
    assert_eq!(along(axis(0, 1, 1, 1, Padding::Same)), "axis 0: input is 0, expected 1 or more");
    assert_eq!(along(axis(4, 0, 1, 1, Padding::Full)), "axis 0: kernel is 0, expected 1 or more");
    assert_eq!(along(axis(4, 1, 0, 1, Padding::Same)), "axis 0: stride is 0, expected 1 or more");
    assert_eq!(along(axis(4, 1, 1, 0, Padding::Valid)), "axis 0: dilation is 0, expected 1 or more");
    assert_eq!(message(convolution(vec![], 0, 1)), "in_channels is 0, expected 1 or more");
    assert_eq!(message(convolution(vec![], 1, 0)), "out_channels is 0, expected 1 or more");
    assert_eq!(
        message(Spec { out_channels: 3, groups: 1, bias: true, ..pool(vec![], 2) }),
        "found a pool with 2 input channels, 3 output channels and a bias, expected as many output channels as \
         input channels and no bias"
    );
}

#[test]
fn what_has_no_window_takes_none() {
    let (one, padded) = (axis(4, 1, 1, 1, Padding::Valid), Padding::Explicit { before: 1, after: 0 });
    for operator in [Operator::Softmax { log: false }, Operator::BatchNorm { epsilon: 0.5 }] {
        let right = Spec { operator, ..convolution(vec![one], 2, 2) };
        assert_eq!(output_shape(&right), Ok(vec![4, 2]));
        let with = |axis| Spec { operator, ..convolution(vec![axis], 2, 2) };
        for wrong in [
            Spec { out_channels: 3, ..right },
            Spec { groups: 2, ..right },
            Spec { bias: true, ..right },
            with(Axis { kernel: 2, ..one }),
            with(Axis { stride: 2, ..one }),
            with(Axis { padding: padded, ..one }),
        ] {
            assert_eq!(output_shape(&wrong), Err(Error::NoWindow), "{wrong:?}");
        }
    }
    assert_eq!(
        Error::NoWindow.to_string(),
        "the operator has no window: expected as many output channels as input channels, no groups, no bias, kernels and \
         strides of 1 and no padding"
    );
}

#[cfg(target_pointer_width = "64")]
#[test]
fn sizes_beyond_the_limits_are_named() {
    let most = usize::MAX;
    let message = |axis| output_shape(&convolution(vec![axis], 1, 1)).unwrap_err().to_string();
    assert_eq!(
        message(axis(1, most, 1, most, Padding::Same)),
        "axis 0: the kernel with its gaps would have 340282366920938463408034375210639556611 elements, at most \
         18446744073709551615 are allowed"
    );
    assert_eq!(
        message(axis(1, 1, 1, 1, Padding::Explicit { before: most, after: 1 })),
        "axis 0: the padded input would have 18446744073709551617 elements, at most 18446744073709551615 are allowed"
    );
    let message = |spec: Spec| forward::<f32>(&spec, &[], &[], &[]).unwrap_err().to_string();
    let side = axis(1 << 16, 1, 1, 1, Padding::Valid);
    let square = convolution(vec![side; 2], 1, 1);
    assert_eq!(message(square), "the output would have 4294967296 elements, at most 2147483648 are allowed");
    assert_eq!(
        message(convolution(vec![], 1 << 20, 1 << 20)),
        "the weights would have 1099511627776 elements, at most 2147483648 are allowed"
    );
    // As many axes as one likes: the product stays at the largest number there is.
    let text = message(convolution(vec![side; 40], 1, 1));
    assert_eq!(text, format!("the output would have {} elements, at most 2147483648 are allowed", u128::MAX));
}

/// Every axis made of odd numbers, with every padding.
fn odd_axes() -> &'static [Axis] {
    const ODD: [usize; 8] = [0, 1, 2, 3, 1 << 16, 1 << 31, usize::MAX / 2, usize::MAX];
    let explicit = ODD.iter().flat_map(|&before| ODD.map(|after| Padding::Explicit { before, after }));
    let rules = [Padding::Valid, Padding::Same, Padding::SameLower, Padding::Full];
    let paddings: Vec<Padding> = rules.into_iter().chain(explicit).collect();
    let numbers = (0..ODD.len().pow(4)).map(|index| [1, 8, 64, 512].map(|unit| ODD[index / unit % ODD.len()]));
    let axes = numbers.flat_map(|[input, kernel, stride, dilation]| {
        paddings.iter().map(move |&padding| axis(input, kernel, stride, dilation, padding))
    });
    axes.collect::<Vec<_>>().leak()
}

#[test]
fn no_specification_makes_the_reference_panic() {
    let mut ran = 0;
    for axes in odd_axes().chunks_exact(1) {
        for channels in [0, 1, usize::MAX] {
            let pool = pool(vec![], channels);
            let average = Operator::AveragePool { count_include_pad: true, ceil_mode: true };
            let operators = [pool.operator, Operator::MaxPool { ceil_mode: true }, average, Operator::Convolution];
            let modes = [PaddingMode::Reflect, PaddingMode::Replicate, PaddingMode::Circular];
            let padded = |padding_mode| Spec { axes, operator: Operator::Convolution, padding_mode, ..pool };
            let plain = operators.map(|operator| Spec { axes, operator, ..pool });
            for spec in plain.into_iter().chain(modes.map(padded)) {
                let Ok(shape) = output_shape(&spec) else { continue };
                assert!(shape[0] > 0 && shape[1] == channels);
                // Wrong lengths, for no input is empty.
                forward::<f32>(&spec, &[], &[], &[]).unwrap_err();
                if channels == 1 && axes[0].kernel.max(axes[0].input).max(shape[0]) <= 3 {
                    let weights = if spec.operator == Operator::Convolution { axes[0].kernel } else { 0 };
                    let output = forward(&spec, &[1.0; 3][..weights], &[], &[1.0; 3][..axes[0].input]).unwrap();
                    assert_eq!(output.values.len(), shape[0]);
                    ran += 1;
                }
            }
        }
    }
    assert!(ran > 1000, "{ran}");
}

#[test]
fn a_nan_goes_through_activations_and_is_passed_over_by_a_pool() {
    for activation in [Activation::None, Activation::Relu, Activation::Relu6, Activation::LeakyRelu(0.5)] {
        let spec = Spec { activation, ..convolution(vec![], 1, 1) };
        assert!(forward(&spec, &[1.0], &[], &[f32::NAN]).unwrap().values[0].is_nan(), "{activation:?}");
    }
    let spec = pool(vec![axis(3, 3, 1, 1, Padding::Valid)], 1);
    assert_eq!(forward(&spec, &[], &[], &[1.0, f32::NAN, 2.0]).unwrap().values, [2.0]);
}

#[test]
fn padding_modes_by_hand() {
    // The kernel 1, 10, 100 along 1, 2, 3, with two elements of padding on either side: what is there, from right to left.
    let digits = |padding_mode| {
        let axis = axis(3, 3, 1, 1, Padding::Explicit { before: 2, after: 2 });
        let spec = Spec { padding_mode, ..convolution(vec![axis], 1, 1) };
        forward(&spec, &[1.0, 10.0, 100.0], &[], &[1.0, 2.0, 3.0]).unwrap().values
    };
    assert_eq!(digits(PaddingMode::Zeros), [100.0, 210.0, 321.0, 32.0, 3.0]);
    assert_eq!(digits(PaddingMode::Reflect), [123.0, 212.0, 321.0, 232.0, 123.0]);
    assert_eq!(digits(PaddingMode::Replicate), [111.0, 211.0, 321.0, 332.0, 333.0]);
    assert_eq!(digits(PaddingMode::Circular), [132.0, 213.0, 321.0, 132.0, 213.0]);
}

#[test]
fn padding_modes_say_how_far_they_reach() {
    let shape = |padding_mode, input, operator| {
        let axes = vec![axis(input, 3, 2, 1, Padding::Explicit { before: 1, after: 4 })];
        output_shape(&Spec { padding_mode, operator, ..convolution(axes, 1, 1) })
    };
    let too_wide = |limit| Err(Error::PaddingTooWide { axis: 0, found: 4, limit });
    assert_eq!(shape(PaddingMode::Reflect, 4, Operator::Convolution), too_wide(3));
    assert_eq!(shape(PaddingMode::Reflect, 5, Operator::Convolution), Ok(vec![4, 1]));
    assert_eq!(shape(PaddingMode::Circular, 3, Operator::Adder), too_wide(3));
    assert_eq!(shape(PaddingMode::Circular, 4, Operator::Adder), Ok(vec![4, 1]));
    assert_eq!(shape(PaddingMode::Replicate, 1, Operator::Convolution), Ok(vec![2, 1]));
    for operator in [Operator::TransposedConvolution, Operator::MaxPool { ceil_mode: false }] {
        assert_eq!(shape(PaddingMode::Circular, 9, operator), Err(Error::PaddingMode));
    }
}

#[test]
fn windows_that_hang_over_by_hand() {
    let before_and_after = |before, after| Padding::Explicit { before, after };
    let pooled = |axis, operator| {
        let spec = Spec { operator, ..pool(vec![axis], 1) };
        forward(&spec, &[], &[], &[3.0, 6.0, 12.0, 24.0, 48.0][..axis.input]).map(|output| output.values)
    };
    let largest = |axis| pooled(axis, Operator::MaxPool { ceil_mode: true }).unwrap();
    let mean =
        |axis, count_include_pad| pooled(axis, Operator::AveragePool { count_include_pad, ceil_mode: true }).unwrap();
    // Windows begin at 0, 2 and 4, where one element is left.
    assert_eq!(largest(axis(5, 2, 2, 1, Padding::Valid)), [6.0, 24.0, 48.0]);
    assert_eq!(mean(axis(5, 2, 2, 1, Padding::Valid), true), [4.5, 18.0, 48.0]);
    // The padding behind counts, what is beyond it does not.
    assert_eq!(mean(axis(3, 3, 2, 1, before_and_after(0, 1)), false), [7.0, 12.0]);
    assert_eq!(mean(axis(3, 3, 2, 1, before_and_after(0, 1)), true), [7.0, 6.0]);
    assert_eq!(mean(axis(4, 3, 3, 1, before_and_after(1, 0)), true), [3.0, 18.0]);
    // With dilation the second window has elements 2, 4 and 6: inside, in the padding, beyond it.
    assert_eq!(mean(axis(4, 3, 2, 2, before_and_after(0, 2)), true), [5.0, 6.0]);
    // A window that would begin in the padding behind the input is left out.
    assert_eq!(largest(axis(2, 1, 2, 1, before_and_after(0, 1))), [3.0]);
    // A single window, larger than the input.
    assert_eq!(largest(axis(1, 3, 3, 1, Padding::Valid)), [3.0]);
    let error = pooled(axis(1, 4, 3, 1, Padding::Valid), Operator::MaxPool { ceil_mode: true }).unwrap_err();
    assert_eq!(error, Error::NoOutput { axis: 0, kernel: 4, padded: 1 });
}

#[test]
fn transposed_by_hand() {
    let spread = |axis: Axis, output_padding: usize| {
        let spec = convolution(vec![Axis { output_padding, ..axis }], 1, 1);
        let spec = Spec { operator: Operator::TransposedConvolution, ..spec };
        forward(&spec, &[1.0, 10.0, 100.0][..axis.kernel], &[], &[1.0, 2.0, 3.0][..axis.input]).unwrap().values
    };
    assert_eq!(spread(axis(3, 2, 2, 1, Padding::Valid), 0), [1.0, 10.0, 2.0, 20.0, 3.0, 30.0]);
    assert_eq!(spread(axis(2, 3, 2, 1, Padding::Valid), 1), [1.0, 10.0, 102.0, 20.0, 200.0, 0.0]);
    assert_eq!(spread(axis(2, 3, 2, 1, Padding::Same), 0), [1.0, 10.0, 102.0, 20.0]);
    assert_eq!(spread(axis(2, 3, 2, 1, Padding::SameLower), 0), [10.0, 102.0, 20.0, 200.0]);
    assert_eq!(spread(axis(2, 2, 1, 2, Padding::Explicit { before: 1, after: 0 }), 0), [2.0, 10.0, 20.0]);
    // A stride beyond the kernel leaves zeros.
    assert_eq!(spread(axis(2, 1, 3, 1, Padding::Same), 0), [1.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
}

#[test]
fn an_adder_layer_by_hand() {
    let spec = Spec {
        operator: Operator::Adder,
        ..convolution(vec![axis(3, 2, 1, 1, Padding::Explicit { before: 1, after: 0 })], 1, 1)
    };
    // |0 - 2| + |1 - 5|, |1 - 2| + |4 - 5|, |4 - 2| + |9 - 5|
    let output = forward(&spec, &[2.0, 5.0], &[], &[1.0, 4.0, 9.0]).unwrap();
    assert_eq!(output.values, [-6.0, -2.0, -6.0]);
    assert_eq!((output.magnitudes, output.terms), (vec![6.0, 2.0, 6.0], vec![2, 2, 2]));
    // Two groups of one input and two outputs each; the padding's element is a zero for all of them.
    let spec = Spec {
        axes: vec![axis(1, 2, 1, 1, Padding::Explicit { before: 0, after: 1 })].leak(),
        in_channels: 2,
        out_channels: 4,
        groups: 2,
        bias: true,
        ..spec
    };
    let weights = [1.0, 2.0, 3.0, 4.0, 0.5, 0.0, 1.0, -1.0];
    let output = forward(&spec, &weights, &[0.0, 10.0, 0.0, 100.0], &[5.0, -5.0]).unwrap();
    assert_eq!(output.values, [-4.5, 7.0, -9.0, 90.0]);
}

#[test]
fn a_separable_convolution_by_hand() {
    let along = axis(3, 2, 1, 1, Padding::Explicit { before: 1, after: 0 });
    let operator = Operator::SeparableConvolution { multiplier: 2 };
    let spec = Spec { operator, bias: true, ..convolution(vec![along], 1, 1) };
    // Taps 1 and 2 make channel 0, taps 10 and -20 channel 1; the output is 3 times the first, less the second, and 100.
    let output = forward(&spec, &[1.0, 10.0, 2.0, -20.0, 3.0, -1.0], &[100.0], &[1.0, 4.0, 9.0]).unwrap();
    assert_eq!(output.values, [126.0, 197.0, 306.0]);
    assert_eq!(output.magnitudes, [126.0, 217.0, 386.0]);
    assert_eq!(output.terms, [4, 5, 5]);

    // Channels in front: each channel between has its taps together, and each output its channels.
    let axes = vec![axis(3, 2, 1, 1, Padding::Valid)];
    let first = Spec { operator, format: DataFormat::ChannelsFirst, bias: true, ..convolution(axes, 1, 2) };
    let weights = [1.0, 2.0, 10.0, -20.0, 3.0, -1.0, 1.0, 0.0];
    let output = forward(&first, &weights, &[100.0, 0.0], &[1.0, 4.0, 9.0]).unwrap();
    assert_eq!(output.values, [197.0, 306.0, 9.0, 22.0]);
}

#[test]
fn a_batch_normalisation_by_hand() {
    let operator = Operator::BatchNorm { epsilon: 0.25 };
    let spec = Spec { operator, ..convolution(vec![axis(2, 1, 1, 1, Padding::Valid)], 2, 2) };
    // Gammas, betas, means and variances: `(x - 4) / 1` and `3 x / 1.5 + 10`.
    let weights = [1.0, 3.0, 0.0, 10.0, 4.0, 0.0, 0.75, 2.0];
    assert_eq!(forward(&spec, &weights, &[], &[5.0, 1.0, 3.0, -1.0]).unwrap().values, [1.0, 12.0, -1.0, 8.0]);
    let first = Spec { format: DataFormat::ChannelsFirst, activation: Activation::Relu, ..spec };
    assert_eq!(forward(&first, &weights, &[], &[5.0, 3.0, 1.0, -1.0]).unwrap().values, [1.0, 0.0, 12.0, 8.0]);
}

#[test]
fn a_softmax_by_hand() {
    let spec = |log, format| {
        let operator = Operator::Softmax { log };
        Spec { operator, format, ..convolution(vec![axis(2, 1, 1, 1, Padding::Valid)], 2, 2) }
    };
    // One of four to three, and equals, however large.
    let (three, large) = (3.0_f64.ln() as f32, 1e30);
    let output = forward(&spec(false, DataFormat::ChannelsLast), &[], &[], &[0.0, three, large, large]).unwrap();
    for (found, expected) in output.values.iter().zip([0.25, 0.75, 0.5, 0.5]) {
        assert!((found - expected).abs() < 1e-7, "{output:?}");
    }
    let output = forward(&spec(true, DataFormat::ChannelsFirst), &[], &[], &[-5.0, 7.0, -5.0, 200.0]).unwrap();
    let ln_2 = std::f64::consts::LN_2;
    for (found, expected) in output.values.iter().zip([-ln_2, -193.0, -ln_2, 0.0]) {
        assert!((found - expected).abs() < 1e-12, "{output:?}");
    }
}
