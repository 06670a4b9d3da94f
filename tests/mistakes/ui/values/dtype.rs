use toeplitz::{avg_pool1d, conv1d, conv2d, dense, max_pool2d, separable_conv2d};

conv2d! { struct Framework < in: 8x8x3, kernel: 3x3x4, dtype: double >; }
conv2d! { struct Path < in: 8x8x3, kernel: 3x3x4, dtype: torch.float64 >; }
conv2d! { struct Misspelt < in: 8x8x3, kernel: 3x3x4, dtype: f46 >; }
conv1d! { struct Single < in: 8x3, kernel: 3x4, dtype: float32 >; }
conv1d! { struct Half < in: 8x3, kernel: 3x4, dtype: f16 >; }
dense! { struct Quantised < in: 8x8x3, units: 4, dtype: int8 >; }
dense! { struct Integer < in: 8x8x3, units: 4, dtype: i8 >; }
max_pool2d! { struct Key < in: 8x8x3, window: 2x2, data_type: f64 >; }
max_pool2d! { struct Quoted < in: 8x8x3, window: 2x2, dtype: "f64" >; }
max_pool2d! { struct QuotedToo < in: 8x8x3, window: 2x2, dtype: "half" >; }
avg_pool1d! { struct Twice < in: 8x3, window: 2, dtype: f64, dtype: f32 >; }
avg_pool1d! { struct Number < in: 8x3, window: 2, dtype: 64 >; }
separable_conv2d! { struct Nothing < in: 8x8x3, kernel: 3x3x4, dtype: >; }

fn main() {}
