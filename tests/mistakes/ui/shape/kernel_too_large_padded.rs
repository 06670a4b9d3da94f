use toeplitz::conv2d;

conv2d! {
    pub struct Conv1 < in: 4x4x1, kernel: 7x3x1, padding: 1 >;
}

fn main() {
    let layer = Conv1::new(&[0.0; 9], &[0.0; 1]);
    let mut output = [0.0; Conv1::OUTPUT.len()];
    layer.forward(&[0.0; 16], &mut output);
}
