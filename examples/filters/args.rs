//! The command line: comes in as words, goes out as [`Args`]. Must not know: what a filter is.

use std::{path::PathBuf, time::Duration};

use clap::Parser;

/// Filters a picture in six ways, and compares times and results with the crates `image` and `imageproc`.
#[derive(Debug, Parser)]
#[command(name = "filters", version)]
pub(crate) struct Args {
    /// A PNG or JPEG of any size up to 8192x8192; without it a picture that comes with the program
    pub(crate) image: Option<PathBuf>,

    /// The folder for the results: a contact sheet, and a PNG for each filter
    #[arg(default_value = "target/filters")]
    pub(crate) out_dir: PathBuf,

    /// How long each filter is repeated to be timed; the fastest run counts
    #[arg(long, value_name = "S", default_value = "0.5", value_parser = seconds, allow_hyphen_values = true)]
    pub(crate) seconds: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.parse().ok().filter(|number| (0.0..=60.0).contains(number));
    number.map(Duration::from_secs_f64).ok_or_else(|| "expected a number from 0 to 60".to_owned())
}
