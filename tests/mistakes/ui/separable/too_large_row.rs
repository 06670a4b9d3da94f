use toeplitz::separable_conv2d;

separable_conv2d! {
    pub struct Separable < in: 64x512x64, kernel: 3x3x8 >;
}

fn main() {
    let _ = Separable::OUTPUT;
}
