//! Reads handwritten digits: `cargo run --release --example lenet`.
//!
//! Without arguments it reads the 10,000 digits of the MNIST test set, reports how it went, and exits with an error if
//! accuracy or outputs are not those of the framework that trained the network. `--help` tells what else it takes.

mod args;
mod data;
mod network;
mod reference;
mod report;
mod run;
#[cfg(test)]
mod tests;

use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match run::run(&args, &mut io::stdout().lock()) {
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
