use toeplitz::depthwise_conv2d;

depthwise_conv2d! {
    pub struct Conv < in: 8x8x4, kernel: 3x3x8 >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
