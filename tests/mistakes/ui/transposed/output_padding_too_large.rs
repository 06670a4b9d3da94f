use toeplitz::conv_transpose2d;

conv_transpose2d! {
    pub struct Up < in: 4x4x1, kernel: 3x3x3, stride: 2x3, output_padding: 2x2 >;
}

fn main() {
    let _ = Up::OUTPUT;
}
