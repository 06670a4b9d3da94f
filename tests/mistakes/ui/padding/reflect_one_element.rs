use toeplitz::depthwise_conv1d;

depthwise_conv1d! {
    pub struct Conv < in: 1x4, kernel: 3, padding: same, padding_mode: reflect >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
