use toeplitz::conv2d;

fn main() {
    let layer = conv2d!(in: 4;4;1, kernel: 3 by 3 by 1)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
