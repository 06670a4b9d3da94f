use toeplitz::dense;

fn main() {
    let layer = dense!(in: 4x4x1, units: 0)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
