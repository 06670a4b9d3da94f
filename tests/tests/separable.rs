//! A separable convolution beside the two layers that it is made of, and beside the matrix of both.

use toeplitz::{Buffer, Layer, conv2d, depthwise_conv2d, level_name, levels, separable_conv2d};

separable_conv2d! {
    struct Whole < in: 11x9x13, kernel: 3x2x21, padding: same, stride: 2x1, multiplier: 2, activation: relu >;
}
depthwise_conv2d! {
    struct Depthwise < in: 11x9x13, kernel: 3x2, padding: same, stride: 2x1, multiplier: 2, bias: false >;
}
conv2d! { struct Pointwise < in: 6x9x26, kernel: 1x1x21, activation: relu >; }

#[test]
fn a_separable_convolution_is_its_two_halves() {
    let values = |seed: u32, out: &mut [f32]| {
        let mut state = seed;
        for value in out {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Small integers, so that every sum is exact.
            *value = (state >> 29) as f32 - 3.0;
        }
    };
    let (mut depthwise, mut pointwise, mut bias) = ([0.0; 3 * 2 * 26], [0.0; 26 * 21], [0.0; 21]);
    let mut input = <Whole as Layer>::Input::zeroed();
    values(1, &mut depthwise);
    values(2, &mut pointwise);
    values(3, &mut bias);
    values(4, input.as_mut_slice());

    let mut between = <Depthwise as Layer>::Output::zeroed();
    let mut expected = <Pointwise as Layer>::Output::zeroed();
    Depthwise::new(&depthwise).forward(&input, &mut between);
    Pointwise::new(&pointwise, &bias).forward(&between, &mut expected);
    assert!(expected.iter().any(|&value| value > 0.0));

    let whole = Whole::new(&depthwise, &pointwise, &bias);
    let mut output = <Whole as Layer>::Output::zeroed();
    whole.forward(&input, &mut output);
    assert_eq!(output, expected);
    for level in levels() {
        output.fill(f32::NAN);
        let mut scratch = <Whole as Layer>::Scratch::zeroed();
        scratch.fill(f32::NAN);
        whole.forward_at(level, &input, &mut output, &mut scratch);
        assert_eq!(output, expected, "{}", level_name(level));
    }
    assert_eq!(Whole::MACS, Depthwise::MACS + Pointwise::MACS);
}

/// The matrix of both halves together, with the products of their weights, times the input.
#[test]
fn the_matrix_is_that_of_both_halves() {
    separable_conv2d! { struct Small < in: 4x5x2, kernel: 3x2x3, padding: same, multiplier: 2, bias: false >; }
    let depthwise: [f32; 24] = std::array::from_fn(|i| (i * i % 7) as f32 - 3.0);
    let pointwise: [f32; 12] = std::array::from_fn(|i| (i * 5 % 11) as f32 - 4.0);
    let mut weights = [0.0; 6 * 2 * 3];
    for (at, weight) in weights.iter_mut().enumerate() {
        let (tap, input, out) = (at / 6, at / 3 % 2, at % 3);
        let channels = (0..2).map(|j| input * 2 + j);
        *weight = channels.map(|channel| depthwise[tap * 4 + channel] * pointwise[channel * 3 + out]).sum();
    }
    let input: [f32; 40] = std::array::from_fn(|i| (i * 3 % 13) as f32 - 6.0);
    let mut output = [0.0; 60];
    Small::new(&depthwise, &pointwise).forward(&input, &mut output);
    let matrix = Small::TOEPLITZ.to_dense(&weights).unwrap();
    assert_eq!(matrix.dot(&ndarray::Array1::from_iter(input)).to_vec(), output);
}
