use toeplitz::conv3d;

conv3d! {
    pub struct Conv < in: 2x8x8x1, kernel: 4x3x3x2, padding: full, padding_mode: circular >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
