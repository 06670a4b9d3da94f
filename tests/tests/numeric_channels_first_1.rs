//! Random operators of all kinds with channels outermost: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_channels_first_1.rs"));
