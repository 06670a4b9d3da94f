use toeplitz::max_pool2d;

max_pool2d! {
    pub struct Pool < in: 8x8x4, window: 3x3, padding: same, padding_mode: replicate >;
}

fn main() {
    let _ = Pool::OUTPUT;
}
