//! Large layers on several threads: the same bits as on one, whatever is cut where.

use rayon::ThreadPoolBuilder;
use toeplitz::{
    Buffer, Element, Layer, Operator, conv_transpose2d, conv2d, conv3d, dense, depthwise_conv2d, levels, network,
    reference, separable_conv2d,
};

/// Bytes of a thread's stack: without optimisations, straight-line code has a place there for each of its vectors.
const STACK: usize = 16 << 20;

/// Fills `values` with numbers between -1 and 1, different ones for each `seed`.
fn fill<B: Buffer>(values: &mut B, seed: u64) {
    let mut state = seed + 1;
    for value in values.as_mut_slice() {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        *value = B::Element::from_f64((state >> 40) as f64 / 8_388_608.0 - 1.0);
    }
}

/// Runs `L` at the best level on a pool of one thread and on one of three: both give the same bits, and what the reference gives.
fn check<L: Layer>(words: &str) {
    assert!(L::PLAN.contains(words), "{}", L::PLAN);
    let (mut weights, mut bias, mut input) = (L::Weights::zeroed(), L::Bias::zeroed(), L::Input::zeroed());
    fill(&mut *weights, 1);
    fill(&mut *bias, 2);
    fill(&mut *input, 3);
    let (layer, level) = (L::boxed(&weights, &bias), levels().next().unwrap());
    let run = |threads: usize| {
        let (mut output, mut scratch) = (L::Output::zeroed(), L::Scratch::zeroed());
        output.as_mut_slice().fill(L::Element::from_f64(f64::NAN));
        let pool = ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build().unwrap();
        pool.install(|| layer.forward_at(level, &input, &mut output, &mut scratch));
        output.as_slice().iter().map(|value| value.to_f64()).collect::<Vec<_>>()
    };
    let alone = run(1);
    assert!(run(3).iter().zip(&alone).all(|(shared, alone)| shared.to_bits() == alone.to_bits()));
    if let Operator::Network { .. } = L::SPEC.operator {
        return;
    }
    let expected = reference::forward(&L::SPEC, weights.as_slice(), bias.as_slice(), input.as_slice()).unwrap().values;
    let most = expected.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    for (index, (found, expected)) in alone.iter().zip(&expected).enumerate() {
        assert!((found - expected).abs() < 1e-5 * most, "{index}: {found}, expected {expected}");
    }
}

macro_rules! layers {
    ($($test:ident $operator:ident $name:ident $words:literal => { $($keys:tt)* })*) => {$(
        $operator! { struct $name < $($keys)* >; }

        #[test]
        fn $test() {
            check::<$name>($words);
        }
    )*};
}

layers! {
    rows conv2d Rows "threads, by rows\n" => { in: 63x71x3, kernel: 7x7x32, padding: same, accuracy: exact }
    blocks_of_rows conv2d BlocksOfRows "threads, by blocks of rows\n" => { in: 64x64x6, kernel: 7x7x32, padding: same }
    blocks_of_rows_apart conv2d BlocksApart "threads, by blocks of rows\n" => {
        in: 76x130x3, kernel: 9x9x66, padding: 3, stride: 2x2, activation: relu, algorithm: winograd
    }
    rows_by_fours conv2d RowsByFours "rows at a time" => { in: 48x33x16, kernel: 3x5x46, padding: 3x1, algorithm: direct }
    rows_of_pixels conv2d Pixels "threads, by rows\n" => { in: 64x45x48, kernel: 1x1x130, activation: gelu }
    rows_along_lanes conv2d Along "threads, by rows\n" => { in: 580x602x2, kernel: 5x5x1, padding: same, dtype: f64 }
    rows_between_rows_are_not_cut conv_transpose2d Between "rows at a time" => { in: 39x40x24, kernel: 4x5x25, stride: 2 }
    rows_of_each_channel depthwise_conv2d Each "threads, by rows\n" => { in: 130x132x40, kernel: 5x5, padding: same }
    planes conv3d Planes "threads, by planes\n" => { in: 8x20x21x16, kernel: 3x3x3x16, padding: same }
    channels conv2d Channels "threads, by channels\n" => { in: 63x62x3, kernel: 7x7x40, padding: same, layout: nchw, accuracy: exact }
    channels_of_groups conv2d ChannelGroups "threads, by channels\n" => { in: 57x58x48, kernel: 3x3x64, groups: 4, layout: nchw }
    units dense Units "threads, by channels\n" => { in: 2300, units: 2500 }
    tiles conv2d Tiles "by rows of tiles" => { in: 57x58x64, kernel: 3x3x72, padding: same, activation: relu }
    tiles_of_planes conv2d TilesOfPlanes "by rows of tiles" => { in: 57x58x64, kernel: 3x3x64, padding: same, layout: nchw }
    tiles_in_blocks conv2d TilesInBlocks "blocks of" => { in: 131x130x24, kernel: 3x3x48, padding: same, algorithm: winograd }
}

separable_conv2d! { struct Separable < in: 96x97x32, kernel: 3x3x64, padding: same >; }

#[test]
fn what_is_done_in_turns_stays_on_one_thread() {
    assert!(!Separable::PLAN.contains("threads"), "{}", Separable::PLAN);
    check::<Separable>("row at a time");
}

network! {
    struct Sums < in: 57x58x48 > {
        wide = conv2d!< kernel: 1x1x48 >;
        tiles = conv2d!< wide, kernel: 3x3x48, padding: same >;
        sum = add!< tiles, wide, activation: relu >;
        direct = conv2d!< sum, kernel: 3x3x48, padding: same, algorithm: direct >;
        last = add!< direct, sum >;
    }
}

#[test]
fn sums_in_a_network_are_cut_like_outputs() {
    check::<Sums>("threads, by rows");
}
