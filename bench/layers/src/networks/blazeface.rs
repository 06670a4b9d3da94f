//! A face detector of depthwise blocks.

use toeplitz::network;

/// The network under a name, with whatever other keys.
macro_rules! blazeface {
    ($name:ident $($keys:tt)*) => {
        network! {
            /// The short range of `BlazeFace`: depthwise blocks with shortcuts, which widen now and then.
            pub struct $name < in: 128x128x3, outputs: [regressors, classificators] $($keys)* > {
                stem = conv2d!< kernel: 5x5x24, padding: same, stride: 2, activation: relu >;
                dw1 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw1 = conv2d!< kernel: 1x1x24 >;
                relu1 = add!< stem, pw1, activation: relu >;
                dw2 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw2 = conv2d!< kernel: 1x1x28 >;
                pad2 = pad!< relu1, channels: 28 >;
                relu2 = add!< pad2, pw2, activation: relu >;
                dw3 = depthwise_conv2d!< kernel: 3x3, padding: same, stride: 2 >;
                pool3 = max_pool2d!< relu2, window: 2x2 >;
                pw3 = conv2d!< dw3, kernel: 1x1x32 >;
                pad3 = pad!< pool3, channels: 32 >;
                relu3 = add!< pad3, pw3, activation: relu >;
                dw4 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw4 = conv2d!< kernel: 1x1x36 >;
                pad4 = pad!< relu3, channels: 36 >;
                relu4 = add!< pad4, pw4, activation: relu >;
                dw5 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw5 = conv2d!< kernel: 1x1x42 >;
                pad5 = pad!< relu4, channels: 42 >;
                relu5 = add!< pad5, pw5, activation: relu >;
                dw6 = depthwise_conv2d!< kernel: 3x3, padding: same, stride: 2 >;
                pool6 = max_pool2d!< relu5, window: 2x2 >;
                pw6 = conv2d!< dw6, kernel: 1x1x48 >;
                pad6 = pad!< pool6, channels: 48 >;
                relu6 = add!< pad6, pw6, activation: relu >;
                dw7 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw7 = conv2d!< kernel: 1x1x56 >;
                pad7 = pad!< relu6, channels: 56 >;
                relu7 = add!< pad7, pw7, activation: relu >;
                dw8 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw8 = conv2d!< kernel: 1x1x64 >;
                pad8 = pad!< relu7, channels: 64 >;
                relu8 = add!< pad8, pw8, activation: relu >;
                dw9 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw9 = conv2d!< kernel: 1x1x72 >;
                pad9 = pad!< relu8, channels: 72 >;
                relu9 = add!< pad9, pw9, activation: relu >;
                dw10 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw10 = conv2d!< kernel: 1x1x80 >;
                pad10 = pad!< relu9, channels: 80 >;
                relu10 = add!< pad10, pw10, activation: relu >;
                dw11 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw11 = conv2d!< kernel: 1x1x88 >;
                pad11 = pad!< relu10, channels: 88 >;
                relu11 = add!< pad11, pw11, activation: relu >;
                dw12 = depthwise_conv2d!< kernel: 3x3, padding: same, stride: 2 >;
                pool12 = max_pool2d!< relu11, window: 2x2 >;
                pw12 = conv2d!< dw12, kernel: 1x1x96 >;
                pad12 = pad!< pool12, channels: 96 >;
                relu12 = add!< pad12, pw12, activation: relu >;
                dw13 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw13 = conv2d!< kernel: 1x1x96 >;
                relu13 = add!< relu12, pw13, activation: relu >;
                dw14 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw14 = conv2d!< kernel: 1x1x96 >;
                relu14 = add!< relu13, pw14, activation: relu >;
                dw15 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw15 = conv2d!< kernel: 1x1x96 >;
                relu15 = add!< relu14, pw15, activation: relu >;
                dw16 = depthwise_conv2d!< kernel: 3x3, padding: same >;
                pw16 = conv2d!< kernel: 1x1x96 >;
                relu16 = add!< relu15, pw16, activation: relu >;
                score8 = conv2d!< relu11, kernel: 1x1x2 >;
                score16 = conv2d!< relu16, kernel: 1x1x6 >;
                box8 = conv2d!< relu11, kernel: 1x1x32 >;
                box16 = conv2d!< relu16, kernel: 1x1x96 >;
                score8_list = flatten!< score8 >;
                score16_list = flatten!< score16 >;
                box8_list = flatten!< box8 >;
                box16_list = flatten!< box16 >;
                classificators = concat!< score8_list, score16_list >;
                regressors = concat!< box8_list, box16_list >;
            }
        }
    };
}

blazeface!(BlazeFace);
