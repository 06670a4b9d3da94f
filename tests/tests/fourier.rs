//! How far convolutions by transforms are from exact ones, and what is said of them.

use toeplitz::{Algorithm, Layer, conv1d, conv2d};
use toeplitz_tests::relative_error;

/// Largest difference over largest output: below what ten roundings of a large number would be off by.
const MOST: f64 = 1e-5;

macro_rules! layers {
    ($($test:ident $operator:ident $name:ident $most:expr => { $($keys:tt)* })*) => {$(
        $operator! { struct $name < $($keys)*, algorithm: fft >; }

        #[test]
        fn $test() {
            assert!(matches!($name::SPEC.algorithm, Algorithm::Fft { .. }), "{}", $name::PLAN);
            let error = relative_error::<$name>(7);
            assert!(error < $most, "{error}");
            toeplitz::verify::<$name>().unwrap();
        }
    )*};
}

layers! {
    one_channel conv1d One MOST => { in: 3001x1, kernel: 129x1, padding: same }
    several_groups_of_blocks conv1d Groups MOST => { in: 20011x1, kernel: 61x1, padding: causal, activation: relu }
    without_padding conv1d Valid MOST => { in: 9001x1, kernel: 2000x1, bias: false }
    more_taps_than_inputs conv1d Short MOST => { in: 37x1, kernel: 100x1, padding: full }
    a_single_output conv1d Single MOST => { in: 301x2, kernel: 301x3 }
    two_taps conv1d Two MOST => { in: 101x3, kernel: 2x2 }
    more_before_than_behind conv1d Uneven MOST => { in: 777x1, kernel: 50x1, padding: [31, 5] }
    far_padding conv1d Far MOST => { in: 50x1, kernel: 40x2, padding: [200, 90] }
    one_channel_to_many conv1d ToMany MOST => { in: 1501x1, kernel: 65x9, padding: same, activation: prelu }
    many_channels_to_one conv1d ToOne MOST => { in: 1501x11, kernel: 64x1, padding: same, activation: silu }
    many_channels conv1d Many MOST => { in: 611x16, kernel: 33x16, padding: same, activation: gelu }
    odd_channels conv1d Odd MOST => { in: 511x7, kernel: 48x5, padding: [3, 8] }
    channels_in_front conv1d Front MOST => { in: 803x6, kernel: 75x7, padding: same, layout: nchw }
    rows_of_an_image conv2d Rows MOST => { in: 13x211x3, kernel: 1x31x4, padding: 0 x [15, 15] }
    rows_of_planes conv2d Planes MOST => { in: 9x120x3, kernel: 1x27x4, padding: 0 x [26, 0], layout: nchw }
    in_f64 conv1d Double 1e-14 => { in: 2003x3, kernel: 111x2, padding: same, dtype: f64, activation: leaky_relu(0.25) }
    one_channel_in_f64 conv1d DoubleOne 1e-14 => { in: 5003x1, kernel: 140x1, padding: same, dtype: f64 }
}

mod choice {
    use super::{Algorithm, Layer, conv1d, conv2d};

    conv1d! { struct Auto < in: 4000x1, kernel: 256x1, padding: same >; }
    conv1d! { struct Exact < in: 4000x1, kernel: 256x1, padding: same, accuracy: exact >; }
    conv1d! { struct Direct < in: 4000x1, kernel: 256x1, padding: same, algorithm: direct >; }
    conv1d! { struct Few < in: 4000x1, kernel: 9x1, padding: same >; }
    conv1d! { struct Strided < in: 4000x1, kernel: 256x1, stride: 2 >; }
    conv2d! { struct Down < in: 300x8x1, kernel: 256x1x1 >; }
    conv1d! { struct Channels < in: 1000x16, kernel: 32x16, padding: same >; }
    conv1d! { struct Tiles < in: 1000x32, kernel: 3x32, padding: same >; }

    /// Of many taps the faster algorithm is taken, unless sums have to be exact or it cannot be.
    #[test]
    fn the_algorithm_is_chosen() {
        let is_fft = |spec: toeplitz::Spec| matches!(spec.algorithm, Algorithm::Fft { .. });
        assert_eq!([Auto::SPEC, Channels::SPEC].map(is_fft), [true; 2]);
        let others = [Exact::SPEC, Direct::SPEC, Few::SPEC, Strided::SPEC, Down::SPEC, Tiles::SPEC];
        assert_eq!(others.map(is_fft), [false; 6]);
        assert!(matches!(Tiles::SPEC.algorithm, Algorithm::Winograd { .. }), "{}", Tiles::PLAN);
        assert!(Auto::PLAN.contains("overlap-save: transforms of "), "{}", Auto::PLAN);
    }

    const WEIGHTS: [f32; 70 * 3 * 5] = {
        let mut weights = [0.0; 70 * 3 * 5];
        let mut at = 0;
        while at < weights.len() {
            weights[at] = (at * at % 23) as f32 - 11.5;
            at += 1;
        }
        weights
    };
    conv1d! { struct Constant < in: 100x3, kernel: 70x5, algorithm: fft >; }
    static CONSTANT: Constant = Constant::new(&WEIGHTS, &[0.25; 5]);

    /// Weights are transformed to the same bits by the compiler and by a program.
    #[test]
    fn weights_are_transformed_by_the_compiler() {
        let input: [f32; 300] = core::array::from_fn(|at| (at * at % 17) as f32 * 0.1);
        let mut outputs = [[0.0; Constant::OUTPUT.len()]; 2];
        CONSTANT.forward(&input, &mut outputs[0]);
        Constant::boxed(&core::hint::black_box(WEIGHTS), &[0.25; 5]).forward(&input, &mut outputs[1]);
        assert_eq!(outputs[0].map(f32::to_bits), outputs[1].map(f32::to_bits));
        assert!(outputs[0].iter().all(|output| *output != 0.0));
    }

    /// With `accuracy: exact` integers give integers.
    #[test]
    fn exact_is_exact() {
        let report = toeplitz::verify::<Exact>().unwrap();
        assert!(report.levels.iter().all(|level| level.of_bound <= 1.0), "{report}");
    }

    toeplitz::network! {
        struct Network < in: 900x2 > {
            filter = conv1d!< kernel: 90x4, padding: same, bias: false, algorithm: fft >;
            norm = batch_norm!<>;
            smooth = conv1d!< kernel: 40x4, padding: causal, activation: relu, algorithm: fft >;
            sum = add!< smooth, norm >;
        }
    }

    /// What goes into a convolution's weights is transformed with them, and what is added to it stays a step of its own.
    #[test]
    fn in_a_network() {
        assert!(Network::PLAN.contains("overlap-save"), "{}", Network::PLAN);
        toeplitz::verify::<Network>().unwrap();
    }
}
