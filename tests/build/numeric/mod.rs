//! Random macro calls, each with a test that verifies its layer at every SIMD level.
//!
//! Comes in: a fixed seed, so that every build tests the same calls. Goes out: one file of items for each test binary.
//! Must not know: the code generator; whether a shape is valid is worked out here.

mod fourier;
mod geometry;
mod padding_modes;
pub(super) mod random;
mod winograd;

use geometry::{Geometry, joined};
use padding_modes::padded;
use random::Random;
use std::fmt::Write as _;
use std::path::Path;

/// Multiply-adds of one layer, padding included, at most: the reference is slow.
const MAX_MACS: usize = 4_000_000;
/// Multiply-adds of a fully unrolled layer at most, well inside the generator's budget.
const MAX_UNROLLED: usize = 1_200;
const CHANNELS: [usize; 15] = [1, 2, 3, 4, 5, 7, 8, 10, 12, 16, 17, 24, 31, 32, 40];

/// Makes one call, `operator keys`, or nothing where the shape that came up is invalid or too large.
type Make = fn(&mut Random) -> Option<String>;

/// Files, each with the number of its calls and what makes one.
const FILES: [(&str, usize, Make); 22] = [
    ("numeric_conv_1", 23, conv2d),
    ("numeric_conv_2", 23, conv2d),
    ("numeric_conv_3", 23, conv2d),
    ("numeric_conv_4", 23, conv2d),
    ("numeric_few_outputs", 23, few_outputs),
    ("numeric_wide_kernels", 10, wide_kernel),
    ("numeric_pool_and_dense", 36, pool_or_dense),
    ("numeric_one_axis", 20, one_axis),
    ("numeric_three_axes", 18, three_axes),
    ("numeric_transposed", 23, transposed),
    ("numeric_groups", 26, grouped),
    ("numeric_depthwise", 29, depthwise),
    ("numeric_adder", 18, adder),
    ("numeric_channels_first_1", 20, channels_first),
    ("numeric_channels_first_2", 20, channels_first),
    ("numeric_separable", 26, separable),
    ("numeric_activations", 26, activated),
    ("numeric_without_window", 23, |random| Some(without_window(random))),
    ("numeric_f64", 30, double),
    ("numeric_padding_modes", 17, padded),
    ("numeric_winograd", 36, winograd::winograd),
    ("numeric_fourier", 24, fourier::fourier),
];

/// What every file begins with.
const CHECK: &str = r#"
/// Verifies `L`; a failure names the macro call.
fn check<L: toeplitz::Layer>(call: &str) {
    let report = toeplitz::verify::<L>().unwrap_or_else(|failure| panic!("{call}\n{failure}"));
    assert_eq!(report.levels.len(), toeplitz::levels().count(), "{call}\n{report}");
}
"#;

