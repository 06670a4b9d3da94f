//! Random macro calls, each with a test that verifies its layer at every SIMD level.
//!
//! Comes in: a fixed seed, so that every build tests the same calls. Goes out: one file of items for each test binary.
//! Must not know: the code generator; whether a shape is valid is worked out here.

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
const FILES: [(&str, usize, Make); 7] = [
    ("numeric_conv_1", 35, conv2d),
    ("numeric_conv_2", 35, conv2d),
    ("numeric_conv_3", 35, conv2d),
    ("numeric_conv_4", 35, conv2d),
    ("numeric_few_outputs", 36, few_outputs),
    ("numeric_wide_kernels", 18, wide_kernel),
    ("numeric_pool_and_dense", 40, pool_or_dense),
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

/// A source of numbers, the same in every build (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 33) as usize % end
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// One of `from` for both axes, or one each, with its spelling.
    fn both_or_each(&mut self, from: &[usize]) -> ([usize; 2], String) {
        let [first, second] = [self.pick(from), self.pick(from)];
        if self.below(2) == 0 {
            ([first; 2], first.to_string())
        } else {
            ([first, second], format!("{first}x{second}"))
        }
    }
}

/// Height and width of everything that decides whether a shape is valid, and the keys that say so.
struct Geometry {
    axes: [Axis; 2],
    keys: String,
}

struct Axis {
    input: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    before: usize,
    after: usize,
}

impl Axis {
    fn extent(&self) -> usize {
        (self.kernel - 1) * self.dilation + 1
    }

    /// Number of outputs; none where the kernel does not fit.
    fn output(&self) -> Option<usize> {
        let slack = (self.before + self.input + self.after).checked_sub(self.extent())?;
        Some(slack / self.stride + 1)
    }

    /// Whether every window meets the input, as a maximum has to.
    fn windows_meet_input(&self) -> bool {
        (0..self.output().unwrap_or(0)).all(|output| {
            let mut places = (0..self.kernel).map(|k| output * self.stride + k * self.dilation);
            places.any(|place| place >= self.before && place < self.before + self.input)
        })
    }
}

impl Geometry {
    /// The keys for stride, dilation and padding around the given sizes.
    fn new(random: &mut Random, input: [usize; 2], kernel: [usize; 2], strides: &[usize], pool: bool) -> Self {
        let (stride, stride_text) = random.both_or_each(strides);
        let (dilation, dilation_text) = random.both_or_each(&[1, 1, 2]);
        let mut axes = [0, 1].map(|i| Axis {
            input: input[i],
            kernel: kernel[i],
            stride: stride[i],
            dilation: dilation[i],
            before: 0,
            after: 0,
        });
        let padding = pad(random, &mut axes, pool);
        let say = |needed: bool, key: String| if needed { key } else { String::new() };
        // A pool's stride is its window's size where it is absent.
        let stride_needed = pool || stride != [1, 1] || random.below(2) == 0;
        let stride = say(stride_needed, format!(", stride: {stride_text}"));
        let dilation_needed = dilation != [1, 1] || random.below(4) == 0;
        let dilation = say(dilation_needed, format!(", dilation: {dilation_text}"));
        Geometry { axes, keys: stride + &dilation + &padding }
    }

    /// Output positions, or nothing for an invalid shape.
    fn outputs(&self) -> Option<usize> {
        Some(self.axes[0].output()? * self.axes[1].output()?)
    }
}

