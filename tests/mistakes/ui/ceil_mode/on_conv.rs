use toeplitz::conv2d;

conv2d! {
    pub struct Conv < in: 8x8x1, kernel: 3x3x4, stride: 2, ceil_mode: true >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
