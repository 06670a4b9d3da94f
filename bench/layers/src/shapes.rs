//! Shapes from networks, which other libraries compute as well.

use toeplitz::{conv_transpose2d, conv1d, conv2d, conv3d, depthwise_conv2d};

conv2d! {
    /// The first layer of a digit classifier.
    pub struct S1 < in: 28x28x1, kernel: 5x5x32, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct S1Exact < in: 28x28x1, kernel: 5x5x32, padding: same, accuracy: exact >;
}
conv2d! {
    /// Its second.
    pub struct S2 < in: 14x14x32, kernel: 5x5x64, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct S2Exact < in: 14x14x32, kernel: 5x5x64, padding: same, accuracy: exact >;
}
conv2d! {
    /// So small that overheads count.
    pub struct S3 < in: 8x8x16, kernel: 3x3x16, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct S3Exact < in: 8x8x16, kernel: 3x3x16, padding: same, accuracy: exact >;
}
conv2d! {
    /// The middle of an image classifier.
    pub struct S4 < in: 56x56x64, kernel: 3x3x64, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct S4Exact < in: 56x56x64, kernel: 3x3x64, padding: same, accuracy: exact >;
}
conv2d! {
    /// The same without a window: a matrix product.
    pub struct S5 < in: 56x56x64, kernel: 1x1x256 >;
}
depthwise_conv2d! {
    /// The middle of a mobile network, bound by memory.
    pub struct S6 < in: 112x112x32, kernel: 3x3, padding: same >;
}
conv2d! {
    /// The first layer of an image classifier.
    pub struct S7 < in: 224x224x3, kernel: 7x7x64, padding: same, stride: 2 >;
}
conv2d! {
    /// The same, exactly.
    pub struct S7Exact < in: 224x224x3, kernel: 7x7x64, padding: same, stride: 2, accuracy: exact >;
}
conv2d! {
    /// Weights larger than the first two caches.
    pub struct S8 < in: 14x14x256, kernel: 3x3x256, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct S8Exact < in: 14x14x256, kernel: 3x3x256, padding: same, accuracy: exact >;
}
conv2d! {
    /// A small colour image.
    pub struct S9 < in: 32x32x3, kernel: 3x3x32, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct S9Exact < in: 32x32x3, kernel: 3x3x32, padding: same, accuracy: exact >;
}
conv1d! {
    /// The first layer on a second of sound.
    pub struct S10 < in: 16000x1, kernel: 80x64, stride: 16 >;
}
conv1d! {
    /// The same, exactly.
    pub struct S10Exact < in: 16000x1, kernel: 80x64, stride: 16, accuracy: exact >;
}
conv2d! {
    /// An image filter, bound by memory.
    pub struct S12 < in: 512x512x1, kernel: 3x3x1, padding: same >;
}
conv2d! {
    /// Channels that fill no vector.
    pub struct S13 < in: 28x28x16, kernel: 3x3x10, stride: 2 >;
}
conv2d! {
    /// Between `S4` and `S8`.
    pub struct C1 < in: 28x28x64, kernel: 3x3x64, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct C1Exact < in: 28x28x64, kernel: 3x3x64, padding: same, accuracy: exact >;
}
conv2d! {
    /// Hardly larger than its kernel, with many channels: the end of an image classifier.
    pub struct C2 < in: 7x7x512, kernel: 3x3x512, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct C2Exact < in: 7x7x512, kernel: 3x3x512, padding: same, accuracy: exact >;
}
conv2d! {
    /// Few channels of a large image.
    pub struct C3 < in: 112x112x16, kernel: 3x3x16, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct C3Exact < in: 112x112x16, kernel: 3x3x16, padding: same, accuracy: exact >;
}
conv2d! {
    /// A large window on a large image.
    pub struct C4 < in: 56x56x32, kernel: 5x5x32, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct C4Exact < in: 56x56x32, kernel: 5x5x32, padding: same, accuracy: exact >;
}
conv2d! {
    /// More channels than come out.
    pub struct C5 < in: 28x28x96, kernel: 5x5x64, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct C5Exact < in: 28x28x96, kernel: 5x5x64, padding: same, accuracy: exact >;
}
conv2d! {
    /// Fewer channels than come out.
    pub struct C6 < in: 14x14x128, kernel: 3x3x256, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct C6Exact < in: 14x14x128, kernel: 3x3x256, padding: same, accuracy: exact >;
}
conv2d! {
    /// Channels that are no power of two, and a size that is no multiple of a tile's.
    pub struct C7 < in: 10x10x24, kernel: 3x3x40, padding: same >;
}
conv2d! {
    /// The same, exactly.
    pub struct C7Exact < in: 10x10x24, kernel: 3x3x40, padding: same, accuracy: exact >;
}
conv_transpose2d! {
    /// The way back up of a segmentation network, windows side by side.
    pub struct T1 < in: 14x14x64, kernel: 2x2x32, stride: 2 >;
}
conv_transpose2d! {
    /// The same with windows that overlap.
    pub struct T2 < in: 14x14x64, kernel: 4x4x32, padding: same, stride: 2 >;
}
conv3d! {
    /// A small volume, or a short film.
    pub struct V1 < in: 16x32x32x8, kernel: 3x3x3x16, padding: same >;
}
conv2d! {
    /// With channels in front.
    pub struct S1First < in: 28x28x1, kernel: 5x5x32, padding: same, layout: nchw >;
}
conv2d! {
    /// With channels in front.
    pub struct S4First < in: 56x56x64, kernel: 3x3x64, padding: same, layout: nchw >;
}
conv2d! {
    /// With channels in front.
    pub struct S9First < in: 32x32x3, kernel: 3x3x32, padding: same, layout: nchw >;
}
conv2d! {
    /// In `f64`.
    pub struct S1Double < in: 28x28x1, kernel: 5x5x32, padding: same, dtype: f64 >;
}
conv2d! {
    /// In `f64`.
    pub struct S4Double < in: 56x56x64, kernel: 3x3x64, padding: same, dtype: f64 >;
}
conv2d! {
    /// In `f64`.
    pub struct S9Double < in: 32x32x3, kernel: 3x3x32, padding: same, dtype: f64 >;
}
