//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::timing::Effort;

/// Times generated convolutions beside the limits of this machine and, if built with `--features peers`, beside other
/// Rust libraries.
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
#[derive(Parser)]
#[command(version, max_term_width = 100)]
pub struct Args {
    /// Shapes to run, for example `S1,S4`; all without it
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub shapes: Vec<String>,

    /// Measure whole networks instead, for example `lenet,onet`; all without names
    #[arg(long, value_delimiter = ',', num_args = 0.., value_name = "NAMES", conflicts_with_all = ["shapes", "batch"])]
    pub networks: Option<Vec<String>>,

    /// With `--networks`: also a table of each network's layers
    #[arg(long, requires = "networks")]
    pub layers: bool,

    /// With `--networks`: write them as ONNX models for `peers.py`, and measure nothing
    #[arg(long, requires = "networks", value_name = "DIR")]
    pub onnx: Option<PathBuf>,

    /// Start whole programs that read one digit instead, of which `--package toeplitz-startup` has to be built before
    #[arg(long, conflicts_with_all = ["networks", "shapes", "batch"])]
    pub startup: bool,

    /// Compile crates of layers and of networks instead, for example `different,alike,shared,lenet`; all without names
    #[arg(long, value_delimiter = ',', num_args = 0.., value_name = "NAMES", conflicts_with_all = ["networks", "shapes", "batch"])]
    pub compile: Option<Vec<String>>,

    /// SIMD levels to run the generated code at: `best`, `all`, or names such as `avx512,avx2,sse,neon`, and `scalar` if built with that feature
    #[arg(long, value_delimiter = ',', default_value = "best", value_name = "LEVELS")]
    pub level: Vec<String>,

    /// Time batches of so many images instead, on one thread and on all cores
    #[arg(long, value_name = "IMAGES", value_parser = clap::value_parser!(u16).range(1..))]
    pub batch: Option<u16>,

    /// Time pruned layers instead, beside the same layers without zeros
    #[arg(long, conflicts_with_all = ["shapes", "batch", "networks"])]
    pub pruned: bool,

    /// Time candidates for plans instead: of a call such as `conv2d!< in: 14x14x32, kernel: 5x5x64 >`, of shapes by name, of `all`, or of
    /// `random:20` calls
    #[arg(long, value_name = "CALLS", num_args = 1.., conflicts_with_all = ["shapes", "batch", "networks", "pruned"])]
    pub tune: Vec<String>,

    /// With `--tune`: writes what is faster than the chosen plan, by more than 2%, into this `toeplitz.toml`
    #[arg(long, requires = "tune", value_name = "FILE")]
    pub write: Option<PathBuf>,

    /// Time other algorithms beside direct sums around the crossover instead, for example `fft,winograd`; all without names
    #[cfg(feature = "crossover")]
    #[arg(long, value_delimiter = ',', num_args = 0.., value_name = "NAMES", conflicts_with_all = ["shapes", "batch", "networks"])]
    pub crossover: Option<Vec<String>>,

    /// Time one layer at many sizes and with many numbers of channels instead, at one level
    #[cfg(feature = "sizes")]
    #[arg(long, conflicts_with_all = ["shapes", "batch", "networks"])]
    pub sizes: bool,

    /// Measure everything in so many rounds, with `peers.py` in between, and write `RESULTS.md` and `plots/`
    #[arg(long, value_name = "ROUNDS", num_args = 0..=1, default_missing_value = "5", value_parser = clap::value_parser!(u16).range(1..))]
    pub proof: Option<u16>,

    /// A short run without peers, for continuous integration: do not quote its figures
    #[arg(long)]
    pub quick: bool,

    /// Leave the peers out although they are built in
    #[arg(long)]
    pub no_peers: bool,

    /// Core to run on; the last one that this process may use without it
    #[arg(long, value_name = "NUMBER")]
    pub core: Option<usize>,

    /// Samples of each contender on each shape
    #[arg(long, default_value_t = 41, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(3..))]
    pub repetitions: u16,

    /// Milliseconds of one sample
    #[arg(long, default_value_t = 4, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    pub sample: u16,

    /// Results of `peers.py` on the same machine, to be shown beside ours
    #[arg(long, value_name = "FILE")]
    pub merge: Vec<PathBuf>,

    /// Where the table and the chart are written
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/results"))]
    pub out: PathBuf,
}

impl Args {
    /// How much to measure.
    pub fn effort(&self) -> Effort {
        if self.quick {
            Effort { repetitions: 5, sample: Duration::from_millis(2) }
        } else {
            let sample = Duration::from_millis(self.sample.into());
            Effort { repetitions: self.repetitions.into(), sample }
        }
    }

    /// Whether peers are prepared and timed.
    pub fn with_peers(&self) -> bool {
        cfg!(feature = "peers") && !self.quick && !self.no_peers
    }
}
