use toeplitz::conv2d;

fn main() {
    let layer = conv2d!(in: 28x28x1, kernal: 3x3x4, padding: same, kernel: 5x5x8)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
