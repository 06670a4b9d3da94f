toeplitz::separable_conv2d! { struct Mobile < in: 8x8x4, kernel: 3x3x8, layout: nchw >; }

fn main() {}
