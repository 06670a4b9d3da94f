//! Layers of networks whose weights are known and partly zero.
//!
//! The build script writes random kernels of which some blocks of eight outputs are zeros, or whole kernel elements or channels. `verify` computes
//! them all, zeros too, at every SIMD level.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use safetensors::SafeTensors;
use toeplitz::{Layer, network, verify};

/// A network of one layer, with weights of that name.
macro_rules! layers {
    ($($layer:ident $name:ident: $size:tt $operator:ident($($keys:tt)*);)*) => {$(
        network! {
            struct $layer < in: $size, weights: "$OUT_DIR/weights/pruned.safetensors" > {
                $name = $operator!< $($keys)* >;
            }
        }
    )*};
}

layers! {
    Dense69 dense69: 9x11x10 conv2d(kernel: 3x3x40, padding: same);
    Same70 same70: 9x11x10 conv2d(kernel: 3x3x40, padding: same);
    Stride80 stride80: 13x17x9 conv2d(kernel: 4x3x43, stride: 2, padding: same, activation: relu);
    Dilated dilated: 15x14x8 conv2d(kernel: 3x3x32, dilation: 2x3, padding: same);
    Mirrored dilated: 5x6x8 conv2d(kernel: 3x3x32, padding: 2x1, padding_mode: reflect);
    Pointwise pointwise: 7x9x48 conv2d(kernel: 1x1x24);
    Line line: 41x12 conv1d(kernel: 5x19, padding: same);
    Volume volume: 5x6x7x6 conv3d(kernel: 2x3x2x16, padding: same);
    Wide wide: 6x50x4 conv2d(kernel: 2x29x16, padding: same);
    Looped same70: 9x11x10 conv2d(kernel: 3x3x40, padding: same, unroll: none);
    Units units: 600 dense(units: 37);
    Rest rest: 8x16x16 conv2d(kernel: 3x5x3);
    Nothing nothing: 6x5x4 conv2d(kernel: 3x2x24, padding: same, activation: sigmoid);
    Cross cross: 12x13x16 conv2d(kernel: 3x3x32, padding: same);
    Rows rows: 12x13x16 conv2d(kernel: 5x3x32, padding: same, algorithm: direct);
    Columns columns: 12x13x16 conv2d(kernel: 3x5x32, padding: same, algorithm: direct);
    Ring ring: 9x8x5 conv2d(kernel: 5x5x12, padding: same, stride: 2);
    Mirror ring: 9x8x5 conv2d(kernel: 5x5x12, padding: 2, padding_mode: reflect);
    LoopedRing ring: 9x8x5 conv2d(kernel: 5x5x12, padding: full, dilation: 2, unroll: none);
    TwoRows tiles: 12x13x32 conv2d(kernel: 3x3x32, padding: same);
    Planes planes: 4x6x7x6 conv3d(kernel: 2x3x3x8, padding: same);
    Channels channels: 10x9x24 conv2d(kernel: 3x3x48, padding: same);
}

network! {
    /// What is done together with a convolution, and equal operators of which one alone has zeros.
    struct Joined < in: 9x11x10, outputs: [pooled, all], weights: "$OUT_DIR/weights/pruned.safetensors" > {
        dense69 = conv2d!< kernel: 3x3x40, padding: same, activation: relu >;
        same70 = conv2d!< in, kernel: 3x3x40, padding: same, activation: relu >;
        sum = add!< same70, dense69 >;
        all = max_pool2d!< sum, window: 2x2 >;
        last = conv2d!< in, kernel: 3x3x40, padding: same, activation: relu, weights: "same70" >;
        pooled = max_pool2d!< window: 3x3, stride: 2 >;
    }
}

network! {
    struct Double < in: 9x11x10, dtype: f64, weights: "$OUT_DIR/weights/pruned_f64.safetensors" > {
        same70 = conv2d!< kernel: 3x3x40, padding: same >;
    }
}

