//! Other Rust libraries, each behind [`Convolution`] in a module of its own.
//!
//! Comes in: a problem. Goes out: one contender a library, prepared as its documentation advises: weights converted,
//! packed where the library can, input in the library's layout. Must not know: how they are timed.

mod burn;
mod candle;
mod gemm;
mod ndarray_conv;
mod onnx;
mod rten;
mod tract;

use anyhow::Result;

use crate::contender::{Contender, Convolution};
use crate::problem::Problem;

/// Prepares one library.
type Prepare = fn(&Problem) -> Result<Box<dyn Convolution>>;

/// Name in the tables, and how to prepare it.
const PEERS: [(&str, Prepare); 6] = [
    ("im2col+gemm", gemm::prepare),
    ("tract", tract::prepare),
    ("rten", rten::prepare),
    ("candle", candle::prepare),
    ("burn-flex", burn::prepare),
    ("ndarray-conv", ndarray_conv::prepare),
];

/// Every peer on one problem.
pub fn prepare(problem: &Problem) -> Vec<Contender> {
    PEERS.iter().map(|&(name, prepare)| Contender { name: name.to_owned(), convolution: prepare(problem) }).collect()
}

/// Runs `job` on the one thread of the pool that peers built on rayon use, so that they do their work where they are
/// called instead of handing it to another thread of the same core.
pub fn on_their_thread<R: Send>(job: impl FnOnce() -> R + Send) -> R {
    ::rten::thread_pool().run(job)
}
