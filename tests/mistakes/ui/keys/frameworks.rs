use toeplitz::conv2d;

fn main() {
    let layer = conv2d!(input: 28x28x1, in_channels: 1, filters: 32, kernelSize: 3, dilation_rate: 1, height: 28)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
