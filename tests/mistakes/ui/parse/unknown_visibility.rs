use toeplitz::conv2d;

conv2d! { pub(foo) struct Conv1 < in: 4x4x1, kernel: 3x3x1 >; }

fn main() {
    let _: Conv1 = Conv1::new(&[0.0; 9], &[0.0; 1]);
}
