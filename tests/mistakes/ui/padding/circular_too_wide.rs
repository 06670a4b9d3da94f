use toeplitz::conv1d;

conv1d! {
    pub struct Conv < in: 4x1, kernel: 3x2, padding: [5, 2], padding_mode: circular >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
