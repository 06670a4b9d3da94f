use toeplitz::conv2d;

const SIZE: usize = 4;

fn main() {
    let layer = conv2d!(in: SIZE x SIZE x 1, kernel: KERNEL)(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; SIZE];
    layer.forward(&[0.0; 16], &mut output);
}
