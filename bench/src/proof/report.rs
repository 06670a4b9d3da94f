//! The results in words.
//!
//! Comes in: rows of all rounds. Goes out: text in Markdown. Must not know: how anything was measured.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Proof;
use super::rounds::{self, Range};
use crate::machine;
use crate::measure::{Ours, Row};
use crate::report::{duration, failures, largest_error, peer_names, percent};
use crate::table::Table;

/// Peers in Rust, and the packages that they are. `Cargo.lock` has the versions.
const RUST_PEERS: [(&str, &str); 6] = [
    ("im2col+gemm", "gemm"),
    ("tract", "tract-onnx"),
    ("rten", "rten"),
    ("candle", "candle-core"),
    ("burn-flex", "burn-flex"),
    ("ndarray-conv", "ndarray-conv"),
];

/// Peers that may compute by Winograd's algorithm: `accuracy: exact` is not compared with them.
const NOT_DIRECT: [&str; 4] = ["mnn", "mnn-small", "ncnn", "onednn-winograd"];

/// What goes before the tables: on what, with what, when and how it was measured.
///
/// # Errors
///
/// If git or rustc cannot be asked.
pub fn head(proof: &Proof, versions: &BTreeMap<String, String>) -> Result<String> {
    let commit = said_by("git", &["describe", "--always", "--dirty"])?;
    let date = said_by("date", &["--utc", "+%Y-%m-%d"])?;
    let rustc = said_by("rustc", &["--version"])?;
    let rust = RUST_PEERS.iter().filter_map(|(peer, package)| Some(format!("{peer}: {package} {}", locked(package)?)));
    let others = versions.iter().map(|(peer, version)| format!("{peer}: {version}"));
    let effort = proof.effort_of_round();
    Ok(format!(
        "# Results\n\n\
         Written by the benchmark ({command}); see [README.md](README.md) for what is called of each library and how to build.\n\n\
         - Machine: {processor}, {abilities}; {place}, one thread\n\
         - Date: {date}; commit {commit}; {rustc}\n\
         - Libraries: {libraries}\n\
         - {rounds} rounds of {samples} samples of {milliseconds} ms: in each, our code and the libraries in Rust take turns, and right after \
         them the others. A ratio is that of the medians of one round; what stands here is the median of the rounds' ratios, and in brackets \
         the least and the largest.\n\n\
         Ratios say how many times as long as ours a library takes. \"of peak\" is the part of the multiply-adds that the machine could do in \
         that time, those counted that Winograd's algorithm saves. The error is the largest difference from a computation in `f64` over \
         the largest output; whoever exceeds 1e-4 is not timed and has failed.\n",
        command = "`cargo run --release --manifest-path bench/Cargo.toml --features peers,sizes -- --proof`",
        processor = machine::processor(),
        abilities = machine::abilities(),
        place = proof.place,
        libraries = rust.chain(others).collect::<Vec<_>>().join(", "),
        rounds = proof.rounds,
        samples = effort.repetitions,
        milliseconds = effort.sample.as_millis(),
    ))
}

/// The first line that a program says in this repository.
fn said_by(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let output = output.with_context(|| format!("there is no {program}"))?;
    ensure!(output.status.success(), "{program}: {}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The version of a package that this program was built with.
fn locked(package: &str) -> Option<&'static str> {
    let lock = include_str!("../../Cargo.lock");
    let (_, rest) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    rest.split('"').next()
}

/// A heading, the picture, and the tables of these subjects, each with a row a round, and one of medians in `rows`.
pub fn section(title: &str, picture: &str, measured: &[Vec<Row>], rows: &[Row]) -> String {
    let peers = peer_names(rows);
    let behind = behind(measured, rows);
    let mut text = format!("\n## {title}\n\n![{title}](plots/{picture}.svg)\n\n{}", ours(measured, rows).render());
    let faster = if behind.is_empty() { "nobody".to_owned() } else { behind.join(", ") };
    let _ = write!(text, "\nFaster than ours by more than 2%: {faster}.\n"); // a string can be written to
    let _ = write!(text, "\nTimes of the others over ours:\n\n{}", ratios(measured, &peers).render());
    let errors: Vec<String> = peers.iter().filter_map(|peer| largest_error(rows, peer)).collect();
    if !errors.is_empty() {
        let _ = write!(text, "\nLargest relative errors: {}.\n", errors.join(", "));
    }
    text + &failures(rows)
}

/// Ours, each beside the fastest of the others.
fn ours(measured: &[Vec<Row>], rows: &[Row]) -> Table {
    let headings = ["", "shape", "level", "time", "of peak", "error", "fastest other", "takes"];
    let mut table = Table::new(headings.map(str::to_owned).to_vec());
    for (rounds, row) in measured.iter().zip(rows) {
        for (place, ours) in row.ours.iter().enumerate() {
            let mut cells = vec![row.name.to_owned(), row.shape.clone(), ours.name.clone()];
            match &ours.result {
                Ok(stats) => {
                    cells.extend([duration(stats.median), percent(row.flops / stats.median / ours.peak.median)]);
                }
                Err(error) => cells.extend([format!("{error:#}"), String::new()]),
            }
            cells.push(ours.error.map_or_else(String::new, |error| format!("{error:.1e}")));
            let fastest = fastest(rounds, row, place, ours);
            cells.extend(fastest.map_or_else(|| [String::new(), String::new()], |(name, ratio)| [name, shown(ratio)]));
            table.push(cells);
        }
    }
    table
}

/// The fastest peer, and its ratio. Exact code is compared with those that compute directly, and no code with our own.
fn fastest(rounds: &[Row], row: &Row, place: usize, ours: &Ours) -> Option<(String, Range)> {
    let exact = ours.name != ours.level;
    let others = row.peers.iter().map(|peer| peer.name.as_str());
    let others = others.filter(|name| !(name.starts_with("unfused ") || exact && NOT_DIRECT.contains(name)));
    let ratios = others.filter_map(|name| Some((name.to_owned(), rounds::ratio(rounds, place, name)?)));
    ratios.min_by(|a, b| a.1.median.total_cmp(&b.1.median))
}

/// Where one of the others is faster than ours by more than 2%, and which.
fn behind(measured: &[Vec<Row>], rows: &[Row]) -> Vec<String> {
    let mut all = Vec::new();
    for (rounds, row) in measured.iter().zip(rows) {
        for (place, ours) in row.ours.iter().enumerate() {
            let fastest = fastest(rounds, row, place, ours).filter(|(_, ratio)| ratio.median < 0.98);
            all.extend(
                fastest.map(|(name, ratio)| format!("{name} on {} at {} ({:.2})", row.name, ours.name, ratio.median)),
            );
        }
    }
    all
}

/// All peers over each of ours.
fn ratios(measured: &[Vec<Row>], peers: &[&str]) -> Table {
    let headings = ["", "level"].into_iter().chain(peers.iter().copied());
    let mut table = Table::new(headings.map(str::to_owned).collect());
    for rounds in measured {
        for (place, ours) in rounds[0].ours.iter().enumerate() {
            let cell = |peer: &&str| match rounds::ratio(rounds, place, peer) {
                Some(ratio) => shown(ratio),
                None if rounds[0].peers.iter().any(|entry| entry.name == *peer) => "failed".to_owned(),
                None => "-".to_owned(),
            };
            let cells = peers.iter().map(cell);
            table.push([rounds[0].name.to_owned(), ours.name.clone()].into_iter().chain(cells).collect());
        }
    }
    table
}

fn shown(ratio: Range) -> String {
    let Range { median, least, largest } = ratio;
    format!("{median:.2} ({least:.2}-{largest:.2})")
}
