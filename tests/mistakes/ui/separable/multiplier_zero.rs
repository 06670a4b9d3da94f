use toeplitz::separable_conv2d;

separable_conv2d! {
    pub struct Separable < in: 8x8x4, kernel: 3x3x8, multiplier: 0 >;
}

fn main() {
    let _ = Separable::OUTPUT;
}
