use toeplitz::conv2d;

conv2d! {
    pub struct Conv < in: 4x4x1, kernel: 3x3x3, output_padding: 1 >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
