use toeplitz::conv2d;

conv2d! {
    #[derive(Clone)]
}

fn main() {}
