use toeplitz::{avg_pool2d, max_pool2d};

max_pool2d! { struct Square < in: 8x8x1, window: 3x3, padding: 3 >; }
avg_pool2d! { struct Oblong < in: 8x8x1, window: 3x2, padding: 3 >; }

fn main() {}
