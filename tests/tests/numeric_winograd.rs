//! Random convolutions by Winograd's algorithm: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_winograd.rs"));
