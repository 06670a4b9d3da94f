use toeplitz::max_pool3d;

fn main() {
    let layer = max_pool3d!(in: 4x4x4x1, kernel: 2x2x2)();
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
