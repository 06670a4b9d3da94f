use toeplitz::{conv1d, conv2d};

conv1d! { struct Wide < in: 4096x1, kernel: 270x1, padding: same, padding_mode: replicate >; }
conv2d! { struct WiderThanZeros < in: 1000x1000x1, kernel: 300x300x1, padding: same, padding_mode: circular >; }

fn main() {}
