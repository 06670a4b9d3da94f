use toeplitz::max_pool2d;

fn main() {
    let layer = max_pool2d!(input_shape: (4, 4, 1), pool_size: 2, channels: 1, filters: 1, ceil_mode: true)();
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
