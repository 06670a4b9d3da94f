toeplitz::batch_norm! { struct Norm < num_features: 3, eps: 0.00001, momentum: 0.1, axis: 1, running_mean: 0, use_bias: true >; }

fn main() {}
