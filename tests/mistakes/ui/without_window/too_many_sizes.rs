toeplitz::batch_norm! { struct Norm < in: 2x3x4x5x6 >; }

fn main() {}
