//! What several programs need: picture files, words drawn into pictures, trained weights, and how a program ends.
//!
//! Must not know: what programs do.

pub mod font;
pub mod pictures;
pub mod tensors;

use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

/// The exit code for `result`, of which an error is printed.
#[must_use]
pub fn end(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the output has seen enough, as in `lenet | head`.
        Err(error) if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe) => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            // Nothing can be done for someone who closed standard error as well.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
