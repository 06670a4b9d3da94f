use toeplitz::conv1d;

fn main() {
    let layer = conv1d!(length: 16, in_channels: 1, kernel_size: 3, filters: 1, pad_left: 1, stride_w: 1)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
