//! Results of `peers.py`.
//!
//! Comes in: a JSON file. Goes out: its runs, as peers of the rows they belong to.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use serde::Deserialize;

use crate::measure::{Peer, Row};
use crate::timing::Stats;

/// What a file holds.
#[derive(Deserialize)]
pub struct Results {
    runs: Vec<Run>,
}

/// One library on one shape; times in seconds.
#[derive(Deserialize)]
struct Run {
    peer: String,
    name: String,
    shape: String,
    median: Option<f64>,
    fastest: Option<f64>,
    spread: Option<f64>,
    failure: Option<String>,
    /// The largest difference, relative to the largest output.
    error: Option<f64>,
}

/// Reads a file.
///
/// # Errors
///
/// If it cannot be read or is of another form.
pub fn read(file: &Path) -> Result<Results> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not from peers.py", file.display()))
}

impl Results {
    /// What `peers.py` says in one line.
    ///
    /// # Errors
    ///
    /// If that is of another form.
    pub fn parse(line: &str) -> Result<Self> {
        serde_json::from_str(line).with_context(|| format!("this is not from peers.py: {line}"))
    }

    /// Adds the runs to the rows of the same name.
    ///
    /// # Errors
    ///
    /// If one of the shapes is not ours of that name.
    pub fn merge(self, rows: &mut [Row]) -> Result<()> {
        for run in self.runs {
            let Some(row) = rows.iter_mut().find(|row| row.name == run.name) else { continue };
            ensure!(row.shape == run.shape, "{} is {} here and {} for {}", run.name, row.shape, run.shape, run.peer);
            let result = match (run.median, run.fastest, run.spread) {
                (Some(median), Some(fastest), Some(spread)) => Ok(Stats { median, fastest, spread }),
                _ => Err(anyhow!(run.failure.unwrap_or_else(|| "no result".to_owned()))),
            };
            row.peers.push(Peer { name: run.peer, result, apart: true, error: run.error });
        }
        Ok(())
    }
}
