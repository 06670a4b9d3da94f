//! Batch normalisations and softmaxes: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_without_window.rs"));