/// The elements of all tensors that the build script wrote.
static TENSORS: LazyLock<HashMap<String, Vec<f32>>> = LazyLock::new(|| {
    let path = Path::new(concat!(env!("OUT_DIR"), "/weights/pruned.safetensors"));
    let bytes = fs::read(path).expect("the build script's file");
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    let numbers = |data: &[u8]| data.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect();
    file.iter().map(|(name, view)| (name.to_owned(), numbers(view.data()))).collect()
});

/// Which blocks of so many of the outputs of a layer are not zero, step by step: how many outputs each has.
fn blocks(name: &str, outputs: usize, width: usize) -> Vec<Vec<usize>> {
    let steps = TENSORS[&format!("{name}.weight")].chunks(outputs);
    let filled = |block: &[f32]| if block.iter().any(|&weight| weight != 0.0) { block.len() } else { 0 };
    steps.map(|step| step.chunks(width).map(filled).collect()).collect()
}

/// The line of a plan about zeros.
fn said(plan: &str) -> Option<&str> {
    plan.lines().find(|line| line.starts_with("sparse: "))
}

/// Outputs of the panels of a plan, of which each has steps of its own.
fn width(plan: &str) -> usize {
    if plan.contains("of 16 outputs") { 16 } else { 8 }
}

/// A number without its commas.
fn plain(text: &str) -> String {
    text.replace(',', "")
}

/// Whether a plan says how many blocks are not zero, and that all panels without one are left out.
fn check_words<L: Layer>(name: &str, outputs: usize) {
    let count = |width: usize| {
        let blocks = blocks(name, outputs, width).concat();
        let filled = blocks.iter().filter(|&&outputs| outputs > 0).count();
        format!("{filled} of {}", blocks.len())
    };
    let (blocks, panels) = (count(8), count(width(L::PLAN)));
    let expected = format!(
        "sparse: {blocks} blocks of 8 outputs are not zero; {panels} steps of panels are done by lists of them"
    );
    assert_eq!(said(L::PLAN).map(plain), Some(expected), "{}", L::PLAN);
    verify::<L>().unwrap();
}

/// An axis of a convolution with padding of zeros: input, kernel, stride, elements before the first, output.
type Axis = (usize, usize, usize, usize, usize);

/// Multiply-adds of the panels that are not zero where the window is inside the input, one by one.
fn macs(plan: &str, name: &str, [rows, columns]: [Axis; 2], [inputs, outputs]: [usize; 2]) -> u64 {
    let blocks = blocks(name, outputs, width(plan));
    let inside = |(input, _, stride, before, output): Axis, tap: usize| {
        (0..output).filter(|at| (before..input + before).contains(&(at * stride + tap))).count()
    };
    let step = |(step, blocks): (usize, &Vec<usize>)| {
        let (row, column) = (step / inputs / columns.1, step / inputs % columns.1);
        inside(rows, row) * inside(columns, column) * blocks.iter().sum::<usize>()
    };
    blocks.iter().enumerate().map(step).sum::<usize>() as u64
}

#[test]
fn pruned_layers_are_sparse_and_right() {
    check_words::<Same70>("same70", 40);
    check_words::<Looped>("same70", 40);
    check_words::<Double>("same70", 40);
    check_words::<Stride80>("stride80", 43);
    check_words::<Dilated>("dilated", 32);
    check_words::<Mirrored>("dilated", 32);
    check_words::<Pointwise>("pointwise", 24);
    check_words::<Line>("line", 19);
    check_words::<Volume>("volume", 16);
    check_words::<Wide>("wide", 16);
    check_words::<Units>("units", 37);
    check_words::<Rest>("rest", 3);
    check_words::<Nothing>("nothing", 24);
}

#[test]
fn less_than_seven_of_ten_blocks_are_not_enough() {
    assert_eq!(said(Dense69::PLAN), None, "{}", Dense69::PLAN);
    verify::<Dense69>().unwrap();
}

#[test]
fn whole_kernel_elements_and_channels_are_left_out_whatever_their_number() {
    // Two panels of 144 steps, of which five of nine are not zero.
    assert!(said(Cross::PLAN).is_some_and(|line| line.contains("160 of 288")), "{}", Cross::PLAN);
    // A third of the channels, and five blocks of outputs of six.
    assert!(said(Channels::PLAN).is_some_and(|line| line.contains("360 of 1,296 blocks")), "{}", Channels::PLAN);
    verify::<Cross>().unwrap();
    verify::<Channels>().unwrap();
}

