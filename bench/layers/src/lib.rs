//! The layers that the benchmark times, in a crate of their own: they take minutes to compile, and change rarely.
//!
//! Must not know: how they are timed.

pub mod networks;
pub mod pruned;
pub mod shapes;
#[cfg(feature = "sizes")]
pub mod sizes;
