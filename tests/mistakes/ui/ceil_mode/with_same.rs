use toeplitz::max_pool2d;

max_pool2d! {
    pub struct Pool < in: 9x9x4, window: 2x2, padding: same, ceil_mode: true >;
}

fn main() {
    let _ = Pool::OUTPUT;
}
