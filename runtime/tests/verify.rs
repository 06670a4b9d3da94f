//! `verify` on layers written by hand: a right one passes, and each way of being wrong is noticed.
#![cfg(feature = "std")]

use toeplitz::verify::{Data, Failure, Mismatch, Report};
use toeplitz::{
    Activation, Algorithm, Axis, DataFormat, Layer, Level, Operator, Padding, PaddingMode, Spec, level_name, levels,
    verify,
};

/// What a layer below does wrong.
const NOTHING: u8 = 0;
const SHIFTED: u8 = 1;
const UNWRITTEN: u8 = 2;
const BORDER: u8 = 3;
const LAST_LEVEL_ONLY: u8 = 4;
const IMPRECISE: u8 = 5;
const NO_BIAS: u8 = 6;
const SWAPPED: u8 = 7;
const NOT_A_NUMBER: u8 = 8;
const INFINITE: u8 = 9;

fn last_level() -> &'static str {
    levels().last().map_or("none", level_name)
}

const fn axis(input: usize, kernel: usize, stride: usize) -> Axis {
    Axis { input, kernel, stride, dilation: 1, padding: Padding::Same, output_padding: 0 }
}

/// 5x6x2 -> 3x3x4, same, leaky relu, by slow loops, with the mistake `WRONG`.
struct Conv<const WRONG: u8> {
    weights: [f32; 72],
    bias: [f32; 4],
}

impl<const WRONG: u8> Layer for Conv<WRONG> {
    type Element = f32;
    type Weights = [f32; 72];
    type Bias = [f32; 4];
    type Input = [f32; 60];
    type Output = [f32; 120];
    type Scratch = [f32; 0];
    const SPEC: Spec = Spec {
        operator: Operator::Convolution,
        axes: &[axis(5, 3, 1), axis(6, 3, 1)],
        in_channels: 2,
        out_channels: 4,
        groups: 1,
        bias: true,
        activation: Activation::LeakyRelu(0.1),
        format: DataFormat::ChannelsLast,
        padding_mode: PaddingMode::Zeros,
        algorithm: Algorithm::Direct,
    };
    const MACS: u64 = 13 * 16 * 8;
    const PLAN: &'static str = "";

    fn new(weights: &[f32; 72], bias: &[f32; 4]) -> Self {
        Self { weights: *weights, bias: *bias }
    }

    fn forward_at(&self, level: Level, input: &[f32; 60], output: &mut [f32; 120], _: &mut [f32; 0]) {
        for (index, out) in output.iter_mut().enumerate() {
            let (y, x, o) = (index / 24, index / 4 % 6, index % 4);
            let mut sum = if WRONG == NO_BIAS { 0.0 } else { self.bias[o] };
            for tap in 0..18 {
                let (ky, kx, c) = (tap / 6, tap / 2 % 3, tap % 2);
                let (iy, ix) = ((y + ky).wrapping_sub(1), (x + kx).wrapping_sub(usize::from(WRONG != SHIFTED)));
                if iy >= 5 || ix >= 6 || WRONG == BORDER && (iy, x, kx) == (4, 5, 1) {
                    continue;
                }
                let tap = if WRONG == SWAPPED { (kx * 3 + ky) * 2 + c } else { tap };
                sum += input[(iy * 6 + ix) * 2 + c] * self.weights[tap * 4 + o];
            }
            if WRONG == IMPRECISE {
                sum *= 1.0 + 1e-5;
            }
            if WRONG == LAST_LEVEL_ONLY && level_name(level) == last_level() {
                sum += 1.0;
            }
            if index == 119 && WRONG == NOT_A_NUMBER {
                sum = f32::NAN;
            }
            if index == 119 && WRONG == INFINITE {
                sum = f32::INFINITY;
            }
            if WRONG != UNWRITTEN || index != 119 {
                *out = if sum > 0.0 { sum } else { 0.1 * sum };
            }
        }
    }
}

/// 5x3 max pool of 2x2 windows, stride 2, same; wrong if `ZEROS`: padding counts as zeros.
struct Pool<const ZEROS: bool>;

impl<const ZEROS: bool> Layer for Pool<ZEROS> {
    type Element = f32;
    type Weights = [f32; 0];
    type Bias = [f32; 0];
    type Input = [f32; 15];
    type Output = [f32; 6];
    type Scratch = [f32; 0];
    const SPEC: Spec = Spec {
        operator: Operator::MaxPool { ceil_mode: false },
        axes: &[axis(5, 2, 2), axis(3, 2, 2)],
        in_channels: 1,
        out_channels: 1,
        groups: 1,
        bias: false,
        activation: Activation::None,
        format: DataFormat::ChannelsLast,
        padding_mode: PaddingMode::Zeros,
        algorithm: Algorithm::Direct,
    };
    const MACS: u64 = 15;
    const PLAN: &'static str = "";

