use toeplitz::conv2d;

conv2d! {
    
}

fn main() {}
