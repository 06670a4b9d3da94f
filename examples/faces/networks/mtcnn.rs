//! MTCNN: three networks that look at a picture one after the other, each at what the one before left.
//!
//! All of them take a picture transposed: the first axis is x, the second y, and so is what P-Net gives.

use toeplitz::network;

use super::session::{Network, session};

/// A P-Net for each level of a pyramid, and a function that gives all of them, the largest first.
///
/// P-Net is a convolution of the whole picture, and a layer has one size: so each level has a type of its own.
macro_rules! pyramid {
    ($(#[$doc:meta])* $function:ident: $($name:ident $size:tt,)+) => {
        $(network! {
            /// P-Net: of every 12x12 pixels, in steps of two, whether they show a face, and where its box is more exactly.
            struct $name < in: $size, outputs: [boxes, prob], weights: "../tests/data/nets/pnet.safetensors" > {
                conv1 = conv2d!< kernel: 3x3x10, activation: prelu, weights: { slope: "prelu1.slope" } >;
                pool1 = max_pool2d!< window: 2x2, padding: same >;
                conv2 = conv2d!< kernel: 3x3x16, activation: prelu, weights: { slope: "prelu2.slope" } >;
                conv3 = conv2d!< kernel: 3x3x32, activation: prelu, weights: { slope: "prelu3.slope" } >;
                boxes = conv2d!< kernel: 1x1x4, weights: "box" >;
                logits = conv2d!< conv3, kernel: 1x1x2 >;
                prob = softmax!<>;
            }
        })+

        $(#[$doc])*
        pub(crate) fn $function() -> Vec<Box<dyn Network>> {
            vec![$(session($name::new()),)+]
        }
    };
}

pyramid! {
    /// For faces of 20 pixels and more in a picture of 512x512.
    pyramid_from_20:
    Pnet308 308x308x3,
    Pnet218 218x218x3,
    Pnet155 155x155x3,
    Pnet110 110x110x3,
    Pnet78 78x78x3,
    Pnet56 56x56x3,
    Pnet40 40x40x3,
    Pnet28 28x28x3,
    Pnet20 20x20x3,
    Pnet14 14x14x3,
}

pyramid! {
    /// For faces of 100 pixels and more.
    pyramid_from_100:
    Pnet62 62x62x3,
    Pnet44 44x44x3,
    Pnet31 31x31x3,
    Pnet22 22x22x3,
    Pnet16 16x16x3,
}

network! {
    /// R-Net: whether a crop shows a face, and where its box is more exactly.
    struct Rnet < in: 24x24x3, outputs: [boxes, prob], weights: "../tests/data/nets/rnet.safetensors" > {
        conv1 = conv2d!< kernel: 3x3x28, activation: prelu, weights: { slope: "prelu1.slope" } >;
        pool1 = max_pool2d!< window: 3x3, stride: 2, padding: same >;
        conv2 = conv2d!< kernel: 3x3x48, activation: prelu, weights: { slope: "prelu2.slope" } >;
        pool2 = max_pool2d!< window: 3x3, stride: 2 >;
        conv3 = conv2d!< kernel: 2x2x64, activation: prelu, weights: { slope: "prelu3.slope" } >;
        dense1 = dense!< units: 128, activation: prelu, weights: { slope: "prelu4.slope" } >;
        boxes = dense!< units: 4, weights: "box" >;
        logits = dense!< dense1, units: 2 >;
        prob = softmax!<>;
    }
}

network! {
    /// O-Net: the same once more, and where eyes, nose and mouth are.
    struct Onet < in: 48x48x3, outputs: [boxes, landmarks, prob], weights: "../tests/data/nets/onet.safetensors" > {
        conv1 = conv2d!< kernel: 3x3x32, activation: prelu, weights: { slope: "prelu1.slope" } >;
        pool1 = max_pool2d!< window: 3x3, stride: 2, padding: same >;
        conv2 = conv2d!< kernel: 3x3x64, activation: prelu, weights: { slope: "prelu2.slope" } >;
        pool2 = max_pool2d!< window: 3x3, stride: 2 >;
        conv3 = conv2d!< kernel: 3x3x64, activation: prelu, weights: { slope: "prelu3.slope" } >;
        pool3 = max_pool2d!< window: 2x2, padding: same >;
        conv4 = conv2d!< kernel: 2x2x128, activation: prelu, weights: { slope: "prelu4.slope" } >;
        dense1 = dense!< units: 256, activation: prelu, weights: { slope: "prelu5.slope" } >;
        boxes = dense!< units: 4, weights: "box" >;
        landmarks = dense!< dense1, units: 10 >;
        logits = dense!< dense1, units: 2 >;
        prob = softmax!<>;
    }
}

/// R-Net: `[4]` offsets of the box's corners, and `[2]`, that it is no face and that it is one.
pub(crate) fn rnet() -> Box<dyn Network> {
    session(Rnet::new())
}

/// O-Net: `[4]` offsets, `[10]` landmarks, five x and five y, and `[2]`, that it is no face and that it is one.
pub(crate) fn onet() -> Box<dyn Network> {
    session(Onet::new())
}
