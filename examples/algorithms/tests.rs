//! Every way against the direct loops, those against the crate's reference, and the program as a whole.
//!
//! Comes in: shapes with all that geometry can have at its borders, and random numbers. Goes out: nothing. The worked
//! example of the documentation is here for the tests in the methods' own modules, too.

use std::fs;

use clap::{Parser, ValueEnum};
use fastrand::Rng;
use tempfile::TempDir;
use toeplitz::{Activation, Axis, DataFormat, Operator, Padding, PaddingMode, Spec, conv2d, reference};

use crate::{
    args::{Args, Name},
    check::Exact,
    geometry::Geometry,
    methods::{self, GENERAL, Method, Operations, adder, direct::Direct, toeplitz_dense::Dense},
    run::run,
};

const fn axis(input: usize, kernel: usize, padding: Padding, stride: usize, dilation: usize) -> Axis {
    Axis { input, kernel, stride, dilation, padding, output_padding: 0 }
}

const fn convolution(axes: &'static [Axis], in_channels: usize, out_channels: usize) -> Spec {
    let (operator, activation, format) = (Operator::Convolution, Activation::None, DataFormat::ChannelsLast);
    Spec {
        operator,
        axes,
        in_channels,
        out_channels,
        groups: 1,
        bias: false,
        activation,
        format,
        padding_mode: PaddingMode::Zeros,
        algorithm: toeplitz::Algorithm::Direct,
    }
}

use Padding::{Explicit, Full, Same, SameLower, Valid};

/// Four pixels in a row, three taps: see `main.rs`.
const WORKED: Spec = convolution(&[axis(1, 1, Valid, 1, 1), axis(4, 3, Same, 1, 1)], 1, 1);
pub(crate) const WORKED_INPUT: [f32; 4] = [1.0, 2.0, 0.0, 3.0];
pub(crate) const WORKED_WEIGHTS: [f32; 3] = [1.0, 10.0, 100.0];

pub(crate) fn worked_geometry() -> Geometry {
    Geometry::new(&WORKED)
}

const CASES: [Spec; 13] = [
    WORKED,
    convolution(&[axis(1, 1, Valid, 1, 1), axis(1, 1, Valid, 1, 1)], 1, 1),
    convolution(&[axis(6, 1, Valid, 1, 1), axis(5, 1, Valid, 1, 1)], 4, 3),
    convolution(&[axis(7, 3, Same, 1, 1), axis(9, 5, Same, 1, 1)], 3, 4),
    convolution(&[axis(7, 3, Valid, 1, 1), axis(9, 4, Valid, 1, 1)], 2, 5),
    // The window just fits: one output.
    convolution(&[axis(4, 4, Valid, 1, 1), axis(5, 3, Valid, 1, 2)], 2, 3),
    // Even kernels and strides: the odd unit of padding is at the end, or at the beginning.
    convolution(&[axis(8, 3, Same, 2, 1), axis(9, 4, Same, 3, 1)], 2, 3),
    convolution(&[axis(8, 3, SameLower, 2, 1), axis(9, 4, SameLower, 1, 1)], 2, 3),
    // A kernel larger than the image, and one that steps over pixels.
    convolution(&[axis(3, 5, Same, 1, 1), axis(2, 7, Same, 1, 1)], 2, 2),
    convolution(&[axis(10, 1, Same, 3, 1), axis(11, 2, Same, 4, 1)], 1, 3),
    convolution(&[axis(9, 3, Same, 1, 2), axis(10, 3, Same, 2, 3)], 3, 2),
    convolution(&[axis(4, 3, Full, 1, 1), axis(5, 2, Full, 1, 2)], 1, 4),
    // Windows that lie wholly in the padding, and padding that no window reaches.
    convolution(
        &[axis(3, 2, Explicit { before: 3, after: 4 }, 1, 1), axis(4, 3, Explicit { before: 0, after: 2 }, 2, 1)],
        2,
        3,
    ),
];

