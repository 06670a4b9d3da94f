//! NaN, infinities and signed zeros through the activations: the same at every SIMD level, and what the formulas say.

use toeplitz::{Layer, conv2d, level_name, levels, log_softmax, max_pool2d, softmax};

conv2d! { struct Plain < in: 1x5x1, kernel: 1x1x19, bias: false >; }
conv2d! { struct Relu < in: 1x5x1, kernel: 1x1x19, bias: false, activation: relu >; }
conv2d! { struct Relu6 < in: 1x5x1, kernel: 1x1x19, bias: false, activation: relu6 >; }
conv2d! { struct Leaky < in: 1x5x1, kernel: 1x1x19, bias: false, activation: leaky_relu(0.25) >; }
// One channel: lanes along the row, and scalars at its end.
conv2d! { struct Row < in: 1x23x1, kernel: 1x1x1, bias: false, activation: relu6 >; }

const INPUT: [f32; 5] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -8.0, 8.0];

/// Runs `L` with all weights 1 on [`INPUT`], repeated, at every level.
fn check<L: Layer<Element = f32, Scratch = [f32; 0]>>(expected: [f32; 5]) {
    let mut weights = <L::Weights as toeplitz::Buffer>::zeroed();
    toeplitz::Buffer::as_mut_slice(&mut *weights).fill(1.0);
    let mut input = <L::Input as toeplitz::Buffer>::zeroed();
    for (to, from) in toeplitz::Buffer::as_mut_slice(&mut *input).iter_mut().zip(INPUT.into_iter().cycle()) {
        *to = from;
    }
    let layer = L::boxed(&weights, &toeplitz::Buffer::zeroed());
    let channels = L::SPEC.out_channels;
    for level in levels() {
        let mut output = <L::Output as toeplitz::Buffer>::zeroed();
        layer.forward_at(level, &input, &mut output, &mut []);
        for (at, &found) in toeplitz::Buffer::as_slice(&*output).iter().enumerate() {
            let expected = expected[at / channels % 5];
            let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
            assert!(same, "{}: {found} where {expected} is due", level_name(level));
        }
    }
}

#[test]
fn no_activation() {
    check::<Plain>(INPUT);
}

#[test]
fn relu() {
    check::<Relu>([f32::NAN, f32::INFINITY, 0.0, 0.0, 8.0]);
}

#[test]
fn relu6() {
    check::<Relu6>([f32::NAN, 6.0, 0.0, 0.0, 6.0]);
    check::<Row>([f32::NAN, 6.0, 0.0, 0.0, 6.0]);
}

#[test]
fn leaky_relu() {
    check::<Leaky>([f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -2.0, 8.0]);
}

softmax! { struct Softmax < in: 3x19 >; }
softmax! { struct SoftmaxFirst < in: 3x19, layout: nchw >; }
log_softmax! { struct LogSoftmax < in: 3x19 >; }
log_softmax! { struct LogSoftmaxFirst < in: 3x19, layout: nchw >; }

/// Runs `L` on three pixels of 19 channels, all `fill` but one that is `odd`, and one pixel that is clean. Gives the odd channel's
/// output and that of the others, of both pixels.
fn pixels<L: Layer<Element = f32, Input = [f32; 57], Output = [f32; 57], Scratch = [f32; 0]>>(
    fill: f32,
    odd: f32,
) -> Vec<[f32; 3]> {
    let first = L::SPEC.format == toeplitz::DataFormat::ChannelsFirst;
    let at = |pixel: usize, channel: usize| if first { channel * 3 + pixel } else { pixel * 19 + channel };
    let mut input = [1.0; 57];
    for channel in 0..19 {
        input[at(1, channel)] = if channel == 17 { odd } else { fill };
    }
    let layer = L::boxed(&toeplitz::Buffer::zeroed(), &toeplitz::Buffer::zeroed());
    let run = |level| {
        let mut output = [0.0; 57];
        layer.forward_at(level, &input, &mut output, &mut []);
        [output[at(1, 17)], output[at(1, 3)], output[at(2, 3)]]
    };
    levels().map(run).collect()
}

