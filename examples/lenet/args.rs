//! The command line: comes in as words, goes out as [`Args`]. Must not know: what the files hold.

use std::path::PathBuf;

use clap::Parser;

/// Reads handwritten digits with a small network whose layers were compiled by `toeplitz`.
///
/// Without a path it reads the 10,000 digits of the MNIST test set and checks accuracy and logits.
#[derive(Debug, Parser)]
#[command(name = "lenet", version)]
pub(crate) struct Args {
    /// Digits to read instead: an IDX file of 28x28 images (plain or .gz), or a PNG of one digit of any size
    pub(crate) path: Option<PathBuf>,

    /// The IDX file (plain or .gz) that says which digits PATH shows; without it there is no accuracy
    #[arg(long, value_name = "LABELS", requires = "path")]
    pub(crate) labels: Option<PathBuf>,

    /// How many digits to draw, about half of them misread ones if there are such
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) show: usize,
}
