use toeplitz::{avg_pool1d, conv2d, conv_transpose2d, depthwise_conv1d, max_pool2d, separable_conv2d};

conv2d! { struct Ours < in: 8x8x1, kernel: 3x3x4, padding: reflect >; }
conv2d! { struct NumPy < in: 8x8x1, kernel: 3x3x4, padding: edge >; }
depthwise_conv1d! { struct Wrapped < in: 8x4, kernel: 3, padding: "wrap" >; }
separable_conv2d! { struct Symmetric < in: 8x8x1, kernel: 3x3x4, padding: SYMMETRIC >; }
conv2d! { struct Zeros < in: 8x8x1, kernel: 3x3x4, padding: zeros >; }
conv2d! { struct Zero < in: 8x8x1, kernel: 3x3x4, padding: zero >; }
max_pool2d! { struct Pool < in: 8x8x1, window: 3x3, padding: reflect >; }
avg_pool1d! { struct Constant < in: 8x1, window: 3, padding: constant >; }
conv_transpose2d! { struct Up < in: 8x8x1, kernel: 3x3x4, padding: replicate >; }

fn main() {}