/// What the documentation promises: a NaN, plus infinity, or minus infinity alone makes NaNs of its pixel and of no other; minus
/// infinity among numbers has probability 0.
#[test]
fn softmax_of_special_values_is_nan_in_their_pixel_or_zero() {
    const INFINITY: f32 = f32::INFINITY;
    for (fill, odd) in [(0.5, f32::NAN), (0.5, INFINITY), (-INFINITY, -INFINITY), (-INFINITY, f32::NAN)] {
        let all = [pixels::<Softmax>(fill, odd), pixels::<SoftmaxFirst>(fill, odd)].concat();
        for [found, beside, elsewhere] in all {
            assert!(found.is_nan() && beside.is_nan(), "{fill} and {odd}: {found}, {beside}");
            assert!((elsewhere - 1.0 / 19.0).abs() < 1e-7, "{fill} and {odd}: {elsewhere}");
        }
        let all = [pixels::<LogSoftmax>(fill, odd), pixels::<LogSoftmaxFirst>(fill, odd)].concat();
        assert!(all.iter().all(|[found, beside, elsewhere]| found.is_nan() && beside.is_nan() && !elsewhere.is_nan()));
    }
    for [found, beside, _] in [pixels::<Softmax>(2.0, -INFINITY), pixels::<SoftmaxFirst>(2.0, -INFINITY)].concat() {
        assert!(found.to_bits() == 0 && (beside - 1.0 / 18.0).abs() < 1e-7, "{found}, {beside}");
    }
    for [found, _, _] in [pixels::<LogSoftmax>(2.0, -INFINITY), pixels::<LogSoftmaxFirst>(2.0, -INFINITY)].concat() {
        assert!(found.to_bits() == (-INFINITY).to_bits(), "{found}");
    }
    // The largest numbers there are, of either sign, do not overflow.
    for [found, beside, _] in
        [pixels::<Softmax>(f32::MIN, f32::MAX), pixels::<SoftmaxFirst>(f32::MIN, f32::MAX)].concat()
    {
        assert!(found.to_bits() == 1.0_f32.to_bits() && beside.to_bits() == 0, "{found}, {beside}");
    }
}

max_pool2d! { struct Pool < in: 5x5x19, window: 3x3, stride: 1, padding: same >; }

/// What the documentation promises of a NaN in a pool: NaN or the largest number of the window comes out of those that hold it,
/// all other outputs are as they were.
#[test]
fn a_nan_stays_in_its_windows() {
    let numbers: [f32; 475] = std::array::from_fn(|at| ((at * 37 + 11) % 101) as f32 - 120.0);
    for level in levels() {
        let mut clean = [0.0; 475];
        Pool::new().forward_at(level, &numbers, &mut clean, &mut []);
        for nan in 0..475 {
            let (y, x, channel) = (nan / 95, nan / 19 % 5, nan % 19);
            let (mut input, mut output) = (numbers, [0.0; 475]);
            input[nan] = f32::NAN;
            Pool::new().forward_at(level, &input, &mut output, &mut []);
            for (at, (found, clean)) in output.into_iter().zip(clean).enumerate() {
                let (oy, ox) = (at / 95, at / 19 % 5);
                if oy.abs_diff(y).max(ox.abs_diff(x)) > 1 || at % 19 != channel {
                    assert_eq!(found.to_bits(), clean.to_bits(), "{}: output {at}", level_name(level));
                } else if !found.is_nan() {
                    let window = (0..475_usize).filter(|from| {
                        (from / 95).abs_diff(oy).max((from / 19 % 5).abs_diff(ox)) <= 1 && from % 19 == channel
                    });
                    let most = window.map(|from| input[from]).fold(f32::NEG_INFINITY, f32::max);
                    assert_eq!(found.to_bits(), most.to_bits(), "{}", level_name(level));
                }
            }
        }
    }
}
