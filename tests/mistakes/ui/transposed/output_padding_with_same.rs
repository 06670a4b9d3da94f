use toeplitz::conv_transpose1d;

conv_transpose1d! {
    pub struct Up < in: 10x4, kernel: 4x2, stride: 2, padding: same, output_padding: 1 >;
}

fn main() {
    let _ = Up::OUTPUT;
}
