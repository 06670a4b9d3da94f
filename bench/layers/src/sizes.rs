//! One layer at many sizes and with many numbers of channels, each computed directly and as the planner sees fit.

use toeplitz::conv2d;

/// A module of layers, two for each line, which differ in their algorithm.
macro_rules! layers {
    (#[doc = $about:literal] $name:ident; $($auto:ident $direct:ident: $size:tt $kernel:tt;)*) => {
        #[doc = $about]
        pub mod $name {
            use super::conv2d;
            $(
                conv2d! {
                    /// As the planner sees fit.
                    pub struct $auto < in: $size, kernel: $kernel, padding: same, algorithm: auto >;
                }
                conv2d! {
                    /// Directly.
                    pub struct $direct < in: $size, kernel: $kernel, padding: same, algorithm: direct >;
                }
            )*
        }
    };
}

layers! {
    /// 16 channels to 16, by height and width.
    features;
    Side8 Side8Direct: 8x8x16 3x3x16;
    Side16 Side16Direct: 16x16x16 3x3x16;
    Side32 Side32Direct: 32x32x16 3x3x16;
    Side64 Side64Direct: 64x64x16 3x3x16;
    Side128 Side128Direct: 128x128x16 3x3x16;
    Side256 Side256Direct: 256x256x16 3x3x16;
    Side512 Side512Direct: 512x512x16 3x3x16;
    Side1024 Side1024Direct: 1024x1024x16 3x3x16;
    Side2048 Side2048Direct: 2048x2048x16 3x3x16;
}

layers! {
    /// A colour image to 16 channels, by height and width.
    colours;
    Side8 Side8Direct: 8x8x3 3x3x16;
    Side16 Side16Direct: 16x16x3 3x3x16;
    Side32 Side32Direct: 32x32x3 3x3x16;
    Side64 Side64Direct: 64x64x3 3x3x16;
    Side128 Side128Direct: 128x128x3 3x3x16;
    Side256 Side256Direct: 256x256x3 3x3x16;
    Side512 Side512Direct: 512x512x3 3x3x16;
    Side1024 Side1024Direct: 1024x1024x3 3x3x16;
    Side2048 Side2048Direct: 2048x2048x3 3x3x16;
    Wide1920 Wide1920Direct: 1080x1920x3 3x3x16;
    Wide3840 Wide3840Direct: 2160x3840x3 3x3x16;
}

layers! {
    /// 14x14, by channels, of which as many go in as come out.
    channels;
    Of1 Of1Direct: 14x14x1 3x3x1;
    Of2 Of2Direct: 14x14x2 3x3x2;
    Of4 Of4Direct: 14x14x4 3x3x4;
    Of8 Of8Direct: 14x14x8 3x3x8;
    Of16 Of16Direct: 14x14x16 3x3x16;
    Of32 Of32Direct: 14x14x32 3x3x32;
    Of64 Of64Direct: 14x14x64 3x3x64;
    Of128 Of128Direct: 14x14x128 3x3x128;
    Of256 Of256Direct: 14x14x256 3x3x256;
    Of512 Of512Direct: 14x14x512 3x3x512;
    Of1024 Of1024Direct: 14x14x1024 3x3x1024;
}
