//! Random separable convolutions: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_separable.rs"));
