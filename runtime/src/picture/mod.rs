//! Pictures of a network: its layers as boxes, their outputs as arrows.
//!
//! Comes in: a [`Layer`], of which its specification says what it does. Goes out: text in the language of Graphviz, or with the feature
//! `picture` an SVG document; the same for the same network. Must not know: where values lie, how they are computed.
//!
//! ```
//! use toeplitz::network;
//!
//! network! {
//!     struct Small < in: 8x8x1 > {
//!         conv = conv2d!< kernel: 3x3x4, activation: relu >;
//!         dense = dense!< units: 2 >;
//!     }
//! }
//!
//! assert_eq!(Small::to_dot(), toeplitz::picture::dot::<Small>());
//! assert!(Small::to_dot().contains("conv2d 3x3, relu"));
//! ```

mod dot;
mod graph;
#[cfg(feature = "picture")]
mod rows;
#[cfg(feature = "picture")]
mod svg;
mod words;

use alloc::string::String;

use crate::Layer;
use graph::Graph;

/// The graph of a network in the language of Graphviz: `dot -Tsvg` draws it. A layer that is no network is one box.
///
/// A box has a layer's name, its operator, the sizes of its output, its parameters and its multiply-adds; an arrow the sizes of what it
/// passes on.
pub fn dot<L: Layer>() -> String {
    dot::draw(&Graph::new::<L>())
}

/// The graph of a network as an SVG document, drawn without any other program. A layer that is no network is one box.
///
/// Rows are in the order of computation. What is passed over rows goes down beside them.
#[cfg(feature = "picture")]
pub fn svg<L: Layer>() -> String {
    svg::draw(&Graph::new::<L>())
}
