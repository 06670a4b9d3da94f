use toeplitz::conv2d;

conv2d! {
    pub struct Conv < in: 8x8x1, kernel: 3x3x4, padding: same, padding_mode: constant >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
