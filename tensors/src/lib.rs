//! What `toeplitz` does with weights, once for the macros, which do it while they expand, and once for programs that do it when they
//! run: the same functions for both.
//!
//! Comes in: numbers, or files of them. Goes out: numbers in the order in which a layer takes them, or in which its kernels read them.
//! Must not know: layers, tokens.
//!
//! Not for direct use: it changes together with the code generator, whatever the version says. `toeplitz` has what programs need.
#![cfg_attr(not(feature = "files"), no_std)]
#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "files")]
pub mod files;
pub mod norm;
mod number;
pub mod pack;
#[cfg(feature = "alloc")]
mod problem;
pub mod spectra;
mod tensor;
pub mod tiles;
#[cfg(feature = "alloc")]
mod words;

pub use number::Number;
#[cfg(feature = "alloc")]
pub use problem::{TensorError, TensorProblem, fill};
#[cfg(feature = "alloc")]
pub use tensor::ordered;
pub use tensor::{Tensor, WeightsLayout};
#[cfg(feature = "alloc")]
pub use words::closest;
