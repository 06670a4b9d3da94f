//! Batch normalisations: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_element_by_element.rs"));
