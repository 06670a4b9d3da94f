use toeplitz::conv_transpose2d;

conv_transpose2d! {
    pub struct Up < in: 8x8x1, kernel: 3x3x4, stride: 2, padding: 1, padding_mode: reflect >;
}

fn main() {
    let _ = Up::OUTPUT;
}
