use toeplitz::{conv1d, conv2d};

conv2d! { struct Wide < in: 3x8x1, kernel: 9x3x1, padding_mode: reflect >; }
conv1d! { struct Enough < in: 3x1, kernel: 5x1, padding_mode: reflect >; }

fn main() {}
