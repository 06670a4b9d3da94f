//! Whole programs that read one digit: what they weigh, and how soon after their start they have answered.
//!
//! Comes in: the programs of `startup/`, built already. Goes out: a table. Must not know: what is in them.

use std::fs::metadata;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::networks;
use crate::report::duration;
use crate::table::Table;
use crate::timing::median;

/// Starts of each program for each sample that was asked for.
const STARTS: usize = 10;

/// The programs, and whether they read a model from a file. The first does nothing with the digit.
const PROGRAMS: [(&str, bool); 4] =
    [("startup-nothing", false), ("startup-toeplitz", false), ("startup-tract", true), ("startup-rten", true)];

/// A program that is there.
struct Program {
    name: &'static str,
    path: PathBuf,
    /// An argument, if it takes one.
    model: Option<PathBuf>,
    /// Seconds of each start.
    starts: Vec<f64>,
}

/// Starts each program many times, all in turns, and says how it went. The model is written into `folder`.
///
/// # Errors
///
/// If ours is not built, or any program fails or finds another digit.
pub fn report(folder: &Path, repetitions: usize) -> Result<String> {
    let mut programs = find(folder)?;
    let digit = one();
    for start in 0..=repetitions * STARTS {
        for program in &mut programs {
            let seconds = program.start(&digit).with_context(|| format!("cannot run {}", program.path.display()))?;
            // The first one brings the program's pages into memory.
            if start > 0 {
                program.starts.push(seconds);
            }
        }
    }
    let headings = ["", "model", "stripped program", "fastest start", "median start", "fastest over nothing"];
    let mut table = Table::new(headings.map(str::to_owned).to_vec());
    let fastest = |program: &Program| program.starts.iter().copied().fold(f64::INFINITY, f64::min);
    let nothing = fastest(&programs[0]);
    for program in &programs {
        let kilobytes = |path: &Path| metadata(path).map(|file| format!("{:.0} KB", file.len() as f64 / 1024.0));
        table.push(vec![
            program.name.trim_start_matches("startup-").to_owned(),
            match &program.model {
                Some(path) => format!("{} beside it", kilobytes(path)?),
                None => "in the program".to_owned(),
            },
            kilobytes(&program.path)?,
            duration(fastest(program)),
            duration(median(&program.starts)),
            duration(fastest(program) - nothing),
        ]);
    }
    Ok(format!(
        "# One digit, from the start of a program to its answer\n\n{}\n{} starts of each, in turns, with files in memory and thread \
         pools of one thread.\n",
        table.render(),
        repetitions * STARTS
    ))
}

/// The programs beside this one; those with peers may be missing.
fn find(folder: &Path) -> Result<Vec<Program>> {
    let place = std::env::current_exe()?;
    let mut programs = Vec::new();
    for (name, reads_model) in PROGRAMS {
        let path = place.with_file_name(name);
        if reads_model && !path.exists() {
            eprintln!("{name} is left out: it is not built");
            continue;
        }
        ensure!(
            path.exists(),
            "there is no {}: build it with `cargo build --release --manifest-path bench/Cargo.toml --package toeplitz-startup`, and \
             `--features peers` for the other libraries",
            path.display()
        );
        let model = reads_model.then(|| folder.join("lenet/model.onnx"));
        programs.push(Program { name, path, model, starts: Vec::new() });
    }
    networks::select(&["lenet".to_owned()])?.iter().try_for_each(|case| case.export(folder))?;
    Ok(programs)
}

impl Program {
    /// Seconds from before the start until the answer is there.
    fn start(&self, digit: &[u8]) -> Result<f64> {
        let mut command = Command::new(&self.path);
        command.args(&self.model).envs([("RAYON_NUM_THREADS", "1"), ("RTEN_NUM_THREADS", "1")]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let before = Instant::now();
        let mut child = command.spawn()?;
        child.stdin.take().context("no standard input")?.write_all(digit)?;
        let mut answer = [0; 2];
        child.stdout.take().context("no standard output")?.read_exact(&mut answer)?;
        let seconds = before.elapsed().as_secs_f64();
        let status = child.wait()?;
        ensure!(status.success(), "{status}");
        ensure!(self.name == PROGRAMS[0].0 || answer == *b"1\n", "it takes a one for {}", answer[0] as char);
        Ok(seconds)
    }
}

/// A one, `[28][28]` bytes: a stroke down the middle.
fn one() -> [u8; 28 * 28] {
    std::array::from_fn(
        |place| if (4..24).contains(&(place / 28)) && (13..16).contains(&(place % 28)) { 255 } else { 0 },
    )
}
