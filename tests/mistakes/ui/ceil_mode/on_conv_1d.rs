use toeplitz::depthwise_conv1d;

depthwise_conv1d! {
    pub struct Conv < in: 16x2, kernel: 3, stride: 2, ceil_mode: true >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
