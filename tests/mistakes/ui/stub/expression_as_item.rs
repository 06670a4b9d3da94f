//! Keys alone are an expression, also where there can be none: its mistakes are shown all the same, all of them.
use toeplitz::{conv2d, dense};

conv2d! { in: 28x28 }

dense! {
    in: 4x4x1, unit: 10, activation:
}

fn main() {
    conv2d! { in: 28x28 }
}
