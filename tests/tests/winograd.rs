//! How far convolutions by Winograd's algorithm are from exact ones, and what is said of them.

use toeplitz::{Algorithm, Layer, conv1d, conv2d};
use toeplitz_tests::relative_error;

/// Largest difference over largest output: below what ten roundings of a large number would be off by.
const MOST: f64 = 1e-5;

macro_rules! layers {
    ($($test:ident $operator:ident $name:ident $most:expr => { $($keys:tt)* })*) => {$(
        $operator! { struct $name < $($keys)*, algorithm: winograd >; }

        #[test]
        fn $test() {
            assert!(matches!($name::SPEC.algorithm, Algorithm::Winograd { .. }), "{}", $name::PLAN);
            let error = relative_error::<$name>(1);
            assert!(error < $most, "{error}");
        }
    )*};
}

layers! {
    whole_tiles conv2d WholeTiles MOST => { in: 16x16x64, kernel: 3x3x64, padding: same }
    a_rest_of_one conv2d RestOfOne MOST => { in: 23x23x32, kernel: 3x3x64, activation: relu }
    a_rest_of_two conv2d RestOfTwo MOST => { in: 14x14x128, kernel: 3x3x64, padding: same }
    a_rest_of_three conv2d RestOfThree MOST => { in: 11x19x32, kernel: 3x3x32, padding: same }
    one_output conv2d OneOutput MOST => { in: 3x3x64, kernel: 3x3x32 }
    blocks_of_rows_and_channels conv2d BlocksAndChannels MOST => { in: 57x58x40, kernel: 3x3x56, padding: same, bias: false }
    blocks_of_rows conv2d Blocks MOST => { in: 57x58x64, kernel: 3x3x64, padding: same }
    five_taps conv2d FiveTaps MOST => { in: 14x14x32, kernel: 5x5x64, padding: same }
    five_taps_and_a_rest_of_three conv2d FiveTapsRest MOST => { in: 11x15x64, kernel: 5x5x32, padding: same }
    three_and_five_taps conv2d ThreeAndFive MOST => { in: 17x14x32, kernel: 3x5x32, padding: same }
    one_and_three_taps conv2d OneAndThree MOST => { in: 15x22x32, kernel: 1x3x48, padding: same }
    five_and_one_taps conv2d FiveAndOne MOST => { in: 19x9x32, kernel: 5x1x32 }
    five_taps_in_f64 conv2d FiveInDouble 1e-14 => { in: 13x14x24, kernel: 5x5x17, padding: same, dtype: f64 }
    a_signal conv1d Signal MOST => { in: 203x32, kernel: 3x64, padding: causal }
    a_signal_of_five_taps conv1d SignalOfFive MOST => { in: 101x48, kernel: 5x32 }
    planes_in_front conv2d Planes MOST => { in: 14x19x40, kernel: 3x3x48, padding: same, layout: nchw }
    few_pixels conv2d FewPixels MOST => { in: 3x4x32, kernel: 3x3x16, padding: same, layout: nchw, activation: relu }
    in_f64 conv2d InDouble 1e-14 => { in: 13x14x24, kernel: 3x3x17, padding: same, dtype: f64 }
    few_channels conv2d FewChannels MOST => { in: 33x21x5, kernel: 5x5x40, padding: same, activation: relu }
    one_channel conv2d OneChannel MOST => { in: 17x22x1, kernel: 4x7x16, padding: [1, 0]x[5, 2], bias: false }
    columns_two_apart conv2d TwoApart MOST => { in: 37x58x3, kernel: 7x7x32, padding: same, stride: 2 }
    columns_three_apart conv2d ThreeApart MOST => { in: 19x39x17, kernel: 3x13x24, padding: [0, 1]x[4, 0], stride: 2x3 }
    samples_sixteen_apart conv1d SixteenApart MOST => { in: 1600x1, kernel: 80x32, stride: 16 }
    summed_row_by_row conv2d SummedRows MOST => { in: 31x30x1, kernel: 5x5x32, padding: same, activation: relu }
    summed_of_three_vectors conv2d SummedThree MOST => { in: 29x27x3, kernel: 3x3x48, stride: 2x1, bias: false }
    summed_beyond_the_end conv2d SummedBeyond MOST => { in: 35x33x2, kernel: 3x3x16, padding: same, activation: leaky_relu(0.1) }
    summed_of_a_short_image conv2d SummedShort MOST => { in: 4x19x2, kernel: 3x5x64 }
    summed_in_f64 conv2d SummedDouble 1e-14 => { in: 13x26x3, kernel: 3x3x24, padding: same, dtype: f64 }
    summed_of_planes conv2d SummedPlanes MOST => { in: 15x23x2, kernel: 5x5x16, padding: same, layout: nchw }
    rows_kept_in_f64 conv2d KeptInDouble 1e-14 => { in: 23x14x5, kernel: 6x5x17, padding: same, dtype: f64 }
    rows_kept_of_planes conv2d KeptOfPlanes MOST => { in: 14x23x6, kernel: 5x4x24, padding: same, layout: nchw }
}

