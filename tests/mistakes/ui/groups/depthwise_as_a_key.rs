use toeplitz::conv1d;

conv1d! {
    pub struct Conv < in: 8x4, kernel: 3x4, depthwise: true >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
