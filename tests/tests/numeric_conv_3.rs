//! Random convolutions, part 3 of 4: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_conv_3.rs"));
