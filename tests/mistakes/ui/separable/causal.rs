use toeplitz::separable_conv2d;

separable_conv2d! {
    pub struct Separable < in: 8x8x4, kernel: 3x3x8, padding: causal >;
}

fn main() {
    let _ = Separable::OUTPUT;
}
