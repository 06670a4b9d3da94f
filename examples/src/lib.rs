//! How the programs end.
//!
//! Comes in: the result of a program. Goes out: its exit code, and what went wrong, to standard error. Must not know: what programs do.

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
