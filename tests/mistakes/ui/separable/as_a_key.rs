use toeplitz::conv2d;

conv2d! {
    pub struct Separable < in: 8x8x4, kernel: 3x3x8, separable: true >;
}

fn main() {
    let _ = Separable::OUTPUT;
}
