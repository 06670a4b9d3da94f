use toeplitz::conv2d;

conv2d! {
    pub struct Conv < in: 3x8x1, kernel: 3x3x4, padding: 3x1, padding_mode: reflect >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
