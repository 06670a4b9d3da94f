//! Networks whose steps are done together: against the reference, against the same steps one by one, and that they are done together.

use toeplitz::{Buffer, Layer, levels, network, verify};
use toeplitz_codegen::expand_source;

/// The same network twice, its steps together and one by one, and what its plan has to say.
macro_rules! both {
    ($name:ident, $together:expr, ($($head:tt)*) $body:tt) => {
        mod $name {
            use super::*;

            network! { pub(super) struct Fused < $($head)* > $body }
            network! { pub(super) struct Plain < $($head)*, fuse: none > $body }

            #[test]
            fn together_as_one_by_one() {
                assert_eq!(together(Fused::PLAN), $together);
                assert_eq!(together(Plain::PLAN), [""; 0]);
                assert!(Fused::ARENA <= Plain::ARENA);
                verify::<Fused>().unwrap();
                verify::<Plain>().unwrap();
                equal::<Fused, Plain>();
            }
        }
    };
}

/// What a plan does together: the headings with several steps, each behind an empty line.
fn together(plan: &str) -> Vec<&str> {
    let paragraphs = plan.split("\n\n").map(|paragraph| paragraph.lines().next().unwrap_or_default());
    paragraphs.filter(|heading| heading.contains(" + ")).collect()
}

/// Both have the same outputs, at every level, whatever memory holds.
fn equal<A, B>()
where
    A: Layer<Element = f32>,
    B: Layer<Element = f32, Weights = A::Weights, Bias = A::Bias, Input = A::Input, Output = A::Output>,
{
    let (mut weights, bias, input) = (spread::<A::Weights>(1), spread::<A::Bias>(2), spread::<A::Input>(3));
    // Variances among them are at least 0.
    weights.as_mut_slice().iter_mut().for_each(|weight| *weight = weight.abs());
    let (a, b) = (A::boxed(&weights, &bias), B::boxed(&weights, &bias));
    for level in levels() {
        let (mut first, mut second) = (A::Output::zeroed(), B::Output::zeroed());
        let (mut memory, mut other) = (A::Scratch::zeroed(), B::Scratch::zeroed());
        for buffer in [first.as_mut_slice(), second.as_mut_slice(), memory.as_mut_slice(), other.as_mut_slice()] {
            buffer.fill(f32::NAN);
        }
        a.forward_at(level, &input, &mut first, &mut memory);
        b.forward_at(level, &input, &mut second, &mut other);
        // Tiles of other shapes may add up in another order, and weights that took in a normalisation are rounded once more.
        let bound = 1e-5 * second.as_slice().iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        for (at, (found, expected)) in first.as_slice().iter().zip(second.as_slice()).enumerate() {
            assert!((found - expected).abs() <= bound, "output {at} is {found}, one by one {expected}");
        }
    }
}

/// Different values, from -1/4 to 1/4, so that sums of several layers stay small.
#[expect(clippy::unnecessary_box_returns, reason = "too large for a stack")]
fn spread<B: Buffer<Element = f32>>(seed: u32) -> Box<B> {
    let mut buffer = B::zeroed();
    let mut state = seed;
    for value in buffer.as_mut_slice() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *value = (state >> 8) as f32 / (1 << 26) as f32 - 0.125;
    }
    buffer
}

// Windows side by side; an odd row and column that no window meets.
both!(pool_2x2, ["conv + pool"], (in: 37x41x1) {
    conv = conv2d!< kernel: 5x5x32, padding: same, activation: relu, accuracy: exact >;
    pool = max_pool2d!< window: 2x2 >;
});

// Three rows of windows with a column of padding, and rows behind the last.
both!(pool_3x3, ["conv + pool"], (in: 41x38x2) {
    conv = conv2d!< kernel: 3x3x24, padding: same, activation: prelu, accuracy: exact >;
    pool = max_pool2d!< window: 3x3, padding: [0, 0]x[1, 0] >;
    after = conv2d!< kernel: 1x1x3 >;
});

both!(depthwise_pointwise, ["dw + pw + sum"], (in: 33x37x24) {
    stem = conv2d!< kernel: 1x1x24 >;
    dw = depthwise_conv2d!< kernel: 3x3, padding: same, activation: relu6 >;
    pw = conv2d!< kernel: 1x1x24, activation: leaky_relu(0.2) >;
    sum = add!< pw, stem, activation: relu >;
});

both!(depthwise_strided, ["dw + pw"], (in: 65x49x36) {
    dw = depthwise_conv2d!< kernel: 3x3, stride: 2, padding: same, activation: prelu >;
    pw = conv2d!< kernel: 1x1x42, activation: prelu >;
});

