use toeplitz::depthwise_conv1d;

depthwise_conv1d! {
    pub struct Conv < in: 8x4, kernel: 3, filters: 8, depth_multiplier: 2 >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
