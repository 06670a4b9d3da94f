//! A crate with a layer for each candidate, built and run.
//!
//! Comes in: cases. Goes out: how long each candidate takes. Must not know: how candidates are chosen.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, ensure};

use crate::timing::Effort;

/// A call, and plans for it.
pub struct Case {
    /// As it is written, with angle brackets.
    pub call: String,
    /// What `plan` says, and the register files that it is for.
    pub plans: Vec<(String, Vec<&'static str>)>,
}

/// How long a candidate takes at a level.
pub struct Time {
    /// Index of the case, and of its plan.
    pub of: [usize; 2],
    /// The level's name, in small letters without signs.
    pub level: String,
    /// Seconds of the fastest sample.
    pub fastest: f64,
}

/// Layers of one program: a compiler takes some 20 MB for each.
const LAYERS: usize = 80;

/// Writes the crate into `folder`, builds it and runs it at `levels`.
///
/// # Errors
///
/// If it cannot be built, or computes something wrong.
pub fn times(
    folder: &Path,
    cases: &[Case],
    levels: &[String],
    core: Option<usize>,
    effort: Effort,
) -> Result<Vec<Time>> {
    let source = folder.join("src");
    fs::create_dir_all(&source).with_context(|| format!("cannot make {}", source.display()))?;
    fs::write(folder.join("Cargo.toml"), manifest()?)?;
    let core = core.map_or_else(|| "any".to_owned(), |core| core.to_string());
    let millis = effort.sample.as_millis().to_string();
    let arguments = [core, levels.join(","), effort.repetitions.to_string(), millis];
    let (mut times, mut first) = (Vec::new(), 0);
    while first < cases.len() {
        let mut layers = 0;
        let fits = |case: &&Case| {
            layers += case.plans.len();
            layers <= LAYERS
        };
        let count = cases[first..].iter().take_while(fits).count().max(1);
        eprintln!("cases {} to {} of {}", first + 1, first + count, cases.len());
        fs::write(source.join("main.rs"), program(&cases[first..first + count]))?;
        let text = run(folder, &arguments)?;
        for line in text.lines() {
            let mut time = time(line).with_context(|| format!("what is `{line}`?"))?;
            time.of[0] += first;
            times.push(time);
        }
        first += count;
    }
    Ok(times)
}

/// Builds the crate and runs it.
fn run(folder: &Path, arguments: &[String]) -> Result<String> {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo).args(["build", "--release", "--quiet"]).current_dir(folder).status()?;
    ensure!(status.success(), "the crate with the candidates, in {}, cannot be built", folder.display());
    let output = Command::new(folder.join("target/release/toeplitz-tune")).args(arguments).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// A line of what the program prints.
fn time(line: &str) -> Option<Time> {
    let mut words = line.split('\t');
    let mut number = || words.next()?.parse().ok();
    let of = [number()?, number()?];
    Some(Time { of, level: words.next()?.to_owned(), fastest: words.next()?.parse().ok()? })
}

/// The crate's manifest.
fn manifest() -> Result<String> {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime").canonicalize()?;
    Ok(format!(
        "[workspace]\n\n[features]\npeers = []\n\n[package]\nname = \"toeplitz-tune\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         toeplitz = {{ path = '{}' }}\nanyhow = \"1\"\ncore_affinity = \"0.8\"\ncpu-time = \"1\"\n",
        runtime.display()
    ))
}

/// The program: modules of this benchmark, and the candidates.
fn program(cases: &[Case]) -> String {
    let here = env!("CARGO_MANIFEST_DIR");
    let mut text = "#![allow(dead_code)]\n".to_owned();
    for (name, path) in
        [("levels", "levels"), ("machine", "machine"), ("timing", "timing"), ("program", "tune/program")]
    {
        let _ = writeln!(text, "#[path = {:?}]\nmod {name};", format!("{here}/src/{path}.rs")); // writing to a string cannot fail
    }
    let mut all = String::new();
    for (index, Case { call, plans }) in cases.iter().enumerate() {
        let (operator, keys) = call.split_once('!').unwrap_or((call, ""));
        let keys = keys.trim().trim_start_matches('<').trim_end_matches('>').trim().trim_end_matches(',');
        let _ = writeln!(text, "mod case{index} {{");
        let _ = write!(all, "program::Case::new::<case{index}::C0>(vec![");
        for (at, (plan, files)) in plans.iter().enumerate() {
            let _ = writeln!(text, "toeplitz::{operator}! {{ pub struct C{at} < {keys}, plan: {plan} >; }}");
            let _ = write!(all, "(program::prepare::<case{index}::C{at}, _, _, _, _>, &{files:?}),");
        }
        let _ = writeln!(text, "}}");
        let _ = writeln!(all, "]),");
    }
    let _ = writeln!(text, "fn main() -> anyhow::Result<()> {{ program::run(vec![{all}]) }}");
    text
}
