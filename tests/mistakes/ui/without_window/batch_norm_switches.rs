use toeplitz::batch_norm;

batch_norm! { struct Torch < in: 4x4x3, affine: false >; }
batch_norm! { struct Keras < in: 4x4x3, scale: false, center: false >; }

fn main() {}
