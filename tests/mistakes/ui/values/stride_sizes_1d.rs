use toeplitz::max_pool1d;

fn main() {
    let layer = max_pool1d!(in: 16x1, window: 2, stride: 1x2)();
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