/// Pads `axes` by a random rule and spells it.
fn pad(random: &mut Random, axes: &mut [Axis; 2], pool: bool) -> String {
    let rule = random.below(10);
    let [a, b, c, d] = [(); 4].map(|()| random.below(4));
    let explicit = match rule {
        0 => return String::new(),
        1 => return ", padding: valid".to_owned(),
        2..=4 => {
            for axis in axes {
                let outputs = axis.input.div_ceil(axis.stride);
                let total = ((outputs - 1) * axis.stride + axis.extent()).saturating_sub(axis.input);
                let (less, more) = (total / 2, total - total / 2);
                (axis.before, axis.after) = if rule == 4 { (more, less) } else { (less, more) };
            }
            return format!(", padding: {}", if rule == 4 { "same_lower" } else { "same" });
        }
        5 if !pool => {
            for axis in axes {
                (axis.before, axis.after) = (axis.extent() - 1, axis.extent() - 1);
            }
            return ", padding: full".to_owned();
        }
        5 | 6 => ([[a, a], [a, a]], format!("{a}")),
        7 => ([[a, a], [b, b]], format!("{a}x{b}")),
        // `0x[` would be read as a broken hexadecimal number.
        8 if a == 0 => ([[a, a], [b, c]], format!("{a} x [{b}, {c}]")),
        8 => ([[a, a], [b, c]], format!("{a}x[{b}, {c}]")),
        _ => ([[a, b], [c, d]], format!("[{a}, {b}]x[{c}, {d}]")),
    };
    let (amounts, text) = explicit;
    for (axis, [before, after]) in axes.iter_mut().zip(amounts) {
        (axis.before, axis.after) = (before, after);
    }
    format!(", padding: {text}")
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

/// Any convolution; one in five is small enough to be unrolled.
fn conv2d(random: &mut Random) -> Option<String> {
    let tiny = random.below(5) == 0;
    let longest = if tiny { 6 } else { 20 };
    let input = [1 + random.below(longest), 1 + random.below(longest)];
    let kernel = [1 + random.below(if tiny { 3 } else { 5 }), 1 + random.below(if tiny { 3 } else { 5 })];
    let channels = if tiny { &CHANNELS[..5] } else { &CHANNELS[..] };
    let [from, to] = [random.pick(channels), random.pick(channels)];
    convolution(random, input, kernel, [from, to], &[1, 1, 2, 3])
}

/// So few output channels that lanes run along the row, at widths around every vector length.
fn few_outputs(random: &mut Random) -> Option<String> {
    let input = [1 + random.below(6), 4 + random.below(67)];
    let kernel = [1 + random.below(5), 1 + random.below(5)];
    let channels = [1 + random.below(3), 1 + random.below(4)];
    convolution(random, input, kernel, channels, &[1, 2])
}

/// A kernel so wide that most columns differ in what they meet.
fn wide_kernel(random: &mut Random) -> Option<String> {
    let input = [1 + random.below(3), 20 + random.below(60)];
    let kernel = [1 + random.below(2), 9 + random.below(50)];
    if random.below(3) == 0 {
        return pool(random, input, kernel);
    }
    let channels = [random.pick(&CHANNELS[..8]), random.pick(&CHANNELS[..10])];
    convolution(random, input, kernel, channels, &[1, 1, 2, 3])
}

fn convolution(
    random: &mut Random,
    input: [usize; 2],
    kernel: [usize; 2],
    [from, to]: [usize; 2],
    strides: &[usize],
) -> Option<String> {
    let geometry = Geometry::new(random, input, kernel, strides, false);
    let macs = geometry.outputs()? * kernel[0] * kernel[1] * from * to;
    let ([height, width], [k_h, k_w], keys) = (input, kernel, &geometry.keys);
    let (ending, unroll) = (ending(random), unroll(random, macs));
    (macs <= MAX_MACS)
        .then(|| format!("conv2d in: {height}x{width}x{from}, kernel: {k_h}x{k_w}x{to}{keys}{ending}{unroll}"))
}

fn pool_or_dense(random: &mut Random) -> Option<String> {
    if random.below(3) == 0 { Some(dense(random)) } else { max_pool2d(random) }
}

fn max_pool2d(random: &mut Random) -> Option<String> {
    let input = [1 + random.below(20), 1 + random.below(20)];
    let window = [1 + random.below(4), 1 + random.below(4)];
    pool(random, input, window)
}

fn pool(random: &mut Random, input: [usize; 2], window: [usize; 2]) -> Option<String> {
    let channels = random.pick(&CHANNELS);
    let geometry = Geometry::new(random, input, window, &[1, 2, 3], true);
    let comparisons = geometry.outputs()? * window[0] * window[1] * channels;
    let ([height, width], [w_h, w_w], keys) = (input, window, &geometry.keys);
    let unroll = unroll(random, comparisons);
    geometry
        .axes
        .iter()
        .all(Axis::windows_meet_input)
        .then(|| format!("max_pool2d in: {height}x{width}x{channels}, window: {w_h}x{w_w}{keys}{unroll}"))
}

fn dense(random: &mut Random) -> String {
    let sizes: Vec<usize> = (0..=random.below(3)).map(|_| 1 + random.below(9)).collect();
    let units = random.pick(&CHANNELS);
    let (ending, unroll) = (ending(random), unroll(random, sizes.iter().product::<usize>() * units));
    let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
    format!("dense in: {}, units: {units}{ending}{unroll}", sizes.join("x"))
}
