//! Fragments of another macro arrive in invisible groups; errors are at what the user wrote.
use toeplitz::conv2d;

macro_rules! layer {
    ($vis:vis $name:ident, $input:literal, $kernel:literal) => {
        conv2d! { $vis struct $name < in: $input, kernel: $kernel >; }
    };
}

layer!(pub Conv1, 4x4x1, 3x3x1);
layer!(Conv2, 4x4x1, 3x3);

fn main() {
    Conv1::new(&[0.0; 9], &[0.0; 1]).forward(&[0.0; 16], &mut [0.0; 4]);
    Conv2::new(&[0.0; 9], &[0.0; 1]).forward(&[0.0; 16], &mut [0.0; 4]);
}
