use toeplitz::{avg_pool2d, conv2d, global_max_pool, max_pool2d};

conv2d! { struct Conv < in: 8x8x1, kernel: 3x3x4, batch_norm: true >; }
max_pool2d! { struct Pool < in: 8x8x1, window: 2x2, return_indices: true, bn: true >; }
avg_pool2d! { struct Average < in: 8x8x1, window: 2x2, keepdims: true >; }
global_max_pool! { struct Global < in: 8x8x1, keepdim: false, return_indices: false, batch_norm: true >; }

fn main() {}
