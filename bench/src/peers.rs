//! Other Rust libraries, each behind [`Forward`] in a module of its own.
//!
//! Comes in: a problem, or a network's graph. Goes out: one contender a library, prepared as its documentation advises: weights
//! converted, packed where the library can, input in the library's layout. Must not know: how they are timed.

mod burn;
mod candle;
mod gemm;
mod ndarray_conv;
mod networks;
mod rten;
mod tract;

use anyhow::Result;

use crate::contender::{Contender, Forward};
use crate::graph::Graph;
use crate::onnx::Model;
use crate::problem::Problem;

/// Prepares one library.
type Prepare = fn(&Problem) -> Result<Box<dyn Forward>>;

/// Name in the tables, and how to prepare a layer.
const PEERS: [(&str, Prepare); 6] = [
    ("im2col+gemm", gemm::prepare),
    ("tract", |problem| tract::prepare(Model::of_layer(problem))),
    ("rten", |problem| rten::prepare(Model::of_layer(problem))),
    ("candle", candle::prepare),
    ("burn-flex", burn::prepare),
    ("ndarray-conv", ndarray_conv::prepare),
];

/// Every peer on one layer.
pub fn on_layer(problem: &Problem) -> Vec<Contender> {
    PEERS.iter().map(|&(name, prepare)| Contender { name: name.to_owned(), forward: prepare(problem) }).collect()
}

/// Every peer that has all operators on one network.
pub fn on_network(graph: &Graph) -> Vec<Contender> {
    let model = || Model::of_network(graph, "");
    let by_file = [("tract", tract::prepare(model())), ("rten", rten::prepare(model()))];
    let by_call = networks::PEERS.map(|(name, prepare)| (name, prepare(graph)));
    let peers = by_file.into_iter().chain(by_call);
    peers.map(|(name, forward)| Contender { name: name.to_owned(), forward }).collect()
}

/// Runs `job` on the one thread of the pool that peers built on rayon use, so that they do their work where they are
/// called instead of handing it to another thread of the same core.
pub fn on_their_thread<R: Send>(job: impl FnOnce() -> R + Send) -> R {
    ::rten::thread_pool().run(job)
}
