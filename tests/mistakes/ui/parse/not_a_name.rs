use toeplitz::conv2d;

conv2d! { struct 1Conv < in: 4x4x1, kernel: 3x3x1 >; }
conv2d! { struct "Conv" < in: 4x4x1, kernel: 3x3x1 >; }
conv2d! { struct }

fn main() {}
