//! What the program does, from arguments to the last line it prints.
//!
//! Comes in: the arguments and where to print. Goes out: an error if a file is bad or the network does not compute what
//! it should. Must not know: file formats, how a report looks.

use std::{
    io::Write,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    args::Args,
    data::{Digit, Tensors, load, parse_digits, parse_labels, parse_logits, parse_weights},
    network::{Logits, Network, best},
    reference,
    report::{self, Timing, draw},
};

/// Test digits that the weights are known to read correctly.
const EXPECTED_RIGHT: usize = 9_934;
/// Largest difference allowed between a logit and the one that `PyTorch` computed; logits go up to 28.
const LOGIT_TOLERANCE: f64 = 1e-3;
/// Digits that the reference reads as well; it is far too slow for all.
const REFERENCE_DIGITS: usize = 10;

/// What there is to read, and what is known about it.
struct Job {
    digits: Vec<Digit>,
    /// One for each digit.
    labels: Option<Vec<u8>>,
    /// Another framework's outputs, one row for each digit.
    logits: Option<Vec<Logits>>,
}

/// Reads the digits that the arguments name and reports on `out`; a progress bar goes to standard error.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let job = job(args)?;
    let (logits, time) = classify(&mut Network::new(), &job.digits);
    let read: Vec<usize> = logits.iter().map(best).collect();

    draw::digits(out, &job.digits, &read, job.labels.as_deref(), args.show)?;
    match &job.labels {
        Some(labels) => report::accuracy(out, &read, labels)?,
        None => report::predictions(out, &logits, &read)?,
    }
    // The first digit warms up caches and clocks, so the time of a single one means nothing.
    if job.digits.len() > 1 {
        let weights = load(&shipped("lenet.safetensors"), parse_weights)?;
        report::timing(out, &compare(&weights, &job.digits, &logits, time)?)?;
    }
    match (&job.labels, &job.logits) {
        (Some(labels), Some(expected)) => check(out, report::count_right(&read, labels), &logits, expected),
        _ => Ok(()),
    }
}

/// A file that comes with the program.
pub(crate) fn shipped(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "data", "lenet", name].iter().collect()
}

/// Reads all files before the work starts, so that a bad one is known at once.
fn job(args: &Args) -> Result<Job> {
    let Some(path) = &args.path else {
        let digits = load(&shipped("t10k-images-idx3-ubyte.gz"), parse_digits)?;
        let labels = load(&shipped("t10k-labels-idx1-ubyte.gz"), |bytes| one_each(parse_labels(bytes)?, digits.len()))?;
        let logits = load(&shipped("t10k_logits.npy"), |bytes| one_each(parse_logits(bytes)?, digits.len()))?;
        return Ok(Job { digits, labels: Some(labels), logits: Some(logits) });
    };
    let digits = load(path, parse_digits)?;
    let labels = match &args.labels {
        Some(path) => Some(load(path, |bytes| one_each(parse_labels(bytes)?, digits.len()))?),
        None => None,
    };
    Ok(Job { digits, labels, logits: None })
}

/// The items of a file, if there are as many as there are digits.
fn one_each<T>(items: Vec<T>, digits: usize) -> Result<Vec<T>> {
    ensure!(items.len() == digits, "found {} entries, expected {digits}: one for each digit", items.len());
    Ok(items)
}

/// Reads all digits; the time is the network's alone.
fn classify(network: &mut Network, digits: &[Digit]) -> (Vec<Logits>, Duration) {
    // Hidden by itself where standard error is no terminal.
    let bar = ProgressBar::new(digits.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("reading {bar:40} {pos}/{len} digits, {eta} left") {
        bar.set_style(style);
    }
    let mut time = Duration::ZERO;
    let mut logits = Vec::with_capacity(digits.len());
    for digit in digits {
        let start = Instant::now();
        logits.push(network.classify(digit));
        time += start.elapsed();
        bar.inc(1);
    }
    bar.finish_and_clear();
    (logits, time)
}

/// Has the reference read the first digits as well.
fn compare(weights: &Tensors, digits: &[Digit], logits: &[Logits], time: Duration) -> Result<Timing> {
    let sample = digits.len().min(REFERENCE_DIGITS);
    let start = Instant::now();
    let expected: Vec<Vec<f64>> =
        digits[..sample].iter().map(|digit| reference::classify(weights, digit)).collect::<Result<_>>()?;
    Ok(Timing {
        digit: time / digits.len() as u32,
        reference: start.elapsed() / sample as u32,
        sample,
        difference: largest_difference(logits.as_flattened(), &expected.concat()),
    })
}

/// Whether the network reads the test set as well, and with the same logits, as where it was trained.
fn check(out: &mut impl Write, right: usize, logits: &[Logits], expected: &[Logits]) -> Result<()> {
    let difference = largest_difference(logits.as_flattened(), expected.as_flattened());
    writeln!(
        out,
        "largest difference from PyTorch's logits: {difference:.1e} (at most {LOGIT_TOLERANCE:.0e} allowed)"
    )?;
    ensure!(right == EXPECTED_RIGHT, "read {right} test digits correctly, expected {EXPECTED_RIGHT}");
    ensure!(
        difference <= LOGIT_TOLERANCE,
        "a logit differs by {difference:.1e} from PyTorch's, expected at most {LOGIT_TOLERANCE:.0e}"
    );
    Ok(())
}

/// Largest distance between a value and its counterpart; a NaN counts as the largest of all.
fn largest_difference<T: Copy + Into<f64>>(ours: &[f32], theirs: &[T]) -> f64 {
    let distances = ours.iter().zip(theirs).map(|(&ours, &theirs)| (f64::from(ours) - theirs.into()).abs());
    distances.max_by(f64::total_cmp).unwrap_or(0.0)
}
