use toeplitz::conv2d;

conv2d! {
    in: 4x4x1, kernal: 3x3x1
}

fn main() {}
