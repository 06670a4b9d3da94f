//! What the messages of `ui/shape/kernel_too_large*` and `ui/shape/window_too_large*` say to write.
use toeplitz::{conv1d, conv2d, conv3d, max_pool2d, max_pool3d};

fn main() {
    conv1d!(in: 4x1, kernel: 7x1, padding: [1, 2])(&[0.0; 7], &[0.0; 1]);
    conv2d!(in: 4x4x1, kernel: 7x5x1, padding: [1, 2]x[0, 1])(&[0.0; 35], &[0.0; 1]);
    conv2d!(in: 4x4x1, kernel: 7x5x1, padding: same)(&[0.0; 35], &[0.0; 1]);
    conv2d!(in: 4x4x1, kernel: 3x3x1, padding: [0, 0]x[0, 1], dilation: 1x2)(&[0.0; 9], &[0.0; 1]);
    conv2d!(in: 4x4x1, kernel: 9x3x1, padding: [3, 2]x[2, 1], dilation: 1x3)(&[0.0; 27], &[0.0; 1]);
    max_pool2d!(in: 4x4x1, window: 5x2, padding: [0, 1]x[0, 0])();
    max_pool2d!(in: 2x2x1, window: 2x2, padding: [0, 4]x[0, 4], dilation: 5)();
    conv3d!(in: 4x4x4x1, kernel: 7x5x6x1, padding: [1, 2]x[0, 1]x[1, 1])(&[0.0; 210], &[0.0; 1]);
    max_pool3d!(in: 4x4x4x1, window: 2x5x2, padding: [0, 0]x[0, 1]x[0, 0])();
}
