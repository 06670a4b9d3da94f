//! Layers with `dtype: f64`: arrays, batches, the matrix, special values and numbers of activations, all in `f64`.

use ndarray::{Array1, Array3};
use toeplitz::{Buffer, Layer, conv2d, dense, level_name, levels, max_pool2d, separable_conv2d};

conv2d! { struct Conv < in: 7x9x3, kernel: 3x3x10, padding: same, bias: false, dtype: f64 >; }
separable_conv2d! { struct Separable < in: 6x7x5, kernel: 3x3x6, padding: same, activation: silu, dtype: f64 >; }
dense! { struct Leaky < in: 3, units: 3, bias: false, activation: leaky_relu(0.1), dtype: f64 >; }
dense! { struct Slopes < in: 3, units: 3, bias: false, activation: prelu, dtype: f64 >; }
dense! { struct Relu6 < in: 3, units: 3, bias: false, activation: relu6, dtype: f64 >; }
max_pool2d! { struct Pool < in: 3x21x3, window: 2x2, stride: 1, padding: same, dtype: f64 >; }

/// Numbers between -1 and 1 of all the bits that there are (a linear congruential generator).
fn fill(buffer: &mut [f64], seed: u64) {
    let mut state = seed;
    for value in buffer {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        *value = (state >> 11) as f64 / 4_503_599_627_370_496.0 - 1.0;
    }
}

fn layer<L: Layer<Element = f64>>() -> L {
    let (mut weights, mut bias) = (L::Weights::zeroed(), L::Bias::zeroed());
    fill(weights.as_mut_slice(), 1);
    fill(bias.as_mut_slice(), 2);
    L::new(&weights, &bias)
}

#[test]
fn arrays_and_batches_give_what_forward_gives() {
    let (layer, mut image) = (layer::<Separable>(), Array3::<f64>::zeros((5, 6, 7)));
    fill(image.as_slice_mut().unwrap(), 3);
    let found = layer.forward_nd(image.view().permuted_axes([1, 2, 0])).unwrap();
    assert_eq!(found.shape(), [6, 7, 6]);

    let inputs: Vec<f64> = image.view().permuted_axes([1, 2, 0]).iter().copied().collect();
    let (input, mut output) = (<[f64; 210]>::from_slice(&inputs).unwrap(), [f64::NAN; 252]);
    layer.forward(input, &mut output);
    assert_eq!(found.as_slice().unwrap(), output);
    let mut outputs = [[f64::NAN; 252]; 2];
    layer.forward_batch(&[*input; 2], &mut outputs).unwrap();
    assert_eq!(outputs.map(|output| output.map(f64::to_bits)), [output.map(f64::to_bits); 2]);
}

#[test]
fn the_matrix_times_the_input_is_the_output() {
    let (mut weights, mut input, mut output) = ([0.0; 270], [0.0; 189], [f64::NAN; 630]);
    fill(&mut weights, 4);
    fill(&mut input, 5);
    Conv::new(&weights).forward(&input, &mut output);
    let product = Conv::TOEPLITZ.to_dense(&weights).unwrap().dot(&Array1::from_iter(input));
    for (found, expected) in output.iter().zip(product) {
        assert!((found - expected).abs() < 1e-14, "{found} for {expected}");
    }
}

/// A dense layer that passes its three inputs on to the activation, at every level.
fn activated<L: Layer<Element = f64, Input = [f64; 3], Output = [f64; 3]>>(
    slopes: &[f64],
    input: [f64; 3],
    expected: [f64; 3],
) {
    let weights = [&[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], slopes].concat();
    let layer = L::boxed(L::Weights::from_slice(&weights).unwrap(), &L::Bias::zeroed());
    for level in levels() {
        let mut output = [f64::NAN; 3];
        layer.forward_at(level, &input, &mut output, &mut L::Scratch::zeroed());
        assert_eq!(output.map(f64::to_bits), expected.map(f64::to_bits), "{output:?} at {}", level_name(level));
    }
}

#[test]
fn numbers_of_activations_are_not_rounded_to_f32() {
    // Both products are rounded once, to something else than with a slope of `f32`.
    activated::<Leaky>(&[], [-3.0, 2.0, -1.0], [-0.300_000_000_000_000_04, 2.0, -0.1]);
    activated::<Slopes>(&[0.1, 0.7, 1e-300], [-3.0, -1.0, -1.0], [-0.300_000_000_000_000_04, -0.7, -1e-300]);
    activated::<Relu6>(&[], [1e300, -1e-300, 1e-300], [6.0, 0.0, 1e-300]);
}

#[test]
fn the_maximum_is_taken_of_all_bits_and_passes_over_a_nan() {
    let mut input = [0.0; 189];
    fill(&mut input, 6);
    // Smaller than all else: what comes out of padding would be larger.
    for value in &mut input {
        *value -= 1e9;
    }
    input[100] = f64::NAN;
    for level in levels() {
        let mut output = [0.0; 189];
        Pool::new().forward_at(level, &input, &mut output, &mut []);
        for (at, found) in output.into_iter().enumerate() {
            let (y, x, channel) = (at / 63, at / 3 % 21, at % 3);
            let places = [(y, x), (y, x + 1), (y + 1, x), (y + 1, x + 1)].into_iter();
            let window: Vec<f64> =
                places.filter(|&(y, x)| y < 3 && x < 21).map(|(y, x)| input[(y * 21 + x) * 3 + channel]).collect();
            let most = window.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let may_be_nan = window.iter().any(|value| value.is_nan()) && found.is_nan();
            assert!(found.to_bits() == most.to_bits() || may_be_nan, "{found} for {most} at {}", level_name(level));
        }
    }
}
