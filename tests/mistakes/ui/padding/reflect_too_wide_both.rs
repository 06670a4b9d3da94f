use toeplitz::{conv2d, conv3d};

conv2d! { struct Square < in: 3x3x1, kernel: 3x3x4, padding: 3, padding_mode: reflect >; }
conv2d! { struct Oblong < in: 3x4x1, kernel: 3x3x4, padding: 5, padding_mode: circular >; }
conv3d! { struct Cube < in: 2x3x3x1, kernel: 3x3x3x4, padding: 4, padding_mode: reflect >; }

fn main() {}