// Each kind of tiles, and what the documentation of `conv2d!` says of it.
layers! {
    two_by_two conv2d F2x2 1.0e-6 => { in: 12x12x64, kernel: 3x3x16, plan: winograd 2x2 }
    two_by_four conv2d F2x4 1.6e-6 => { in: 12x12x64, kernel: 3x3x16, plan: winograd 2x4 }
    four_by_four conv2d F4x4 2.1e-6 => { in: 14x14x64, kernel: 3x3x16, plan: winograd 4x4 }
    four_by_six conv2d F4x6 5.1e-6 => { in: 14x14x64, kernel: 3x3x16, plan: winograd 4x6 }
    six_by_six conv2d F6x6 8.3e-6 => { in: 14x14x32, kernel: 3x3x16, plan: winograd 6x6 }
    two_by_two_of_five_taps conv2d F2x2Five 9.5e-7 => { in: 14x14x32, kernel: 5x5x16, plan: winograd 2x2 }
    two_by_four_of_five_taps conv2d F2x4Five 2.4e-6 => { in: 14x14x32, kernel: 5x5x16, plan: winograd 2x4 }
    four_by_four_of_five_taps conv2d F4x4Five 9.4e-6 => { in: 12x12x96, kernel: 5x5x16, plan: winograd 4x4 }
    four_by_four_of_three_and_five_taps conv2d F4x4Mixed 2.8e-6 => { in: 14x12x32, kernel: 3x5x16, plan: winograd 4x4 }
    six_by_four_of_three_and_five_taps conv2d F6x4Mixed 7.1e-6 => { in: 14x12x32, kernel: 3x5x16, plan: winograd 6x4 }
    one_by_two conv2d F1x2 6.7e-7 => { in: 5x14x64, kernel: 1x3x16, plan: winograd 1x2 }
    one_by_four conv2d F1x4 7.6e-7 => { in: 5x14x64, kernel: 1x3x16, plan: winograd 1x4 }
    one_by_six conv2d F1x6 2.3e-6 => { in: 5x14x64, kernel: 1x3x16, plan: winograd 1x6 }
    one_by_two_of_five_taps conv2d F1x2Five 8.3e-7 => { in: 5x14x64, kernel: 1x5x16, plan: winograd 1x2 }
    one_by_four_of_five_taps conv2d F1x4Five 1.6e-6 => { in: 5x14x64, kernel: 1x5x16, plan: winograd 1x4 }
    one_by_four_of_three_rows conv2d F1x4Rows 5.8e-7 => { in: 12x14x8, kernel: 3x3x16, plan: winograd 1x4 }
    one_by_six_of_three_rows conv2d F1x6Rows 1.5e-6 => { in: 12x14x8, kernel: 3x3x16, plan: winograd 1x6 }
    one_by_two_of_five_rows conv2d F1x2FiveRows 6.9e-7 => { in: 12x14x8, kernel: 5x5x16, plan: winograd 1x2 }
    one_by_four_of_five_rows conv2d F1x4FiveRows 1.4e-6 => { in: 12x16x8, kernel: 5x5x16, plan: winograd 1x4 }
    one_by_two_of_seven_rows conv2d F1x2SevenRows 2.3e-6 => { in: 12x16x16, kernel: 7x7x16, plan: winograd 1x2 }
    one_by_three_of_columns_apart conv2d F1x3Apart 6.6e-7 => { in: 23x36x3, kernel: 7x7x16, padding: same, stride: 2, plan: winograd 1x3 }
    one_by_four_of_columns_apart conv2d F1x4Apart 1.6e-6 => { in: 23x32x3, kernel: 7x7x16, padding: same, stride: 2, plan: winograd 1x4 }
    one_by_four_of_samples_apart conv2d F1x4Samples 1.1e-6 => { in: 1x1600x1, kernel: 1x80x16, stride: 1x16, plan: winograd 1x4 }
}

