//! Every layer at every level.
//!
//! Comes in: the names of the levels that there have to be. Goes out: the reports, or what is wrong. Must not know: the layers.

use std::format;
use std::string::String;
use std::vec::Vec;

use toeplitz::level_name;
use toeplitz::verify::Report;

use crate::layers::CHECKS;

/// Checks every layer at every level of this CPU, with random numbers against the reference, and hands each report to `done`.
///
/// `wanted` are the names of those levels, all of them and best first: what was not asked for by name does not pass, scalar code
/// least of all. Gives a sentence about all layers.
///
/// # Errors
///
/// If a layer is wrong, or was run at other levels.
pub fn run(wanted: &[&str], done: impl Fn(&Report)) -> Result<String, String> {
    let mut worst = 0.0_f64;
    for check in CHECKS {
        let report = check().map_err(|failure| format!("{failure}"))?;
        let levels: Vec<&str> = report.levels.iter().map(|run| level_name(run.level)).collect();
        if levels != wanted {
            return Err(format!("{}: wanted at {}, run at {}", report.layer, wanted.join(", "), levels.join(", ")));
        }
        done(&report);
        worst = report.levels.iter().map(|level| level.of_bound).fold(worst, f64::max);
    }
    let (layers, percent) = (CHECKS.len(), 100.0 * worst);
    Ok(format!("{layers} layers at {}, error at most {percent:.0}% of the bound", wanted.join(", ")))
}
