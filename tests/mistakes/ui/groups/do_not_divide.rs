use toeplitz::conv2d;

conv2d! {
    pub struct Conv < in: 8x8x12, kernel: 3x3x16, groups: 3 >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
