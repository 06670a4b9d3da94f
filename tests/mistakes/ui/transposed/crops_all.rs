use toeplitz::conv_transpose2d;

conv_transpose2d! {
    pub struct Up < in: 2x4x1, kernel: 2x2x3, padding: [2, 1]x[0, 0] >;
}

fn main() {
    let _ = Up::OUTPUT;
}