    fn new(_: &[f32; 0], _: &[f32; 0]) -> Self {
        Self
    }

    fn forward_at(&self, _: Level, input: &[f32; 15], output: &mut [f32; 6], _: &mut [f32; 0]) {
        let padding = if ZEROS { 0.0 } else { f32::NEG_INFINITY };
        for (index, out) in output.iter_mut().enumerate() {
            let (y, x) = (index / 2 * 2, index % 2 * 2);
            let at = |y: usize, x: usize| if y < 5 && x < 3 { input[y * 3 + x] } else { padding };
            *out = at(y, x).max(at(y, x + 1)).max(at(y + 1, x)).max(at(y + 1, x + 1));
        }
    }
}

/// A layer whose output is longer than its specification says.
struct TooLong;

impl Layer for TooLong {
    type Element = f32;
    type Weights = [f32; 6];
    type Bias = [f32; 0];
    type Input = [f32; 3];
    type Output = [f32; 3];
    type Scratch = [f32; 0];
    const SPEC: Spec = Spec {
        operator: Operator::Convolution,
        axes: &[],
        in_channels: 3,
        out_channels: 2,
        groups: 1,
        bias: false,
        activation: Activation::None,
        format: DataFormat::ChannelsLast,
        padding_mode: PaddingMode::Zeros,
        algorithm: Algorithm::Direct,
    };
    const MACS: u64 = 6;
    const PLAN: &'static str = "";

    fn new(_: &[f32; 6], _: &[f32; 0]) -> Self {
        Self
    }

    fn forward_at(&self, _: Level, _: &[f32; 3], _: &mut [f32; 3], _: &mut [f32; 0]) {}
}

/// 65535 -> 2, dense, by slow loops: with the bias so many terms that the sums of the integers may be as large as 2^24.
struct Wide {
    weights: Box<[f32; 2 * 65_535]>,
    bias: [f32; 2],
}

impl Layer for Wide {
    type Element = f32;
    type Weights = [f32; 2 * 65_535];
    type Bias = [f32; 2];
    type Input = [f32; 65_535];
    type Output = [f32; 2];
    type Scratch = [f32; 0];
    const SPEC: Spec = Spec {
        operator: Operator::Convolution,
        axes: &[],
        in_channels: 65_535,
        out_channels: 2,
        groups: 1,
        bias: true,
        activation: Activation::None,
        format: DataFormat::ChannelsLast,
        padding_mode: PaddingMode::Zeros,
        algorithm: Algorithm::Direct,
    };
    const MACS: u64 = 2 * 65_535;
    const PLAN: &'static str = "";

    fn new(weights: &Self::Weights, bias: &[f32; 2]) -> Self {
        Self { weights: Box::new(*weights), bias: *bias }
    }

    fn forward_at(&self, _: Level, input: &Self::Input, output: &mut [f32; 2], _: &mut [f32; 0]) {
        let mut sums = self.bias;
        for (x, weights) in input.iter().zip(self.weights.as_chunks().0) {
            let [first, second]: [f32; 2] = *weights;
            sums = [sums[0] + x * first, sums[1] + x * second];
        }
        *output = sums;
    }
}

/// 40 -> 3, dense, in `f64`, by slow loops; wrong in the last bits if `WRONG`, and if it is `SHIFTED` in those beyond `f32`.
struct Double<const WRONG: u8> {
    weights: [f64; 120],
    bias: [f64; 3],
}

impl<const WRONG: u8> Layer for Double<WRONG> {
    type Element = f64;
    type Weights = [f64; 120];
    type Bias = [f64; 3];
    type Input = [f64; 40];
    type Output = [f64; 3];
    type Scratch = [f64; 0];
    const SPEC: Spec = Spec {
        operator: Operator::Convolution,
        axes: &[],
        in_channels: 40,
        out_channels: 3,
        groups: 1,
        bias: true,
        activation: Activation::None,
        format: DataFormat::ChannelsLast,
        padding_mode: PaddingMode::Zeros,
        algorithm: Algorithm::Direct,
    };
    const MACS: u64 = 120;
    const PLAN: &'static str = "";

    fn new(weights: &[f64; 120], bias: &[f64; 3]) -> Self {
        Self { weights: *weights, bias: *bias }
    }

