//! The networks, compiled for their shapes, with trained weights and the memory that they work in.
//!
//! Comes in: the input of a network, in its own order and scale. Goes out: its outputs. Must not know: pictures, boxes.

mod blazeface;
mod mtcnn;
mod session;

pub(crate) use blazeface::blazeface;
pub(crate) use mtcnn::{onet, pyramid_from_20, pyramid_from_100, rnet};
pub(crate) use session::Network;
