//! The cases of `data/`: what ONNX, `PyTorch` and `TensorFlow` compute, at every SIMD level of this CPU.
//!
//! The build script writes one operator and one test a case.
// Nobody wrote these calls, and clippy takes minutes for them.
#![cfg(not(clippy))]

use std::fs;
use toeplitz::{avg_pool1d, avg_pool2d, avg_pool3d, max_pool1d, max_pool2d, max_pool3d};
use toeplitz::{batch_norm, dense, depthwise_conv1d, depthwise_conv2d, log_softmax, softmax};
use toeplitz::{conv_transpose1d, conv_transpose2d, conv_transpose3d, conv1d, conv2d, conv3d};
use toeplitz::{level_name, levels};
use toeplitz_tests::conformance::{Case, Tensor, Tolerance, check};

include!(concat!(env!("OUT_DIR"), "/conformance.rs"));

#[test]
fn every_case_in_the_folders_has_its_test() {
    let names = |dir: &str| fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("a readable entry").path());
    let sets = names("data").filter(|path| path.is_dir());
    let folders =
        sets.flat_map(|set| names(set.to_str().expect("names are ASCII"))).filter(|path| path.is_dir()).count();
    let levels: Vec<_> = levels().map(level_name).collect();
    println!("{CASES} of {folders} cases, at {} levels: {}", levels.len(), levels.join(", "));
    assert_eq!(CASES, folders);
}
