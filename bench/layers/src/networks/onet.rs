//! The last of MTCNN's three networks.

use toeplitz::network;

/// The network under a name, with whatever other keys.
macro_rules! onet {
    ($name:ident $($keys:tt)*) => {
        network! {
            /// MTCNN's O-Net: whether a crop is a face, and where its eyes, nose and mouth are.
            pub struct $name < in: 48x48x3, outputs: [boxes, landmarks, prob] $($keys)* > {
                conv1 = conv2d!< kernel: 3x3x32, activation: prelu >;
                pool1 = max_pool2d!< window: 3x3, stride: 2, padding: same >;
                conv2 = conv2d!< kernel: 3x3x64, activation: prelu >;
                pool2 = max_pool2d!< window: 3x3, stride: 2 >;
                conv3 = conv2d!< kernel: 3x3x64, activation: prelu >;
                pool3 = max_pool2d!< window: 2x2, padding: same >;
                conv4 = conv2d!< kernel: 2x2x128, activation: prelu >;
                dense1 = dense!< units: 256, activation: prelu >;
                boxes = dense!< units: 4 >;
                landmarks = dense!< dense1, units: 10 >;
                logits = dense!< dense1, units: 2 >;
                prob = softmax!<>;
            }
        }
    };
}

onet!(Onet);
