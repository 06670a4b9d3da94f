use toeplitz::conv2d;

conv2d! {
    pub struct fn < in: 4x4x1, kernel: 3x3x1 >;
}

fn main() {}