/// Weights and input, each number by `value`.
fn random(geometry: &Geometry, mut value: impl FnMut(&mut Rng) -> f32) -> (Vec<f32>, Vec<f32>) {
    let mut random = Rng::with_seed(7);
    let weights = (0..geometry.depth() * geometry.out_c).map(|_| value(&mut random)).collect();
    let input = (0..geometry.inputs()).map(|_| value(&mut random)).collect();
    (weights, input)
}

fn fractions(geometry: &Geometry) -> (Vec<f32>, Vec<f32>) {
    random(geometry, |random| 2.0 * random.f32() - 1.0)
}

/// So small that no sum of products is rounded.
fn integers(geometry: &Geometry) -> (Vec<f32>, Vec<f32>) {
    random(geometry, |random| f32::from(random.i8(-9..=9)))
}

pub(crate) fn output(method: &mut dyn Method, geometry: &Geometry, input: &[f32]) -> Vec<f32> {
    let mut output = vec![f32::NAN; geometry.outputs()];
    method.run(input, &mut output);
    output
}

#[test]
fn geometry_and_direct_loops_are_those_of_the_reference() {
    for spec in CASES {
        let geometry = Geometry::new(&spec);
        let shape = [geometry.height.output, geometry.width.output, geometry.out_c];
        assert_eq!(reference::output_shape(&spec).unwrap(), shape, "{spec:?}");
        let (weights, input) = fractions(&geometry);
        let exact = Exact::convolution(&spec, &weights, &input).unwrap();
        let output = output(&mut Direct::new(&geometry, &weights), &geometry, &input);
        let deviation = exact.deviation(&output, &exact.bounds);
        assert!(deviation.of_bound <= 1.0, "{spec:?}: {deviation:?}");
    }
}

#[test]
fn every_way_is_within_rounding_of_direct_loops() {
    for spec in CASES {
        let geometry = Geometry::new(&spec);
        let (weights, input) = fractions(&geometry);
        let exact = Exact::convolution(&spec, &weights, &input).unwrap();
        let expected = output(&mut Direct::new(&geometry, &weights), &geometry, &input);
        for (name, prepare) in GENERAL {
            let mut method = prepare(&geometry, &weights);
            // Twice, since a way may not depend on what it left behind.
            output(&mut *method, &geometry, &input);
            let found = output(&mut *method, &geometry, &input);
            let bounds = methods::bounds(&*method, &exact, &input);
            for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
                let distance = f64::from((found - expected).abs());
                assert!(
                    distance <= bounds[at] + exact.bounds[at],
                    "{name}: {found} for {expected} at {at} of {spec:?}"
                );
            }
        }
    }
}

#[test]
fn sums_of_small_integers_are_exact() {
    for spec in CASES {
        let geometry = Geometry::new(&spec);
        let (weights, input) = integers(&geometry);
        let expected = output(&mut Direct::new(&geometry, &weights), &geometry, &input);
        for (name, prepare) in GENERAL {
            let mut found = output(&mut *prepare(&geometry, &weights), &geometry, &input);
            // Its factors are sines and cosines.
            if name == "FFT" {
                found = found.into_iter().map(f32::round).collect();
            }
            assert_eq!(found, expected, "{name}: {spec:?}");
        }
    }
}

/// The bounds are worth something: they notice one weight in many that is a tenth off.
#[test]
fn a_wrong_weight_is_beyond_every_bound() {
    let spec = CASES[3];
    let geometry = Geometry::new(&spec);
    let (weights, input) = fractions(&geometry);
    let exact = Exact::convolution(&spec, &weights, &input).unwrap();
    let mut wrong = weights.clone();
    wrong[100] *= 1.1;
    for (name, prepare) in GENERAL {
        for (weights, right) in [(&weights, true), (&wrong, false)] {
            let mut method = prepare(&geometry, weights);
            let output = output(&mut *method, &geometry, &input);
            let deviation = exact.deviation(&output, &methods::bounds(&*method, &exact, &input));
            assert_eq!(deviation.of_bound <= 1.0, right, "{name}: {deviation:?}");
        }
    }
    let nothing = vec![f32::NAN; geometry.outputs()];
    assert!(exact.deviation(&nothing, &exact.bounds).of_bound > 1.0);
}

