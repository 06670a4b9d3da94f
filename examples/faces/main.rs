//! Finds faces in a photo: `cargo run --release --example faces -- photo.png out.png`.
//!
//! Two detectors, all of whose networks are compiled for their shapes: MTCNN, a pyramid of P-Nets and then R-Net and O-Net (`mtcnn.rs`),
//! and `BlazeFace`, a single one (`blazeface.rs`). `networks/` has the networks themselves; around them are pictures (`picture.rs`) and
//! boxes (`boxes.rs`). `--help` tells what can be chosen.

mod args;
mod blazeface;
mod boxes;
mod detection;
mod draw;
mod mtcnn;
mod networks;
mod picture;
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
