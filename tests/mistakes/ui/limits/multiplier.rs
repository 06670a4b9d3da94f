toeplitz::depthwise_conv2d! { struct Many < in: 1x1x65536, kernel: 1x1, multiplier: 65536 >; }

fn main() {}
