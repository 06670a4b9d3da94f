use toeplitz::conv1d;

fn main() {
    let layer = conv1d!(in: 16x1, kernel: 3x1, padding: 1x2)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
