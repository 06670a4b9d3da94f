use toeplitz::conv3d;

fn main() {
    let layer = conv3d!(depth: 4, in_channels: 1, kernel_size: 3, pad_front: 1, data_format: NDHWC)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
