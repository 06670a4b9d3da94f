//! Six picture filters, each a layer: `cargo run --release --example filters -- IMAGE OUT_DIR`.
//!
//! A layer has one size, a picture any. So a picture is cut into tiles that overlap by what a window reaches
//! (`tiles.rs`), and each filter is one macro call and its weights (`filters.rs`). The crates `image` and `imageproc`
//! compute the same (`peers.rs`); times and numbers are compared. `--help` tells what can be chosen.

mod args;
mod filters;
mod peers;
mod pictures;
mod run;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod tiles;

use std::{io, process::ExitCode};

use clap::Parser;
use toeplitz_examples::end;

fn main() -> ExitCode {
    end(run::run(&args::Args::parse(), &mut io::stdout().lock()))
}
