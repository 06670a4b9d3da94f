//! What can be timed.
//!
//! Comes in: nothing. Goes out: the traits that ours and every peer implement. Must not know: who they are, nor what they compute.

use anyhow::Result;

/// A layer or a network with its weights prepared and its input in place.
pub trait Forward {
    /// Computes the output once. This is what is timed, so it does what a caller would have to do for each input, and
    /// nothing that can be done once for all inputs.
    ///
    /// # Errors
    ///
    /// Whatever the library reports.
    fn run(&mut self) -> Result<()>;

    /// The output of the last run in the order of ours, `[out_h][out_w][out]`, row-major and flat; several outputs one behind
    /// the other.
    ///
    /// # Errors
    ///
    /// Whatever the library reports; also if nothing has been run.
    fn output(&self) -> Result<Vec<f32>>;
}

/// What computes, and the name it has in the tables.
pub struct Contender {
    /// A library's name, or the SIMD level for ours.
    pub name: String,
    /// What computes, or why there is nothing.
    pub forward: Result<Box<dyn Forward>>,
}
