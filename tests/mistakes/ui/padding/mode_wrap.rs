use toeplitz::separable_conv2d;

separable_conv2d! {
    pub struct Conv < in: 8x8x2, kernel: 3x3x4, padding: same, padding_mode: wrap >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
