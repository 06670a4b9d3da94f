use toeplitz::conv2d;

conv2d! { struct Conv1 << in: 4x4x1, kernel: 3x3x1 >>; }

fn main() {
    Conv1::new(&[0.0; 9], &[0.0; 1]).forward(&[0.0; 16], &mut [0.0; 4]);
    let conv = conv2d!(<<in: 4x4x1, kernel: 3x3x1>>)(&[0.0; 9], &[0.0; 1]);
    conv.forward(&[0.0; 16], &mut [0.0; 4]);
}