// Sums where one term lies, and where both are needed on; rests of a vector, few channels, a row alone, a list.
both!(sums, ["a + sum, in the place of what is added", "b + twice"], (in: 11x9x6, outputs: [twice, last]) {
    skip = conv2d!< kernel: 1x1x37 >;
    a = conv2d!< in, kernel: 3x3x37, padding: same, activation: relu, accuracy: exact >;
    sum = add!< a, skip, activation: hard_swish >;
    b = conv2d!< kernel: 3x3x37, padding: same, accuracy: exact >;
    twice = add!< sum, b >;
    last = avg_pool2d!< sum, window: 2x2 >;
});

// Rows of outputs that are summed together are added to once, and not where some are computed twice.
both!(sums_of_tiles, ["a + sum, in the place of what is added", "b + last"], (in: 11x24x3) {
    skip = conv2d!< kernel: 1x1x32, activation: relu >;
    a = conv2d!< in, kernel: 3x3x32, padding: same >;
    sum = add!< a, skip, activation: relu >;
    narrow = conv2d!< kernel: 1x1x2 >;
    b = conv2d!< kernel: 3x3x32, padding: same >;
    last = add!< b, sum >;
});

both!(few_channels, ["a + one", "b + two", "c + three"], (in: 19x43x2, outputs: [one, two, three]) {
    x = conv2d!< kernel: 1x1x1 >;
    y = conv2d!< in, kernel: 1x1x2 >;
    z = conv2d!< in, kernel: 1x1x3 >;
    a = conv2d!< in, kernel: 3x3x1, padding: same >;
    one = add!< a, x, activation: relu >;
    b = conv2d!< in, kernel: 3x3x2, padding: same >;
    two = add!< y, b, activation: relu >;
    c = conv2d!< in, kernel: 3x3x3, padding: same >;
    three = add!< c, z, activation: relu >;
});

both!(channels_first, ["a + sum"], (in: 14x19x5, layout: nchw) {
    skip = conv2d!< kernel: 1x1x21 >;
    a = conv2d!< in, kernel: 3x3x21, padding: same >;
    sum = add!< a, skip, activation: relu >;
});

both!(one_axis, ["a + sum", "dense + logits"], (in: 40x8, outputs: [sum, logits]) {
    a = conv1d!< kernel: 3x8, padding: causal >;
    sum = add!< a, in, activation: relu >;
    first = dense!< units: 10 >;
    dense = dense!< sum, units: 10 >;
    logits = add!< first, dense >;
});

// Taken twice, by what follows and by another; of the input itself; with an exponential: one by one.
both!(apart, [""; 0], (in: 9x9x4) {
    a = conv2d!< kernel: 3x3x4, padding: same >;
    sum = add!< a, a >;
    b = conv2d!< kernel: 3x3x4, padding: same >;
    curved = add!< b, sum, activation: sigmoid >;
});

both!(norms, ["conv + norm + pool", "dw + dw_norm + pw + pw_norm + sum", "last + last_norm"], (in: 70x72x3) {
    conv = conv2d!< kernel: 3x3x20, stride: 1, padding: same, bias: false, accuracy: exact >;
    norm = batch_norm!< activation: prelu >;
    pool = max_pool2d!< window: 2x2 >;
    dw = depthwise_conv2d!< kernel: 3x3, padding: same, bias: false >;
    dw_norm = batch_norm!< activation: relu6, epsilon: 0.01 >;
    pw = conv2d!< kernel: 1x1x20 >;
    pw_norm = batch_norm!< activation: leaky_relu(0.3) >;
    sum = add!< pw_norm, pool, activation: relu >;
    mean = global_avg_pool!<>;
    last = dense!< units: 7 >;
    last_norm = batch_norm!<>;
});

both!(norms_of_others, ["grouped + first", "transposed + second"], (in: 7x9x6, layout: nchw) {
    grouped = conv2d!< kernel: 3x2x10, groups: 2 >;
    first = batch_norm!< activation: sigmoid >;
    transposed = conv_transpose2d!< kernel: 2x3x5, stride: 2 >;
    second = batch_norm!<>;
});

/// Windows that share rows, or reach into the padding above or below, wait for the whole map.
#[test]
fn windows_side_by_side_alone_are_done_with_what_is_before() {
    let is_together = |pool: &str| {
        let call = format!(
            "network! {{ struct Network < in: 41x38x2 > {{
                conv = conv2d!< kernel: 3x3x24, padding: same, accuracy: exact >;
                pool = max_pool2d!< {pool} >;
            }} }}"
        );
        expand_source(&call).unwrap().contains("done together: conv + pool")
    };
    for pool in ["window: 2x2", "window: 3x3", "window: 4x2, stride: 4x1, padding: 0x1", "window: 1x3"] {
        assert!(is_together(pool), "{pool}");
    }
    for pool in
        ["window: 3x3, stride: 2", "window: 2x2, padding: 1", "window: 2x2, padding: same", "window: 2x2, dilation: 2"]
    {
        assert!(!is_together(pool), "{pool}");
    }
}
