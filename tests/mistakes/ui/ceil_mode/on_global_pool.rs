use toeplitz::global_max_pool;

global_max_pool! {
    pub struct Pool < in: 8x8x4, ceil_mode: true >;
}

fn main() {
    let _ = Pool::OUTPUT;
}
