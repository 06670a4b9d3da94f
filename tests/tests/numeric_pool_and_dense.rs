//! Random max pools and dense layers: written by the build script, verified at every SIMD level.
// Nobody wrote these calls, and clippy takes minutes for them.
#![cfg(not(clippy))]

include!(concat!(env!("OUT_DIR"), "/numeric_pool_and_dense.rs"));
