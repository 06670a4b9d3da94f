//! The command line: comes in as words, goes out as [`Args`]. Must not know: how anything is computed.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Computes one convolution in seven ways, checks them against each other and compares time, memory and operations.
#[derive(Debug, Parser)]
#[command(name = "algorithms", version)]
pub(crate) struct Args {
    /// The layer to compute
    #[arg(long, value_enum, default_value_t = Name::Digit)]
    pub(crate) layer: Name,

    /// How often each way is timed; the fastest counts
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = repetitions, allow_hyphen_values = true)]
    pub(crate) repetitions: u32,

    /// Which random numbers the input and the weights are
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = seed, allow_hyphen_values = true)]
    pub(crate) seed: u64,

    /// Write a picture of the layer's Toeplitz matrix, as SVG
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
}

/// The layers there are. Their shapes are compiled in, so there is one type for each in [`layers`](crate::layers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    /// 28x28x1 -> 5x5x32: a digit in grey, the first layer of a classifier
    Digit,
    /// 24x32x3 -> 3x3x16: a picture in colour
    Colour,
    /// 24x32x3 -> 5x5x16, stride 2: every second window down and across
    Strided,
    /// 24x32x3 -> 3x3x16, dilation 2: taps with a gap of one pixel
    Dilated,
}

fn repetitions(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (1..=1_000_000).contains(number));
    number.ok_or_else(|| "expected a whole number from 1 to 1000000".to_owned())
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a whole number from 0 to {}", u64::MAX))
}
