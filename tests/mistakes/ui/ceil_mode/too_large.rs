use toeplitz::max_pool2d;

max_pool2d! {
    pub struct Pool < in: 3x3x4, window: 5x4, stride: 2, ceil_mode: true >;
}

fn main() {
    let _ = Pool::OUTPUT;
}
