use toeplitz::{batch_norm, conv2d, dense};

conv2d! { struct Called < in: 4x4x1, kernel: 3x3x1, activation: LeakyReLU(0.2) >; }
conv2d! { struct Named < in: 4x4x1, kernel: 3x3x1, activation: leaky_relu(negative_slope=0.3) >; }
dense! { struct Slopes < in: 4, units: 1, activation: prelu(0.25) >; }
dense! { struct Bounded < in: 4, units: 1, activation: relu(6) >; }
batch_norm! { struct Exponential < in: 4, activation: elu(alpha=0.5) >; }

fn main() {}