#[test]
fn whole_kernel_rows_and_columns_have_no_taps() {
    let lines = |plan: &str| -> Vec<String> {
        plan.lines().filter(|line| line.starts_with("kernel ")).map(str::to_owned).collect()
    };
    let (rows, columns) = ("kernel rows 0, 4 are zeros and left out", "kernel columns 0, 4 are zeros and left out");
    for (plan, words) in [
        (Rows::PLAN, &["kernel rows 0, 3 are zeros and left out"][..]),
        (Columns::PLAN, &["kernel columns 1, 4 are zeros and left out"]),
        (Ring::PLAN, &[rows, columns]),
        (Mirror::PLAN, &[rows, columns]),
        (LoopedRing::PLAN, &[rows, columns]),
        // Tiles are cheaper than two of three rows.
        (TwoRows::PLAN, &[]),
        (Cross::PLAN, &[]),
    ] {
        assert_eq!(lines(plan), words, "{plan}");
        assert!(words.is_empty() || said(plan).is_none(), "{plan}");
    }
    assert!(TwoRows::PLAN.contains("Winograd F("), "{}", TwoRows::PLAN);
    verify::<Rows>().unwrap();
    verify::<Columns>().unwrap();
    verify::<Ring>().unwrap();
    verify::<Mirror>().unwrap();
    verify::<LoopedRing>().unwrap();
    verify::<TwoRows>().unwrap();
    verify::<Planes>().unwrap();
}

#[test]
fn multiply_adds_are_those_that_are_done() {
    let (same9, same11) = ((9, 3, 1, 1, 9), (11, 3, 1, 1, 11));
    assert_eq!(Same70::MACS, macs(Same70::PLAN, "same70", [same9, same11], [10, 40]));
    assert_eq!(Looped::MACS, Same70::MACS);
    // Windows of 4 and 3 elements, two apart, that cover 13 and 17.
    assert_eq!(Stride80::MACS, macs(Stride80::PLAN, "stride80", [(13, 4, 2, 1, 7), (17, 3, 2, 1, 9)], [9, 43]));
    assert_eq!(Pointwise::MACS, macs(Pointwise::PLAN, "pointwise", [(7, 1, 1, 0, 7), (9, 1, 1, 0, 9)], [48, 24]));
    assert_eq!(Line::MACS, macs(Line::PLAN, "line", [(1, 1, 1, 0, 1), (41, 5, 1, 2, 41)], [12, 19]));
    assert_eq!(Units::MACS, macs(Units::PLAN, "units", [(1, 1, 1, 0, 1); 2], [600, 37]));
    assert_eq!(Nothing::MACS, 0);
    let (same12, same13) = ((12, 3, 1, 1, 12), (13, 3, 1, 1, 13));
    assert_eq!(Cross::MACS, macs(Cross::PLAN, "cross", [same12, same13], [16, 32]));
    assert_eq!(Rows::MACS, macs(Rows::PLAN, "rows", [(12, 5, 1, 2, 12), same13], [16, 32]));
    assert_eq!(Columns::MACS, macs(Columns::PLAN, "columns", [same12, (13, 5, 1, 2, 13)], [16, 32]));
    // What is below the threshold is done as a whole.
    assert_eq!(Dense69::MACS, 25 * 31 * 10 * 40);
}

#[test]
fn sums_and_pools_are_done_together_with_sparse_layers() {
    let plan = Joined::PLAN;
    let (_, same70) = plan.split_once("\nsame70 + sum").unwrap_or_else(|| panic!("{plan}"));
    let (dense69, same70) = (plan.split_once("\ndense69\n").unwrap().1, said(same70));
    assert!(same70.is_some() && said(dense69.split_once("\n\n").unwrap().0).is_none(), "{plan}");
    verify::<Joined>().unwrap();
}
