use toeplitz::max_pool1d;

max_pool1d! {
    pub struct Pool < in: 9x4, window: 2, ceilMode: yes >;
}

fn main() {
    let _ = Pool::OUTPUT;
}
