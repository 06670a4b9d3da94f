//! Random convolutions with few channels, whose lanes run along the row: written by the build script, verified at every SIMD level.
// Nobody wrote these calls, and clippy takes minutes for them.
#![cfg(not(clippy))]

include!(concat!(env!("OUT_DIR"), "/numeric_few_outputs.rs"));
