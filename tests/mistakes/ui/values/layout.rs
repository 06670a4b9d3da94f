use toeplitz::{conv1d, conv2d, dense, max_pool2d};

conv2d! { struct Framework < in: 8x8x3, kernel: 3x3x4, layout: channels_first >; }
conv2d! { struct Misspelt < in: 8x8x3, kernel: 3x3x4, layout: nhcw >; }
conv1d! { struct OneAxis < in: 8x3, kernel: 3x4, layout: ncw >; }
max_pool2d! { struct Key < in: 8x8x3, window: 2x2, data_format: channels_last >; }
dense! { struct Quoted < in: 8x8x3, units: 4, layout: "nchw" >; }
conv2d! { struct Weights < in: 8x8x3, kernel: 3x3x4, layout: oihw >; }
conv2d! { struct KerasWeights < in: 8x8x3, kernel: 3x3x4, layout: HWIO >; }
conv2d! { struct Blocked < in: 8x8x3, kernel: 3x3x4, layout: nchw8c >; }

fn main() {}
