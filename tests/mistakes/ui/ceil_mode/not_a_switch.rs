use toeplitz::avg_pool2d;

avg_pool2d! {
    pub struct Pool < in: 9x9x4, window: 2x2, ceil_mode: ceil >;
}

fn main() {
    let _ = Pool::OUTPUT;
}
