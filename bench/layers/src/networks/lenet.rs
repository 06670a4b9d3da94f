//! A classifier of handwritten digits.

use toeplitz::network;

/// The network under a name, with whatever other keys.
macro_rules! lenet {
    ($name:ident $($keys:tt)*) => {
        network! {
            /// Digit classifier, the classic shape.
            pub struct $name < in: 28x28x1 $($keys)* > {
                conv1 = conv2d!< kernel: 5x5x32, padding: same, activation: relu >;
                pool1 = max_pool2d!< window: 2x2 >;
                conv2 = conv2d!< kernel: 5x5x64, padding: same, activation: relu >;
                pool2 = max_pool2d!< window: 2x2 >;
                dense = dense!< units: 10 >;
            }
        }
    };
}

lenet!(Lenet);
