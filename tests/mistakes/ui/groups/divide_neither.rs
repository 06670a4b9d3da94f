use toeplitz::conv_transpose1d;

conv_transpose1d! {
    pub struct Up < in: 8x5, kernel: 3x7, groups: 2 >;
}

fn main() {
    let _ = Up::OUTPUT;
}
