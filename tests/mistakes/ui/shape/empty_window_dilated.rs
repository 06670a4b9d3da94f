use toeplitz::max_pool2d;

fn main() {
    let layer = max_pool2d!(in: 2x2x1, window: 2x2, dilation: 5, stride: 1, padding: same)();
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
