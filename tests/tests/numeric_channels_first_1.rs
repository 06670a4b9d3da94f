//! Random operators of all kinds with channels outermost: written by the build script, verified at every SIMD level.
// Nobody wrote these calls, and clippy takes minutes for them.
#![cfg(not(clippy))]

include!(concat!(env!("OUT_DIR"), "/numeric_channels_first_1.rs"));
