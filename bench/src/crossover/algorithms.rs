//! Layers around the crossovers of algorithms that a key asks for.
//!
//! Goes out: cases. Must not know: what is measured.

use toeplitz::{Algorithm, Layer};

use super::Case;

/// A case for each of some layers, direct, by another algorithm and as `auto` takes it.
macro_rules! cases {
    ($($algorithm:ident $operator:ident $layer:ident { $($keys:tt)* })*) => {
        $(mod $layer {
            use toeplitz::$operator;
            $operator! { pub struct Direct < $($keys)*, algorithm: direct >; }
            $operator! { pub struct Other < $($keys)*, algorithm: $algorithm >; }
            $operator! { pub struct Auto < $($keys)* >; }
        })*

        /// All of them.
        pub fn all() -> Vec<Case> {
            vec![$(
                Case::new::<$layer::Direct, $layer::Other, _, _, _, _>(
                    stringify!($algorithm), stringify!($($keys)*),
                    <$layer::Auto as Layer>::SPEC.algorithm != Algorithm::Direct,
                )
            ),*]
        }
    };
}

cases! {
    fft conv1d long1 { in: 16000x1, kernel: 16x1, padding: same }
    fft conv1d long2 { in: 16000x1, kernel: 24x1, padding: same }
    fft conv1d long3 { in: 16000x1, kernel: 32x1, padding: same }
    fft conv1d long4 { in: 16000x1, kernel: 48x1, padding: same }
    fft conv1d long5 { in: 16000x1, kernel: 64x1, padding: same }
    fft conv1d long6 { in: 16000x1, kernel: 128x1, padding: same }
    fft conv1d long7 { in: 16000x1, kernel: 2048x1 }
    fft conv1d long8 { in: 1000x1, kernel: 24x1, padding: same }
    fft conv1d long9 { in: 1000x1, kernel: 32x1, padding: same }
    fft conv1d long10 { in: 1000x1, kernel: 64x1, padding: same }
    fft conv1d long11 { in: 4000x2, kernel: 12x2, padding: same }
    fft conv1d long12 { in: 4000x2, kernel: 24x2, padding: same }
    fft conv1d long13 { in: 4000x1, kernel: 8x8, padding: same }
    fft conv1d long14 { in: 4000x1, kernel: 16x8, padding: same }
    fft conv1d long15 { in: 4000x1, kernel: 32x8, padding: same }
    fft conv1d long16 { in: 4000x8, kernel: 8x1, padding: same }
    fft conv1d long17 { in: 4000x8, kernel: 16x1, padding: same }
    fft conv1d long18 { in: 4000x8, kernel: 4x8, padding: same }
    fft conv1d long19 { in: 4000x8, kernel: 8x8, padding: same }
    fft conv1d long20 { in: 4000x8, kernel: 12x8, padding: same }
    fft conv1d long21 { in: 4000x8, kernel: 32x8, padding: same }
    fft conv1d long22 { in: 1000x16, kernel: 4x16, padding: same }
    fft conv1d long23 { in: 1000x16, kernel: 6x16, padding: same }
    fft conv1d long24 { in: 1000x16, kernel: 8x16, padding: same }
    fft conv1d long25 { in: 1000x16, kernel: 16x16, padding: same }
    fft conv1d long26 { in: 1000x64, kernel: 6x64, padding: same }
    fft conv1d long27 { in: 1000x64, kernel: 8x64, padding: same }
    winograd conv2d tiles1 { in: 28x28x16, kernel: 3x3x16, padding: same }
    winograd conv2d tiles2 { in: 28x28x24, kernel: 3x3x24, padding: same }
    winograd conv2d tiles3 { in: 28x28x32, kernel: 3x3x32, padding: same }
    winograd conv2d tiles4 { in: 28x28x64, kernel: 3x3x64, padding: same }
    winograd conv2d tiles5 { in: 8x8x16, kernel: 3x3x16, padding: same }
    winograd conv2d tiles6 { in: 8x8x32, kernel: 3x3x32, padding: same }
    winograd conv2d tiles7 { in: 14x14x16, kernel: 5x5x16, padding: same }
    winograd conv2d tiles8 { in: 28x28x32, kernel: 1x3x32, padding: same }
    winograd conv1d tiles9 { in: 1000x16, kernel: 3x16, padding: same }
    winograd conv2d rows1 { in: 28x28x1, kernel: 5x5x32, padding: same }
    winograd conv2d rows2 { in: 32x32x3, kernel: 3x3x32, padding: same }
    winograd conv2d rows3 { in: 64x64x3, kernel: 5x5x16, padding: same }
    winograd conv2d rows4 { in: 64x64x8, kernel: 3x3x16, padding: same }
    winograd conv2d rows5 { in: 56x56x8, kernel: 5x5x32, padding: same }
    winograd conv2d rows6 { in: 112x112x16, kernel: 7x7x16, padding: same }
    winograd conv2d rows7 { in: 128x128x3, kernel: 5x5x24, padding: same, stride: 2 }
    winograd conv2d rows8 { in: 224x224x3, kernel: 7x7x64, padding: same, stride: 2 }
    winograd conv1d rows9 { in: 16000x1, kernel: 80x64, stride: 16 }
}