    fn forward_at(&self, _: Level, input: &[f64; 40], output: &mut [f64; 3], _: &mut [f64; 0]) {
        *output = self.bias;
        // Backwards, or the reference would add up in the same order.
        for (x, weights) in input.iter().zip(self.weights.as_chunks::<3>().0).rev() {
            for (sum, weight) in output.iter_mut().zip(weights) {
                let weight = if WRONG == SHIFTED { f64::from(*weight as f32) } else { *weight };
                *sum += x * weight;
            }
        }
        if WRONG == IMPRECISE {
            *output = output.map(|sum| sum * (1.0 + 1e-12));
        }
    }
}

#[test]
fn layers_of_f64_are_checked_to_their_last_bits() {
    let report = verify::<Double<NOTHING>>().unwrap();
    assert!(
        report.levels.iter().all(|level| (1e-18..1e-14).contains(&level.error) && level.of_bound < 1.0),
        "{report}"
    );
    assert_eq!(mismatch::<Double<IMPRECISE>>().data, Data::Fractions);
    assert_eq!(mismatch::<Double<SHIFTED>>().wrong, 3);
}

#[test]
fn right_layers_pass_at_every_level() {
    let report = verify::<Conv<NOTHING>>().unwrap();
    assert_eq!(report.outputs, 120);
    let names = |report: &Report| report.levels.iter().map(|level| level_name(level.level)).collect::<Vec<_>>();
    assert_eq!(names(&report), levels().map(level_name).collect::<Vec<_>>());
    // Not exact, or fractions were not what was computed.
    assert!(report.levels.iter().all(|level| level.error > 0.0 && level.of_bound < 1.0), "{report}");
    let text = report.to_string();
    assert!(text.contains("120 outputs agree") && text.lines().count() == 2 + report.levels.len(), "{text}");

    let report = verify::<Pool<false>>().unwrap();
    assert!(report.levels.iter().all(|level| level.error == 0.0 && level.of_bound == 0.0), "{report}");
}

#[test]
fn sums_of_many_integers_are_exact() {
    verify::<Wide>().unwrap();
}

/// The failure of a layer with one mistake.
fn mismatch<L: Layer>() -> Mismatch {
    match verify::<L>() {
        Err(Failure::Output(mismatch)) => *mismatch,
        other => panic!("not a wrong output: {other:?}"),
    }
}

#[test]
fn mistakes_are_found() {
    assert_eq!(mismatch::<Conv<SHIFTED>>().position, [0, 0, 0]);
    assert_eq!(mismatch::<Conv<NO_BIAS>>().wrong, 120);
    assert_eq!(mismatch::<Conv<IMPRECISE>>().data, Data::Fractions);
    mismatch::<Conv<SWAPPED>>();
    let border = mismatch::<Conv<BORDER>>();
    assert_eq!((border.position, border.wrong), (vec![3, 5, 0], 8));
    assert_eq!(level_name(mismatch::<Conv<LAST_LEVEL_ONLY>>().level), last_level());
    mismatch::<Pool<true>>();
}

#[test]
fn an_unwritten_output_is_found() {
    let failure = mismatch::<Conv<UNWRITTEN>>();
    assert!(failure.found.is_nan());
    assert_eq!((&failure.position[..], failure.wrong), (&[4, 5, 3][..], 1));
}

#[test]
fn a_failure_reads_like_an_assertion() {
    let failure = verify::<Conv<NO_BIAS>>().unwrap_err();
    let text = failure.to_string();
    assert_eq!(text, format!("{failure:?}"));
    let best = level_name(levels().next().unwrap());
    assert!(text.contains(&format!("at level {best}: output [0, 0, 0] is ")), "{text}");
    assert!(text.ends_with("(120 of 120 outputs are wrong, on random fractions)"), "{text}");
    let text = verify::<Conv<UNWRITTEN>>().unwrap_err().to_string();
    assert!(text.contains("output [4, 5, 3] was not written, expected "), "{text}");
    let text = verify::<Conv<NOT_A_NUMBER>>().unwrap_err().to_string();
    assert!(text.contains("output [4, 5, 3] is NaN, not a finite number, expected "), "{text}");
    let text = verify::<Conv<INFINITE>>().unwrap_err().to_string();
    assert!(text.contains("output [4, 5, 3] is inf, not a finite number, expected "), "{text}");
}

#[test]
fn types_that_contradict_the_specification_are_found() {
    let text = verify::<TooLong>().unwrap_err().to_string();
    assert!(text.ends_with("TooLong contradict its specification: output must have 2 elements, found 3"), "{text}");
}
