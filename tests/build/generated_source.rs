//! Generated code as text, for `tests/generated_source.rs`.
//!
//! Comes in: calls. Goes out: one file with what `toeplitz-codegen` prints for them.

use std::path::Path;

use toeplitz_codegen::expand_source;

/// The calls of the test, one by one.
const CALLS: [&str; 4] = [
    "conv2d! { pub struct Walked < in: 6x6x1, kernel: 3x3x4, padding: same, activation: relu >; }",
    "conv2d! { pub struct Streamed < in: 5x5x16, kernel: 3x3x17, stride: 2, bias: false >; }",
    "conv2d! { pub struct Along < in: 4x40x1, kernel: 3x3x1, padding: same >; }",
    "max_pool2d! { pub struct Pooled < in: 4x6x5, window: 2x2 >; }",
];

/// Writes `generated_source.rs` into `out`.
pub(super) fn write(out: &Path) {
    let code = CALLS.map(|call| expand_source(call).unwrap_or_else(|error| panic!("{call}: {error:?}")));
    std::fs::write(out.join("generated_source.rs"), code.join("\n")).expect("the folder of build scripts");
}
