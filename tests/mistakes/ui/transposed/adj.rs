use toeplitz::conv_transpose2d;

conv_transpose2d! {
    pub struct Up < in: 4x4x2, kernel: 3x3x4, stride: 2, adj: 1 >;
}

fn main() {
    let _ = Up::new(&[0.0; 3 * 3 * 2], &[0.0; 4]);
}
