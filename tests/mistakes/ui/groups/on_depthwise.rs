use toeplitz::depthwise_conv2d;

depthwise_conv2d! {
    pub struct Conv < in: 8x8x4, kernel: 3x3, groups: 4 >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
