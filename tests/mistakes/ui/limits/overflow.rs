use toeplitz::conv2d;

fn main() {
    let layer = conv2d!(in: 1048576x1048576x2147483648, kernel: 1x1x2147483648)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 16], &mut output);
}
