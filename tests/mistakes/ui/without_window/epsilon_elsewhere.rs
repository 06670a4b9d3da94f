toeplitz::conv2d! { struct Conv < in: 8x8x3, kernel: 3x3x4, epsilon: 0.001 >; }

fn main() {}
