use toeplitz::{conv2d, dense};

conv2d! { struct Nothing < in: 8x8x3, kernel: 3x3x4, activation: leaky_relu(1e-60) >; }
dense! { struct Several < in: 8x8x3, units: 4, dtype: f32, activation: hard_sigmoid(1e-50, -1e50) >; }
dense! { struct TooMuch < in: 8x8x3, units: 4, dtype: f64, activation: elu(1e600) >; }
dense! { struct Suffix < in: 8x8x3, units: 4, dtype: f64, activation: leaky_relu(0.1f32) >; }

fn main() {}
