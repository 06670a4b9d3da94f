use toeplitz::separable_conv2d;

separable_conv2d! {
    pub struct Separable < in: 4x8x4, kernel: 5x5x8 >;
}

fn main() {
    let _ = Separable::OUTPUT;
}
