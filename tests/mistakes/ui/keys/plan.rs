//! Plans that cannot be, each with what can.

use toeplitz::{conv2d, max_pool2d};

conv2d! { struct Quoted < in: 14x14x32, kernel: 5x5x64, plan: "winograd 4x4" >; }
conv2d! { struct Tile < in: 14x14x32, kernel: 5x5x64, plan: winograd 6x4 >; }
conv2d! { struct Smaller < in: 40x52x8, kernel: 3x3x32, plan: winograd 1x4 >; }
conv2d! { struct Inexact < in: 14x14x256, kernel: 3x3x256, plan: winograd 6x6 >; }
conv2d! { struct Strided < in: 14x14x32, kernel: 5x5x64, stride: 2, plan: winograd 4x4 >; }
conv2d! { struct Exact < in: 14x14x32, kernel: 5x5x64, accuracy: exact, plan: winograd 4x4 >; }
conv2d! { struct Both < in: 14x14x32, kernel: 5x5x64, algorithm: direct, plan: winograd 4x4 >; }
conv2d! { struct Wide < in: 14x14x32, kernel: 5x5x64, plan: [avx512: 1x30x2] >; }
conv2d! { struct Groups < in: 14x14x32, kernel: 5x5x24, plan: [avx2: 2x3x2] >; }
conv2d! { struct File < in: 14x14x32, kernel: 5x5x64, plan: [sse: 1x3x2] >; }
conv2d! { struct Bare < in: 14x14x32, kernel: 5x5x64, plan: 1x3x2 >; }
conv2d! { struct Single < in: 64x64x1, kernel: 3x3x1, plan: [avx2: 1x3x2] >; }
conv2d! { struct Explained < in: 14x14x32, kernel: 5x5x64, explain: all >; }
max_pool2d! { struct Pool < in: 14x14x32, window: 2x2, plan: [avx2: 1x3x2] >; }

fn main() {}
