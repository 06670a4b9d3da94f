//! All weights of a network with constants are constants, those of the items in it too.
use toeplitz::{conv2d, max_pool2d, network};

conv2d! { struct Conv < in: 8x8x3, kernel: 3x3x4, padding: same >; }
max_pool2d! { struct Pool < in: 8x8x4, window: 2x2 >; }

network! {
    // A folder with no tensors, none of which are asked for.
    struct Fixed < in: 8x8x3, weights: "." > {
        conv = layer!< type: Conv, out: 8x8x4 >;
        pool = layer!< type: Pool, out: 4x4x4 >;
    }
}

fn main() {
    let _ = Fixed::new().forward(&[0.0; 192]);
}
