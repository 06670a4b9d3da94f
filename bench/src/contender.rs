//! What can be timed on a problem.
//!
//! Comes in: nothing. Goes out: the traits that ours and every peer implement. Must not know: who they are.

use anyhow::Result;

/// A convolution with its weights prepared and its input in place.
pub trait Convolution {
    /// Computes the output once. This is what is timed, so it does what a caller would have to do for each input, and
    /// nothing that can be done once for all inputs.
    ///
    /// # Errors
    ///
    /// Whatever the library reports.
    fn run(&mut self) -> Result<()>;

    /// The output of the last run as `[out_h][out_w][out]`, row-major and flat.
    ///
    /// # Errors
    ///
    /// Whatever the library reports; also if nothing has been run.
    fn output(&self) -> Result<Vec<f32>>;
}

/// A convolution and the name it has in the tables.
pub struct Contender {
    /// A library's name, or the SIMD level for ours.
    pub name: String,
    /// The convolution, or why there is none.
    pub convolution: Result<Box<dyn Convolution>>,
}
