use toeplitz::{global_avg_pool, global_max_pool};

global_avg_pool! { pub struct Mean < in: 64 >; }
global_max_pool! { pub struct Peak < in: 2x2x2x2x64 >; }

fn main() {
    Mean::new().forward(&[0.0; 64], &mut [0.0; 64]);
    let _ = Peak::OUTPUT;
}
