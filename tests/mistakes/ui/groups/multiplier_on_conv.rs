use toeplitz::conv2d;

conv2d! {
    pub struct Conv < in: 8x8x4, kernel: 3x3x8, multiplier: 2 >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
