use toeplitz::conv2d;

conv2d! {
    #[1 + 2]
    pub struct Conv1 < in: 4x4x1, kernel: 3x3x1 >;
}

fn main() {}