mod choice {
    use super::{Algorithm, Layer, conv2d};

    conv2d! { struct Auto < in: 21x21x32, kernel: 3x3x64, padding: same >; }
    conv2d! { struct Exact < in: 21x21x32, kernel: 3x3x64, padding: same, accuracy: exact >; }
    conv2d! { struct Direct < in: 21x21x32, kernel: 3x3x64, padding: same, algorithm: direct >; }
    conv2d! { struct Many < in: 21x21x128, kernel: 3x3x16, padding: same >; }
    conv2d! { struct Few < in: 21x21x1, kernel: 3x3x64, padding: same >; }
    conv2d! { struct Apart < in: 22x42x3, kernel: 7x7x64, padding: same, stride: 2 >; }

    /// Of many channels the faster algorithm is taken, unless sums have to be exact.
    #[test]
    fn the_algorithm_is_chosen() {
        let is_direct = [<Auto as Layer>::SPEC, <Exact as Layer>::SPEC, <Direct as Layer>::SPEC, <Few as Layer>::SPEC]
            .map(|spec| spec.algorithm == Algorithm::Direct);
        assert_eq!(is_direct, [false, true, true, true]);
        let words =
            "Winograd F(6x6, 3x3): rows in 3 tiles of 6 and 1 of 3, columns in 4 tiles of 6, 3 outputs beyond the end";
        assert!(Auto::PLAN.contains(words), "{}", Auto::PLAN);
        assert!(Apart::PLAN.contains("2 neighbouring columns of inputs are taken for one"), "{}", Apart::PLAN);
        // Of more channels such tiles would be rounded too much.
        let smaller = ["F(4x4, 3x3)", "F(4x6, 3x3)", "F(6x4, 3x3)"];
        assert!(smaller.iter().any(|tile| Many::PLAN.contains(tile)), "{}", Many::PLAN);
        assert!(!Exact::PLAN.contains("Winograd"), "{}", Exact::PLAN);
    }

    const WEIGHTS: [f32; 9 * 16 * 24] = {
        let mut weights = [0.0; 9 * 16 * 24];
        let mut at = 0;
        while at < weights.len() {
            weights[at] = (at % 13) as f32 - 6.5;
            at += 1;
        }
        weights
    };
    conv2d! { struct Constant < in: 6x7x16, kernel: 3x3x24, algorithm: winograd >; }
    static CONSTANT: Constant = Constant::new(&WEIGHTS, &[0.25; 24]);

    /// Weights are transformed to the same bits by the compiler and by a program.
    #[test]
    fn weights_are_transformed_by_the_compiler() {
        let input: [f32; 6 * 7 * 16] = core::array::from_fn(|at| (at % 17) as f32 * 0.1);
        let mut outputs = [[0.0; Constant::OUTPUT.len()]; 2];
        CONSTANT.forward(&input, &mut outputs[0]);
        Constant::boxed(&core::hint::black_box(WEIGHTS), &[0.25; 24]).forward(&input, &mut outputs[1]);
        assert_eq!(outputs[0].map(f32::to_bits), outputs[1].map(f32::to_bits));
        assert!(outputs[0].iter().all(|output| *output != 0.0));
    }

    /// With `accuracy: exact` integers give integers.
    #[test]
    fn exact_is_exact() {
        let report = toeplitz::verify::<Exact>().unwrap();
        assert!(report.levels.iter().all(|level| level.of_bound <= 1.0), "{report}");
    }
}
