use toeplitz::conv2d;

conv2d! { struct Input < in: 2000000x2000000x1, kernel: 3x3x1 >; }
conv2d! { struct Kernel < in: 5000x6000x1, kernel: 4100x4200x1 >; }

fn main() {}
