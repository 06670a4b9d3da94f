//! Random convolutions and pools along three axes: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_three_axes.rs"));
