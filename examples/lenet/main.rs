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

use std::{io, process::ExitCode};

use clap::Parser;
use toeplitz_examples::end;

fn main() -> ExitCode {
    end(run::run(&args::Args::parse(), &mut io::stdout().lock()))
}
