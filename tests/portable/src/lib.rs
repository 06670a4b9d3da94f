//! What is checked on other instruction sets than that of the machine at hand.
//!
//! Comes in: the levels that have to be run. Goes out: a report of every layer, or the first that is wrong. Must not know: the target.
#![no_std]

pub mod first_layer;
#[cfg(feature = "std")]
mod layers;
#[cfg(feature = "std")]
mod run;

#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "std")]
pub use run::run;
