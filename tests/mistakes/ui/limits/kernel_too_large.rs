//! With `same` there would be too many sets of taps.
use toeplitz::conv2d;

fn main() {
    let layer = conv2d!(in: 1x300x1, kernel: 1x301x1)(&[0.0; 301], &[0.0; 1]);
    let mut output = [0.0; 16];
    layer.forward(&[0.0; 300], &mut output);
}
