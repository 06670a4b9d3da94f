//! Random convolutions whose channels are in groups: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_groups.rs"));
