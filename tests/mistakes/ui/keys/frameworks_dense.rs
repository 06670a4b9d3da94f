use toeplitz::dense;

fn main() {
    let layer = dense!(in_features: 784, out_features: 10, kernel_size: 3, weights: W)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
