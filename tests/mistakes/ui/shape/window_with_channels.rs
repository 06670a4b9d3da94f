use toeplitz::{depthwise_conv1d, depthwise_conv2d, max_pool2d};

depthwise_conv2d! { struct Plane < in: 8x8x4, kernel: 5x3x1 >; }
depthwise_conv1d! { struct Line < in: 8x4, kernel: 3x8 >; }
max_pool2d! { struct Pool < in: 8x8x4, window: 2x2x4 >; }

fn main() {}
