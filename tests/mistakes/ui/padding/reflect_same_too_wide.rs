use toeplitz::conv2d;

conv2d! {
    pub struct Conv < in: 2x9x1, kernel: 5x5x4, padding: same, padding_mode: reflect >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
