use toeplitz::conv2d;

conv2d! {
    pub struct Conv < in: 8x8x4, kernel: 3x3x4, groups: 2x2 >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
