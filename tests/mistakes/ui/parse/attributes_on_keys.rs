//! Attributes of a call without a name, and of single keys.
use toeplitz::conv2d;

conv2d! {
    struct Conv1 <
        /// The image.
        /// It is small.
        in: 4x4x1,
        #[cfg(test)]
        kernel: 3x3x1,
    >;
}

fn main() {
    let conv = conv2d!(#[derive(Clone)] in: 4x4x1, kernel: 3x3x1)(&[0.0; 9], &[0.0; 1]);
    conv.forward(&[0.0; 16], &mut [0.0; 4]);
    Conv1::new(&[0.0; 9], &[0.0; 1]).forward(&[0.0; 16], &mut [0.0; 4]);
}
