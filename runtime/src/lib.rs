//! Convolution whose shapes are known when the program is compiled.
//!
//! ```
//! use toeplitz::conv2d;
//!
//! conv2d! {
//!     /// First layer of a digit classifier.
//!     pub struct Conv1 < in: 28x28x1, kernel: 5x5x32, padding: same, stride: 1 >;
//! }
//!
//! let conv = Conv1::new(&[0.1; 800], &[0.0; 32]);
//! let mut features = [0.0; 28 * 28 * 32];
//! conv.forward(&[0.5; 784], &mut features);
//!
//! assert_eq!(Conv1::OUTPUT.to_string(), "28x28x32");
//! assert_eq!(Conv1::MACS, 574_592);
//! ```
//!
//! A macro call names a layer's shapes; expansion works out the output shape, the sparse Toeplitz [layout](Toeplitz)
//! and SIMD code for every level of the target, so that running the layer needs no shape checks, no padded copies, no
//! allocation and no `unsafe`. This crate is what generated code stands on and what checks it:
//!
//! - [`conv1d!`], [`conv2d!`], [`conv3d!`], [`conv_transpose1d!`], [`conv_transpose2d!`], [`conv_transpose3d!`],
//!   [`depthwise_conv1d!`], [`depthwise_conv2d!`], [`separable_conv2d!`], [`adder2d!`], [`max_pool1d!`], [`max_pool2d!`],
//!   [`max_pool3d!`], [`avg_pool1d!`], [`avg_pool2d!`], [`avg_pool3d!`], [`global_max_pool!`], [`global_avg_pool!`],
//!   [`batch_norm!`], [`softmax!`], [`log_softmax!`] and [`dense!`] generate a layer, and [`source!`] shows the code. The
//!   documentation of [`conv2d!`] has all keys and what they mean.
//! - [`Layer`] is the trait of every generated operator, [`Element`] that of the types of data, [`Shape`] and [`Toeplitz`]
//!   describe it, [`Spec`] repeats what was asked for.
//! - [`verify()`] runs a layer at every SIMD level of this CPU against the [`reference`](mod@reference), plain loops in
//!   `f64` that share nothing with the generator.
//! - [`fold_batch_norm`] puts a trained batch normalisation into the convolution before it.
//! - [`Aligned`] holds inputs and outputs where vector loads are fastest, and puts large ones on the heap.
//!
//! # Features
//!
//! - `std` (default): the SIMD level is detected at run time; implies `alloc`. Without it, and on WebAssembly always, the
//!   level is the one the program is compiled for.
//! - `alloc`: layers on the heap (without `std` by way of the caller's stack, for lack of a thread to build them on),
//!   [`verify()`], [`reference`](mod@reference), pictures of a layout, the graph of a network for Graphviz.
//! - `picture`: the [graph of a network](mod@picture) as an SVG document, by `to_svg`; implies `alloc`.
//! - `ndarray`: [`Layer::forward_nd`] and a layout's dense matrix, by arrays of `ndarray` 0.17; implies `std`.
//! - `load`: networks from files of weights, by `load`; implies `std`. Weights that are there when a program is compiled need no feature.
//! - `rayon`: [`Layer::forward_batch`], and [`Layer::forward`] of large layers, use all cores, by rayon's threads; implies `std`.
#![no_std]
#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;
mod aligned;
mod arena;
mod batch;
mod buffer;
mod element;
mod error;
mod facts;
mod fold;
mod layer;
mod layout;
mod level;
#[cfg(feature = "ndarray")]
mod nd;
#[cfg(feature = "alloc")]
pub mod picture;
#[cfg(feature = "alloc")]
pub mod reference;
mod shape;
mod spec;
#[cfg(feature = "alloc")]
mod tensors;
#[cfg(feature = "alloc")]
pub mod verify;

pub use aligned::Aligned;
pub use arena::Arena;
pub use buffer::Buffer;
pub use element::Element;
pub use error::WrongLength;
/// A SIMD level of the CPU, of the crate `fearless_simd`: [`levels`] gives those there are, [`level_name`] their names,
/// [`Layer::forward_at`] takes one.
pub use fearless_simd::Level;
pub use fold::fold_batch_norm;
pub use layer::Layer;
#[cfg(feature = "ndarray")]
pub use layout::DenseError;
pub use layout::{Band, Channels, Entries, Entry, Row, Run, Structure, Tap, Toeplitz, WeightOrder};
pub use level::{level_name, levels};
#[cfg(feature = "ndarray")]
pub use nd::WrongShape;
pub use shape::Shape;
pub use spec::{Activation, Algorithm, Axis, DataFormat, Operator, Padding, PaddingMode, Spec, Step, Work};
#[cfg(feature = "load")]
pub use tensors::{FileError, LoadError, Reason};
#[cfg(feature = "alloc")]
pub use tensors::{TensorError, TensorProblem};
pub use toeplitz_macros::{
    adder2d, avg_pool1d, avg_pool2d, avg_pool3d, batch_norm, conv_transpose1d, conv_transpose2d, conv_transpose3d,
    conv1d, conv2d, conv3d, dense, depthwise_conv1d, depthwise_conv2d, global_avg_pool, global_max_pool, log_softmax,
    max_pool1d, max_pool2d, max_pool3d, network, separable_conv2d, softmax, source,
};
pub use toeplitz_tensors::{Tensor, WeightsLayout};
#[cfg(feature = "alloc")]
pub use verify::verify;
