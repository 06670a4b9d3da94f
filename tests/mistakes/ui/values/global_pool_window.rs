use toeplitz::global_avg_pool;

global_avg_pool! { pub struct Mean < in: 7x7x64, window: 7x7, units: 3 >; }

fn main() {
    let _ = Mean::OUTPUT;
}
