use toeplitz::max_pool3d;

fn main() {
    let layer = max_pool3d!(in: 4x4x4x1, window: 3)();
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
