toeplitz::softmax! { struct Classes < in: 2x3x4x5x6 >; }

fn main() {}
