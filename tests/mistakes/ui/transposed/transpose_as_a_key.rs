use toeplitz::conv3d;

conv3d! {
    pub struct Conv < in: 4x4x4x1, kernel: 3x3x3x3, transposed: true >;
}

fn main() {
    let _ = Conv::OUTPUT;
}
