use toeplitz::conv2d;

fn main() {
    let layer = conv2d!(in: 4x4x2, kernel: 3x3x2, groups: 2, precision: f64, layout: nchw, algorithm: winograd, padding: 1, padding_mode: reflect, output: 4x4x2, batch: 8)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
