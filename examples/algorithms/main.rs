//! One convolution, computed in seven ways, and in two its relative without multiplications:
//! `cargo run --release --example algorithms`.
//!
//! Read it in this order:
//!
//! 1. `geometry.rs`: which input an output meets;
//! 2. `methods.rs`: what all ways have in common, and in `methods/` a module for each;
//! 3. `check.rs`: how far rounding may take two ways apart.
//!
//! The modules share one worked example: a row of four pixels, a kernel of three taps, padding `same`. Its weights are
//! powers of ten, so that an output shows the window it came from, last digit first:
//!
//! ```text
//!   input    1   2   0   3        kernel    1  10  100
//!   windows  . 1 2   1 2 0   2 0 3   0 3 .
//!   output     210      21     302      30
//! ```
//!
//! Images are HWC, `[height][width][channel]`, and weights HWIO, `[kernel_h][kernel_w][in][out]`, all row-major and
//! flat. There is no bias: it would be one addition an output in every way. `--help` tells what can be chosen.

mod args;
mod check;
mod draw;
mod geometry;
mod layers;
mod methods;
mod run;
mod table;
#[cfg(test)]
mod tests;

use std::{io, process::ExitCode};

use clap::Parser;
use toeplitz_examples::end;

fn main() -> ExitCode {
    end(run::run(&args::Args::parse(), &mut io::stdout().lock()))
}
