//! Random convolutions with few channels, whose lanes run along the row: written by the build script, verified at every SIMD level.

include!(concat!(env!("OUT_DIR"), "/numeric_few_outputs.rs"));
