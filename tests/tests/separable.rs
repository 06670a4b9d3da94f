//! A separable convolution beside the two layers that it is made of, and beside the matrix of both.

use toeplitz::{Buffer, Layer, level_name, levels, separable_conv2d};

/// The whole and its halves in one layout.
macro_rules! halves {
    ($name:ident: $($layout:tt)*) => {
        mod $name {
            use toeplitz::{conv2d, depthwise_conv2d, separable_conv2d};

            separable_conv2d! {
                struct Whole <
                    in: 11x9x13, kernel: 3x2x21, padding: same, stride: 2x1, multiplier: 2, activation: relu $($layout)*
                >;
            }
            depthwise_conv2d! {
                struct Depthwise <
                    in: 11x9x13, kernel: 3x2, padding: same, stride: 2x1, multiplier: 2, bias: false $($layout)*
                >;
            }
            conv2d! { struct Pointwise < in: 6x9x26, kernel: 1x1x21, activation: relu $($layout)* >; }

            #[test]
            fn a_separable_convolution_is_its_two_halves() {
                let [mut depthwise, mut pointwise, mut bias] = [vec![0.0; 3 * 2 * 26], vec![0.0; 26 * 21], vec![0.0; 21]];
                let values = [&mut depthwise, &mut pointwise, &mut bias];
                values.into_iter().zip(1..).for_each(|(values, seed)| super::fill(values, seed));
                let [depthwise, pointwise] = [depthwise.as_slice(), &pointwise];
                let bias = bias.as_slice().try_into().unwrap();
                let whole = Whole::new(depthwise.try_into().unwrap(), pointwise.try_into().unwrap(), bias);
                let depthwise = Depthwise::new(depthwise.try_into().unwrap());
                super::check(&whole, &depthwise, &Pointwise::new(pointwise.try_into().unwrap(), bias));
            }
        }
    };
}

halves! { channels_last: }
halves! { channels_first: , layout: nchw }

/// Small integers, so that every sum is exact.
fn fill(values: &mut [f32], seed: u32) {
    let mut state = seed;
    for value in values {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *value = (state >> 29) as f32 - 3.0;
    }
}

fn check<Whole, Depthwise, Pointwise>(whole: &Whole, depthwise: &Depthwise, pointwise: &Pointwise)
where
    Whole: Layer<Element = f32>,
    Depthwise: Layer<Element = f32, Input = Whole::Input>,
    Pointwise: Layer<Element = f32, Input = Depthwise::Output, Output = Whole::Output>,
{
    let mut input = Whole::Input::zeroed();
    fill(input.as_mut_slice(), 4);
    let (mut between, mut expected) = (Depthwise::Output::zeroed(), Whole::Output::zeroed());
    depthwise.forward(&input, &mut between);
    pointwise.forward(&between, &mut expected);
    assert!(expected.as_slice().iter().any(|&value| value > 0.0));

    let mut output = Whole::Output::zeroed();
    whole.forward(&input, &mut output);
    assert_eq!(output.as_slice(), expected.as_slice());
    for level in levels() {
        output.as_mut_slice().fill(f32::NAN);
        let mut scratch = Whole::Scratch::zeroed();
        scratch.as_mut_slice().fill(f32::NAN);
        whole.forward_at(level, &input, &mut output, &mut scratch);
        assert_eq!(output.as_slice(), expected.as_slice(), "{}", level_name(level));
    }
    assert_eq!(Whole::MACS, Depthwise::MACS + Pointwise::MACS);
}

/// Both halves' weights, and the input, of a layer of 4x5x2 with a 3x2 kernel, a multiplier of 2 and 3 outputs.
fn small() -> ([f32; 24], [f32; 12], [f32; 40]) {
    let depthwise = std::array::from_fn(|i| (i * i % 7) as f32 - 3.0);
    let pointwise = std::array::from_fn(|i| (i * 5 % 11) as f32 - 4.0);
    let input = std::array::from_fn(|i| (i * 3 % 13) as f32 - 6.0);
    (depthwise, pointwise, input)
}

/// The matrix of both halves together, with the products of their weights, times the input.
#[test]
fn the_matrix_is_that_of_both_halves() {
    separable_conv2d! { struct Small < in: 4x5x2, kernel: 3x2x3, padding: same, multiplier: 2, bias: false >; }
    let (depthwise, pointwise, input) = small();
    let mut weights = [0.0; 6 * 2 * 3];
    for (at, weight) in weights.iter_mut().enumerate() {
        let (tap, input, out) = (at / 6, at / 3 % 2, at % 3);
        let channels = (0..2).map(|j| input * 2 + j);
        *weight = channels.map(|channel| depthwise[tap * 4 + channel] * pointwise[channel * 3 + out]).sum();
    }
    let mut output = [0.0; 60];
    Small::new(&depthwise, &pointwise).forward(&input, &mut output);
    let matrix = Small::TOEPLITZ.to_dense(&weights).unwrap();
    assert_eq!(matrix.dot(&ndarray::Array1::from_iter(input)).to_vec(), output);
}

/// As above, with channels in front: `[in * multiplier][1][taps]` and `[out][in * multiplier]` make `[out][in][taps]`.
#[test]
fn the_matrix_has_channels_in_front() {
    separable_conv2d! {
        struct Small < in: 4x5x2, kernel: 3x2x3, padding: same, multiplier: 2, bias: false, layout: nchw >;
    }
    let (depthwise, pointwise, input) = small();
    let mut weights = [0.0; 3 * 2 * 6];
    for (at, weight) in weights.iter_mut().enumerate() {
        let (out, input, tap) = (at / 12, at / 6 % 2, at % 6);
        let channels = (0..2).map(|j| input * 2 + j);
        *weight = channels.map(|channel| depthwise[channel * 6 + tap] * pointwise[out * 4 + channel]).sum();
    }
    let mut output = [0.0; 60];
    Small::new(&depthwise, &pointwise).forward(&input, &mut output);
    let matrix = Small::TOEPLITZ.to_dense(&weights).unwrap();
    assert_eq!(matrix.dot(&ndarray::Array1::from_iter(input)).to_vec(), output);
}
