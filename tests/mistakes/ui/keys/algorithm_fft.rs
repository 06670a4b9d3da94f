use toeplitz::{conv1d, conv2d};

conv2d! { struct Tall < in: 64x64x1, kernel: 32x32x1, algorithm: fft >; }
conv2d! { struct Outer < in: 64x64x1, kernel: 1x32x1, padding: 1x0, algorithm: fft >; }
conv1d! { struct Point < in: 64x16, kernel: 1x16, algorithm: fft >; }
conv1d! { struct Strided < in: 640x1, kernel: 64x1, stride: 2, algorithm: fft >; }
conv1d! { struct Dilated < in: 640x1, kernel: 64x1, dilation: 2, algorithm: fft >; }
conv1d! { struct Ring < in: 640x1, kernel: 64x1, padding: same, padding_mode: circular, algorithm: fft >; }
conv1d! { struct Grouped < in: 640x4, kernel: 64x4, groups: 2, algorithm: fft >; }
conv1d! { struct Written < in: 9x1, kernel: 3x1, unroll: full, algorithm: fft >; }
conv1d! { struct Both < in: 640x1, kernel: 64x1, algorithm: fft, accuracy: exact >; }

fn main() {}
