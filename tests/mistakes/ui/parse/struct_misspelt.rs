//! One error each, and the types are there for the rest of the program.
use toeplitz::conv2d;

conv2d! { strcut Conv1 < in: 4x4x1, kernel: 3x3x1 >; }
conv2d! { pub strct Conv2 < in: 4x4x1, kernel: 3x3x1 >; }
conv2d! { Struct Conv3 < in: 4x4x1, kernel: 3x3x1 >; }
conv2d! { public struct Conv4 < in: 4x4x1, kernel: 3x3x1 >; }
conv2d! { class Conv5 < in: 4x4x1, kernel: 3x3x1 >; }
conv2d! { conv6 < in: 4x4x1, kernel: 3x3x1 >; }

fn main() {
    let mut output = [0.0; Conv1::OUTPUT.len() + Conv2::OUTPUT.len()];
    Conv3::new(&[0.0; 9], &[0.0; 1]).forward(&[0.0; 16], &mut output);
    let _: (Conv4, Conv5, conv6);
}
