use toeplitz::{conv1d, conv2d};

conv2d! { struct Wide < in: 16x16x16, kernel: 6x6x16, algorithm: winograd >; }
conv2d! { struct Point < in: 16x16x16, kernel: 1x1x16, algorithm: winograd >; }
conv2d! { struct Strided < in: 16x16x16, kernel: 3x3x16, stride: 2, algorithm: winograd >; }
conv2d! { struct Odd < in: 16x15x16, kernel: 7x7x16, stride: 2, algorithm: winograd >; }
conv2d! { struct Spread < in: 16x16x16, kernel: 3x3x16, dilation: 2x1, algorithm: winograd >; }
conv2d! { struct Low < in: 16x16x16, kernel: 1x3x16, stride: 2x1, algorithm: winograd >; }
conv1d! { struct Shifted < in: 200x3, kernel: 39x16, stride: 8, padding: causal, algorithm: winograd >; }
conv1d! { struct FewOfAStride < in: 1600x3, kernel: 9x32, stride: 2, algorithm: winograd >; }
conv2d! { struct Ring < in: 16x16x16, kernel: 3x3x16, padding: same, padding_mode: circular, algorithm: winograd >; }
conv2d! { struct Grouped < in: 16x16x32, kernel: 3x3x32, groups: 2, algorithm: winograd >; }
conv2d! { struct Written < in: 4x4x16, kernel: 3x3x16, unroll: full, algorithm: winograd >; }
conv2d! { struct Few < in: 16x16x8, kernel: 1x3x64, algorithm: winograd >; }
conv2d! { struct FewOutputs < in: 16x16x8, kernel: 3x3x8, algorithm: winograd >; }
conv2d! { struct Both < in: 16x16x16, kernel: 3x3x16, algorithm: winograd, accuracy: exact >; }
conv2d! { struct Words < in: 16x16x16, kernel: 3x3x16, algorithm: dft, accuracy: high >; }

fn main() {}
