toeplitz::batch_norm! { struct Norm < epsilon: 0.001 >; }

fn main() {}
