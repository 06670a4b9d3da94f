//! Random convolutions, part 4 of 4: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_conv_4.rs"));
