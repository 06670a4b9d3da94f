//! Random convolutions and pools along one axis: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_one_axis.rs"));
