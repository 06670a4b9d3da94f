//! A classifier of handwritten digits.

use toeplitz::network;

network! {
    /// Digit classifier, the classic shape.
    pub struct Lenet < in: 28x28x1 > {
        conv1 = conv2d!< kernel: 5x5x32, padding: same, activation: relu >;
        pool1 = max_pool2d!< window: 2x2 >;
        conv2 = conv2d!< kernel: 5x5x64, padding: same, activation: relu >;
        pool2 = max_pool2d!< window: 2x2 >;
        dense = dense!< units: 10 >;
    }
}
