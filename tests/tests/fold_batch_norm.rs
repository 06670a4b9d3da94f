//! A folded batch normalisation against the convolution and then the normalisation, both in `f64`.
//!
//! Every order of weights that there is, with random numbers: a channel's scale on another's weights shows.

use toeplitz::{Activation, Buffer, DataFormat, Element, Layer, Spec, fold_batch_norm, reference};

const EPSILON: f64 = 1e-3;

/// A source of numbers from -1 to 1, the same in every run (`SplitMix64`).
struct Random(u64);

impl Random {
    fn fill<E: Element>(&mut self, values: &mut [E]) {
        for value in values {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *value = E::from_f64(((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0);
        }
    }
}

/// The sums of `L`, without its activation.
fn sums<L: Layer>(weights: &L::Weights, bias: &L::Bias, input: &L::Input) -> reference::Output {
    let spec = Spec { activation: Activation::None, ..L::SPEC };
    let weights = &weights.as_slice()[..L::Weights::LEN - slopes::<L>()];
    reference::forward(&spec, weights, bias.as_slice(), input.as_slice()).unwrap()
}

/// Slopes behind the weights.
fn slopes<L: Layer>() -> usize {
    if L::SPEC.activation == Activation::Prelu { L::Bias::LEN } else { 0 }
}

fn check<L: Layer>() {
    let mut random = Random(L::Weights::LEN as u64);
    let (mut weights, mut bias, mut input) = (L::Weights::zeroed(), L::Bias::zeroed(), L::Input::zeroed());
    random.fill(weights.as_mut_slice());
    random.fill(bias.as_mut_slice());
    random.fill(input.as_mut_slice());
    let [gamma, beta, mean, mut variance] = [(); 4].map(|()| {
        let mut numbers = L::Bias::zeroed();
        random.fill(numbers.as_mut_slice());
        numbers
    });
    variance.as_mut_slice().iter_mut().for_each(|value| *value = L::Element::from_f64(value.to_f64().abs() * 4.0));

    let layer = sums::<L>(&weights, &bias, &input);
    let (channels, before) = (L::Bias::LEN, weights.as_slice().to_vec());
    let pixels = layer.values.len() / channels;
    fold_batch_norm::<L>(&mut weights, &mut bias, &gamma, &beta, &mean, &variance, EPSILON);
    let folded = sums::<L>(&weights, &bias, &input);
    for (at, (&sum, &found)) in layer.values.iter().zip(&folded.values).enumerate() {
        let channel = if L::SPEC.format == DataFormat::ChannelsFirst { at / pixels } else { at % channels };
        let [gamma, beta, mean, variance] =
            [&gamma, &beta, &mean, &variance].map(|numbers| numbers.as_slice()[channel].to_f64());
        let expected = gamma * (sum - mean) / (variance + EPSILON).sqrt() + beta;
        // Each weight and the bias are rounded once; sums here are of `f64`, whatever the data is.
        let sums =
            (layer.terms[at] + 8) as f64 * <f64 as Element>::UNIT * (folded.magnitudes[at] + expected.abs() + 1.0);
        let bound = 1.001 * <L::Element as Element>::UNIT * folded.magnitudes[at] + 64.0 * sums;
        let name = std::any::type_name::<L>();
        assert!((found - expected).abs() <= bound, "{name}: output {at} is {found}, not {expected}");
    }
    let end = L::Weights::LEN - slopes::<L>();
    assert_eq!(weights.as_slice()[end..], before[end..], "slopes stay as they are");
}

macro_rules! tests {
    ($($name:ident: $operator:ident($($keys:tt)*))*) => {
        $(
            #[test]
            fn $name() {
                toeplitz::$operator! { struct Folded < $($keys)* >; }
                check::<Folded>();
            }
        )*
    };
}

tests! {
    convolution: conv2d(in: 5x6x3, kernel: 3x2x4)
    convolution_in_groups: conv1d(in: 9x6, kernel: 3x4, groups: 2, activation: prelu)
    convolution_channels_first: conv2d(in: 5x6x3, kernel: 3x2x4, layout: nchw, activation: relu)
    convolution_in_groups_channels_first: conv2d(in: 5x6x6, kernel: 3x2x4, groups: 2, layout: nchw)
    depthwise: depthwise_conv2d(in: 5x6x3, kernel: 3x2, multiplier: 2)
    depthwise_channels_first: depthwise_conv2d(in: 5x6x3, kernel: 3x2, multiplier: 2, layout: nchw, activation: prelu)
    transposed: conv_transpose2d(in: 3x4x6, kernel: 3x2x4, stride: 2)
    transposed_in_groups: conv_transpose2d(in: 3x4x6, kernel: 3x2x4, stride: 2, groups: 2, activation: prelu)
    transposed_channels_first: conv_transpose2d(in: 3x4x6, kernel: 3x2x4, stride: 2, layout: nchw)
    transposed_in_groups_channels_first: conv_transpose1d(in: 5x6, kernel: 3x4, groups: 2, layout: nchw, activation: prelu)
    separable: separable_conv2d(in: 5x6x3, kernel: 3x2x4, multiplier: 2, activation: prelu)
    separable_channels_first: separable_conv2d(in: 5x6x3, kernel: 3x2x4, multiplier: 2, layout: nchw, activation: prelu)
    transposed_in_f64: conv_transpose2d(in: 3x4x6, kernel: 3x2x4, groups: 2, layout: nchw, dtype: f64)
    dense_in_f64: dense(in: 2x3x4, units: 5, dtype: f64, activation: prelu)
    dense: dense(in: 2x3x4, units: 5)
    dense_channels_first: dense(in: 2x3x4, units: 5, layout: nchw, activation: prelu)
}
