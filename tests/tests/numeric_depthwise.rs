//! Random convolutions of each channel by itself: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_depthwise.rs"));
