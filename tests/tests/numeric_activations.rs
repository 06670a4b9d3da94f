//! Weighted operators with curved and hard activations and slopes: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_activations.rs"));
