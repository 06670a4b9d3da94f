//! Random convolutions by transforms of blocks: written by the build script, verified at every SIMD level.
// Nobody wrote these calls, and clippy takes minutes for them.
#![cfg(not(clippy))]

include!(concat!(env!("OUT_DIR"), "/numeric_fourier.rs"));