/// Writes the generated test source into `out`.
pub(crate) fn write(out: &Path) {
    for (seed, (name, count, make)) in FILES.into_iter().enumerate() {
        let mut random = Random(seed as u64 + 1);
        let mut text = CHECK.to_owned();
        for index in 0..count {
            let call = std::iter::from_fn(|| Some(make(&mut random))).flatten().next().expect("an endless iterator");
            let (operator, keys) = call.split_once(' ').expect("`operator keys`");
            write!(
                text,
                "\ntoeplitz::{operator}! {{ struct Layer{index} < {keys} >; }}\n#[test]\nfn layer_{index}() {{\n    \
                 check::<Layer{index}>(\"{operator}!< {keys} >\");\n}}\n"
            )
            .expect("writing to a string does not fail");
        }
        let path = out.join(name).with_extension("rs");
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// Keys for bias and activation.
fn ending(random: &mut Random) -> String {
    let bias = random.pick(&["", ", bias: true", ", bias: false"]);
    let activations = ["", ", activation: none", ", activation: relu", ", activation: relu6"];
    let activation = match random.below(5) {
        4 => format!(", activation: leaky_relu(0.{})", 1 + random.below(9)),
        plain => activations[plain].to_owned(),
    };
    format!("{bias}{activation}")
}

/// A key for unrolling that a layer of `macs` can bear.
fn unroll(random: &mut Random, macs: usize) -> &'static str {
    match random.below(4) {
        0 => ", unroll: none",
        1 if macs <= MAX_UNROLLED => ", unroll: full",
        2 => ", unroll: auto",
        _ => "",
    }
}

/// Any operator at all, with channels outermost.
fn channels_first(random: &mut Random) -> Option<String> {
    const MAKE: [Make; 10] =
        [conv2d, few_outputs, one_axis, three_axes, transposed, grouped, depthwise, pool_or_dense, wide_kernel, adder];
    let make = random.pick(&MAKE);
    Some(format!("{}, layout: nchw", make(random)?))
}

/// Any convolution; one in five is small enough to be unrolled.
fn conv2d(random: &mut Random) -> Option<String> {
    let tiny = random.below(5) == 0;
    let input = random.lengths(&[if tiny { 6 } else { 20 }; 2]);
    let kernel = random.lengths(&[if tiny { 3 } else { 5 }; 2]);
    let channels = if tiny { &CHANNELS[..5] } else { &CHANNELS[..] };
    let [from, to] = [random.pick(channels), random.pick(channels)];
    convolution(random, &input, &kernel, [from, to], &[1, 1, 2, 3])
}

/// A convolution or a pool along one axis.
fn one_axis(random: &mut Random) -> Option<String> {
    let (input, kernel) = (random.lengths(&[150]), random.lengths(&[12]));
    any(random, &input, &kernel)
}

/// A convolution or a pool along three axes.
fn three_axes(random: &mut Random) -> Option<String> {
    let (input, kernel) = (random.lengths(&[6, 8, 12]), random.lengths(&[3, 3, 4]));
    any(random, &input, &kernel)
}

/// A convolution or a pool: one in four is a pool, one in four has few channels.
fn any(random: &mut Random, input: &[usize], kernel: &[usize]) -> Option<String> {
    let few = match random.below(4) {
        0 => return pool(random, input, kernel),
        1 => true,
        _ => false,
    };
    let channels = if few { &CHANNELS[..4] } else { &CHANNELS[..12] };
    let [from, to] = [random.pick(channels), random.pick(channels)];
    convolution(random, input, kernel, [from, to], &[1, 1, 2, 3])
}

/// So few output channels that lanes run along the row, at widths around every vector length.
fn few_outputs(random: &mut Random) -> Option<String> {
    let input = [1 + random.below(6), 4 + random.below(67)];
    let kernel = random.lengths(&[5, 5]);
    let channels = [1 + random.below(3), 1 + random.below(4)];
    convolution(random, &input, &kernel, channels, &[1, 2])
}

/// A kernel so wide that most columns differ in what they meet.
fn wide_kernel(random: &mut Random) -> Option<String> {
    let input = [1 + random.below(3), 20 + random.below(60)];
    let kernel = [1 + random.below(2), 9 + random.below(50)];
    if random.below(3) == 0 {
        return pool(random, &input, &kernel);
    }
    let channels = [random.pick(&CHANNELS[..8]), random.pick(&CHANNELS[..10])];
    convolution(random, &input, &kernel, channels, &[1, 1, 2, 3])
}

fn convolution(
    random: &mut Random,
    input: &[usize],
    kernel: &[usize],
    [from, to]: [usize; 2],
    strides: &[usize],
) -> Option<String> {
    let geometry = Geometry::new(random, input, kernel, strides, false);
    let macs = geometry.outputs()? * kernel.iter().product::<usize>() * from * to;
    let (rank, keys) = (input.len(), &geometry.keys);
    let (ending, unroll) = (ending(random), unroll(random, macs));
    let (input, kernel) = (joined(input), joined(kernel));
    (macs <= MAX_MACS).then(|| format!("conv{rank}d in: {input}x{from}, kernel: {kernel}x{to}{keys}{ending}{unroll}"))
}

/// A convolution, transposed or not, whose channels are in groups.
fn grouped(random: &mut Random) -> Option<String> {
    let groups = random.pick(&[2, 2, 3, 4, 7]);
    let [from, to] = [(); 2].map(|()| groups * random.pick(&CHANNELS[..11]));
    let (input, kernel) = match random.below(4) {
        0 => (random.lengths(&[60]), random.lengths(&[7])),
        3 => (random.lengths(&[3, 5, 8]), random.lengths(&[2, 3, 3])),
        _ => (random.lengths(&[10, 18]), random.lengths(&[4, 4])),
    };
    if random.below(4) > 0 {
        return Some(format!("{}, groups: {groups}", convolution(random, &input, &kernel, [from, to], &[1, 1, 2])?));
    }
    // Half of the transposed ones have each channel by itself, which is packed in another way.
    let (groups, to) = if random.below(2) == 0 { (from, from) } else { (groups, to) };
    let macs = input.iter().zip(&kernel).map(|(input, kernel)| input * kernel).product::<usize>() * from * to / groups;
    let (rank, stride, ending) = (input.len(), 1 + random.below(3), ending(random));
    let (input, kernel) = (joined(&input), joined(&kernel));
    (macs <= MAX_MACS).then(|| {
        format!("conv_transpose{rank}d in: {input}x{from}, kernel: {kernel}x{to}, stride: {stride}, groups: {groups}{ending}")
    })
}

/// A convolution of each channel by itself.
fn depthwise(random: &mut Random) -> Option<String> {
    let (input, kernel) = if random.below(4) == 0 {
        (random.lengths(&[80]), random.lengths(&[9]))
    } else {
        (random.lengths(&[14, 24]), random.lengths(&[5, 7]))
    };
    let channels = if random.below(2) == 0 { random.pick(&CHANNELS) } else { 1 + random.below(70) };
    let multiplier = random.pick(&[1, 1, 1, 2, 3]);
    let geometry = Geometry::new(random, &input, &kernel, &[1, 1, 2, 3], false);
    let macs = geometry.outputs()? * kernel.iter().product::<usize>() * channels * multiplier;
    let multiplier = if multiplier > 1 { format!(", multiplier: {multiplier}") } else { String::new() };
    let (rank, keys, ending, unroll) = (input.len(), &geometry.keys, ending(random), unroll(random, macs));
    let (input, kernel) = (joined(&input), joined(&kernel));
    (macs <= MAX_MACS).then(|| {
        format!("depthwise_conv{rank}d in: {input}x{channels}, kernel: {kernel}{keys}{multiplier}{ending}{unroll}")
    })
}

/// A depthwise convolution and a pointwise one behind it, in either layout.
fn separable(random: &mut Random) -> Option<String> {
    let (input, kernel) = (random.lengths(&[14, 24]), random.lengths(&[5, 6]));
    let (from, to) = (1 + random.below(40), random.pick(&CHANNELS));
    let multiplier = random.pick(&[1, 1, 1, 2, 3]);
    let geometry = Geometry::new(random, &input, &kernel, &[1, 1, 2, 3], false);
    let macs = geometry.outputs()? * (kernel.iter().product::<usize>() + to) * from * multiplier;
    let multiplier = if multiplier > 1 { format!(", multiplier: {multiplier}") } else { String::new() };
    let (keys, ending, unroll) = (&geometry.keys, ending(random), random.pick(&["", "", ", unroll: none"]));
    let (input, kernel, layout) = (joined(&input), joined(&kernel), random.pick(&["", ", layout: nchw"]));
    (macs <= MAX_MACS).then(|| {
        format!("separable_conv2d in: {input}x{from}, kernel: {kernel}x{to}{keys}{multiplier}{ending}{unroll}{layout}")
    })
}

/// An adder layer with the keys of any convolution along two axes.
fn adder(random: &mut Random) -> Option<String> {
    let call = match random.below(7) {
        0 => few_outputs(random),
        1 => wide_kernel(random),
        2 => grouped(random),
        // Each channel by itself.
        3 => {
            let (input, kernel, channels) = (random.lengths(&[9, 14]), random.lengths(&[4, 5]), random.pick(&CHANNELS));
            let call = convolution(random, &input, &kernel, [channels; 2], &[1, 1, 2]);
            call.map(|call| format!("{call}, groups: {channels}"))
        }
        _ => conv2d(random),
    };
    Some(format!("adder2d {}", call?.strip_prefix("conv2d ")?))
}

/// A transposed convolution along one to three axes.
fn transposed(random: &mut Random) -> Option<String> {
    let rank = random.pick(&[1, 2, 2, 2, 3]);
    let (input, kernel) = match rank {
        1 => (random.lengths(&[60]), random.lengths(&[9])),
        2 => (random.lengths(&[12, 18]), random.lengths(&[5, 5])),
        _ => (random.lengths(&[4, 6, 8]), random.lengths(&[3, 3, 4])),
    };
    let [from, to] = [random.pick(&CHANNELS), random.pick(&CHANNELS)];
    let (stride, stride_text) = random.one_or_each(&[1, 2, 2, 3, 4], rank);
    let (dilation, dilation_text) = random.one_or_each(&[1, 1, 1, 2, 3], rank);
    let (padding, same) = match random.below(4) {
        0 => (String::new(), false),
        1 => (", padding: same".to_owned(), true),
        2 => (", padding: same_lower".to_owned(), true),
        _ => {
            let pairs: Vec<String> = (0..rank).map(|_| format!("[{}, {}]", random.below(3), random.below(3))).collect();
            (format!(", padding: {}", pairs.join("x")), false)
        }
    };
    let mut outputs = 1;
    let mut output_paddings = Vec::new();
    for axis in 0..rank {
        let most = stride[axis].max(dilation[axis]) - 1;
        let output_padding = if same || random.below(2) == 0 { 0 } else { random.below(most + 1) };
        let full = (input[axis] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1 + output_padding;
        // Whatever the padding is, something has to be left of it.
        full.checked_sub(5)?;
        outputs *= full;
        output_paddings.push(output_padding);
    }
    let macs = outputs * kernel.iter().product::<usize>() * from * to;
    let output_padding = match joined(&output_paddings) {
        _ if output_paddings.iter().all(|&padding| padding == 0) => String::new(),
        text => format!(", output_padding: {}", text.replace('x', " x ")),
    };
    let (ending, unroll) = (ending(random), unroll(random, macs));
    let (input, kernel) = (joined(&input), joined(&kernel));
    (macs <= MAX_MACS).then(|| {
        format!(
            "conv_transpose{rank}d in: {input}x{from}, kernel: {kernel}x{to}, stride: {stride_text}, \
             dilation: {dilation_text}{padding}{output_padding}{ending}{unroll}"
        )
    })
}

fn pool_or_dense(random: &mut Random) -> Option<String> {
    match random.below(6) {
        0 | 1 => return Some(dense(random)),
        2 => return Some(global_pool(random)),
        _ => {}
    }
    let (input, window) = (random.lengths(&[20, 20]), random.lengths(&[4, 4]));
    pool(random, &input, &window)
}

fn global_pool(random: &mut Random) -> String {
    let axes = 1 + random.below(3);
    let (kind, sizes) = (random.pick(&["max", "avg"]), random.lengths(&[9, 8, 7][..axes]));
    format!("global_{kind}_pool in: {}x{}", joined(&sizes), random.pick(&CHANNELS))
}

fn pool(random: &mut Random, input: &[usize], window: &[usize]) -> Option<String> {
    let channels = random.pick(&CHANNELS);
    let geometry = Geometry::new(random, input, window, &[1, 2, 3], true);
    let comparisons = geometry.outputs()? * window.iter().product::<usize>() * channels;
    let (rank, keys) = (input.len(), &geometry.keys);
    let unroll = unroll(random, comparisons);
    let (input, window) = (joined(input), joined(window));
    let (kind, counted) = random.pick(&[
        ("max", ""),
        ("max", ""),
        ("avg", ""),
        ("avg", ", count_include_pad: false"),
        ("avg", ", count_include_pad: true"),
    ]);
    geometry
        .windows_meet_input()
        .then(|| format!("{kind}_pool{rank}d in: {input}x{channels}, window: {window}{keys}{counted}{unroll}"))
}

/// Any weighted operator with one of the activations that the others do not have.
fn activated(random: &mut Random) -> Option<String> {
    const OPERATORS: [Make; 7] =
        [conv2d, few_outputs, grouped, depthwise, transposed, adder, |random| Some(dense(random))];
    const ACTIVATIONS: [&str; 12] = [
        "prelu",
        "prelu",
        "elu",
        "elu(0.3)",
        "sigmoid",
        "tanh",
        "silu",
        "hard_swish",
        "hard_sigmoid",
        "hard_sigmoid(0.2, 0.5)",
        "gelu",
        "gelu(tanh)",
    ];
    let call = random.pick(&OPERATORS)(random)?;
    let keys = call.split(", ").filter(|key| !key.starts_with("activation"));
    let activation = format!("activation: {}", random.pick(&ACTIVATIONS));
    Some(keys.chain([activation.as_str()]).collect::<Vec<_>>().join(", "))
}

/// A batch normalisation or a softmax, along none to three axes, in either layout.
fn without_window(random: &mut Random) -> String {
    const ACTIVATIONS: [&str; 5] = ["", "", ", activation: relu6", ", activation: prelu", ", activation: silu"];
    let axes = random.below(4);
    let limits: &[usize] = [&[][..], &[200], &[14, 24], &[5, 6, 9]][axes];
    let channels = if random.below(2) == 0 { random.pick(&CHANNELS) } else { 1 + random.below(70) };
    let sizes: Vec<usize> = random.lengths(limits).into_iter().chain([channels]).collect();
    let (sizes, layout) = (joined(&sizes), random.pick(&["", "", ", layout: nchw"]));
    match random.below(4) {
        0 => format!("softmax in: {sizes}{layout}"),
        1 => format!("log_softmax in: {sizes}{layout}"),
        _ => {
            let (epsilon, activation) = (random.pick(&["", ", epsilon: 0.00001"]), random.pick(&ACTIVATIONS));
            format!("batch_norm in: {sizes}{epsilon}{layout}{activation}")
        }
    }
}

/// Any operator at all in `f64`.
fn double(random: &mut Random) -> Option<String> {
    const MAKE: [Make; 15] = [
        conv2d,
        few_outputs,
        one_axis,
        three_axes,
        transposed,
        grouped,
        depthwise,
        separable,
        adder,
        pool_or_dense,
        |random| pool(random, &[9, 14], &[3, 2]),
        |random| Some(without_window(random)),
        channels_first,
        activated,
        activated,
    ];
    Some(format!("{}, dtype: f64", random.pick(&MAKE)(random)?))
}

fn dense(random: &mut Random) -> String {
    let sizes: Vec<usize> = (0..=random.below(3)).map(|_| 1 + random.below(9)).collect();
    let units = random.pick(&CHANNELS);
    let (ending, unroll) = (ending(random), unroll(random, sizes.iter().product::<usize>() * units));
    format!("dense in: {}, units: {units}{ending}{unroll}", joined(&sizes))
}
