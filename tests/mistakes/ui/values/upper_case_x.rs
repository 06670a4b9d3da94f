use toeplitz::conv2d;

fn main() {
    let layer = conv2d!(in: 4X4X1, kernel: 3x3x1)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