#[test]
fn adder_loops_are_within_rounding_of_the_other_form() {
    for spec in CASES {
        let geometry = Geometry::new(&spec);
        for ((weights, input), integers) in [(fractions(&geometry), false), (integers(&geometry), true)] {
            let exact = adder::exact(&geometry, &weights, &input);
            let output = output(&mut adder::Adder::new(&geometry, &weights), &geometry, &input);
            let deviation = exact.deviation(&output, &exact.bounds);
            assert!(deviation.of_bound <= 1.0, "{spec:?}: {deviation:?}");
            assert!(!integers || deviation.largest == 0.0, "{spec:?}: {deviation:?}");
        }
    }
}

#[test]
fn matrices_and_counts_are_those_of_the_crate() {
    conv2d! { struct Conv < in: 7x8x2, kernel: 3x4x3, padding: [2, 1]x[0, 3], stride: 2x1, dilation: 1x2, bias: false >; }
    let geometry = Geometry::new(&<Conv as toeplitz::Layer>::SPEC);
    let (weights, _) = fractions(&geometry);
    let dense = Conv::TOEPLITZ.to_dense(&weights).unwrap();
    assert_eq!(Dense::new(&geometry, &weights).matrix, dense);
    for (name, expected) in [
        ("direct loops", Conv::MACS),
        ("sparse Toeplitz", Conv::TOEPLITZ.nnz()),
        ("dense Toeplitz", dense.len() as u64),
        ("indirect", (Conv::OUTPUT.len() * 3 * 4 * 2) as u64),
    ] {
        let (_, prepare) = GENERAL.into_iter().find(|way| way.0 == name).unwrap();
        assert_eq!(prepare(&geometry, &weights).operations(), Operations::MultiplyAdds(expected), "{name}");
    }
}

fn args(words: &[&str]) -> Result<Args, String> {
    Args::try_parse_from([&["algorithms"], words].concat()).map_err(|error| error.to_string())
}

fn text(words: &[&str]) -> Result<String, String> {
    let mut out = Vec::new();
    run(&args(words)?, &mut out).map_err(|error| format!("{error:#}"))?;
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn every_layer_is_computed_alike_in_every_way() {
    for name in Name::value_variants() {
        let value = name.to_possible_value().unwrap();
        let text = text(&["--layer", value.get_name(), "--repetitions", "1", "--seed", "5"]).unwrap();
        for (way, _) in GENERAL {
            assert!(text.contains(&format!("\n{way} ")), "{text}");
        }
        assert!(
            ["conv2d!", "AdderNet loops", "adder2d!"].iter().all(|way| text.contains(&format!("\n{way} "))),
            "{text}"
        );
    }
}

#[test]
fn the_picture_is_written_where_it_can_be() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("matrix.svg");
    text(&["--repetitions", "1", "--svg", path.to_str().unwrap()]).unwrap();
    assert!(fs::read_to_string(path).unwrap().contains("<title>28x28x1 -&gt; 28x28x32"));
    let path = folder.path().join("missing/matrix.svg");
    let error = text(&["--svg", path.to_str().unwrap()]).unwrap_err();
    assert!(error.contains("missing/matrix.svg cannot be written; name a file in a folder that exists: "), "{error}");
}

#[test]
fn bad_arguments_are_told_what_is_allowed() {
    for (words, expected) in [
        (["--layer", "lenet"], "[possible values: digit, colour, strided, dilated]"),
        (["--repetitions", "0"], "expected a whole number from 1 to 1000000"),
        (["--repetitions", "-4"], "expected a whole number from 1 to 1000000"),
        (["--repetitions", "many"], "expected a whole number from 1 to 1000000"),
        (["--seed", "-3"], "expected a whole number from 0 to 18446744073709551615"),
    ] {
        let error = args(&words).unwrap_err();
        assert!(error.contains(words[0]) && error.contains(words[1]) && error.contains(expected), "{error}");
    }
}
