use toeplitz::max_pool2d;

fn main() {
    let layer = max_pool2d!(in: 4x4x1)();
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
