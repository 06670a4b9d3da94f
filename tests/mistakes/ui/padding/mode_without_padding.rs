use toeplitz::{batch_norm, dense, global_avg_pool, softmax};

dense! { struct Scores < in: 64, units: 10, pad_mode: reflect, padding: same >; }
softmax! { struct Classes < in: 10, padding_mode: zeros >; }
batch_norm! { struct Norm < in: 8x8x4, padding_mode: zeros >; }
global_avg_pool! { struct Mean < in: 8x8x4, padding_mode: zeros, stride: 1, ceil_mode: true >; }

fn main() {}
