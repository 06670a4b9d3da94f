//! The report in words: tables that are printed and written as Markdown.
//!
//! Comes in: measured rows. Goes out: text. Must not know: how anything was measured.

use std::fmt::Write;

use crate::measure::Row;
use crate::table::Table;
use crate::timing::Stats;

/// The whole report. `conditions` says on what and how it was measured.
pub fn render(rows: &[Row], conditions: &str) -> String {
    let peers = peer_names(rows);
    let mut text = format!("# Benchmark\n\n{conditions}\n\n{}", ours(rows).render());
    text += "\nTimes are of one run on one image, with warm caches, in processor time. GFLOP/s and percentages count true multiply-adds: taps that would \
             meet padding are left out. \"of peak\" compares medians with a loop of independent multiply-adds in registers, \
             measured in turns with everything else at the same SIMD level; \"at best\" compares the fastest samples of the whole run. \
             The spread is the distance of the quartiles over the median.\n";
    if rows.iter().any(|row| row.copy.is_some()) {
        text += "\"copies\" is the time in copies of the input's bytes to the output, where memory is the limit.\n";
    }
    if !peers.is_empty() {
        let _ = write!(text, "\n## Times of the peers over ours\n\n{}", ratios(rows, &peers).render());
        let _ = write!(text, "\n## Times of the peers\n\n{}", times(rows, &peers).render());
        text += &remarks(rows);
    }
    text
}

/// Everybody who is a peer in any row, by first appearance.
pub fn peer_names(rows: &[Row]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for peer in rows.iter().flat_map(|row| &row.peers) {
        if !names.contains(&peer.name.as_str()) {
            names.push(&peer.name);
        }
    }
    names
}

fn ours(rows: &[Row]) -> Table {
    let headings = ["", "shape", "level", "time", "fastest", "spread", "GFLOP/s", "of peak", "at best", "copies"];
    let mut table = Table::new(headings.map(str::to_owned).to_vec());
    // The fastest sample of a peak in the whole run: in one row's few samples none may have been undisturbed.
    let best_peak = |element: usize, level: &str| {
        let ours = rows.iter().filter(|row| row.element == element).flat_map(|row| &row.ours);
        let peaks = ours.filter(|ours| ours.level == level).map(|ours| ours.peak.fastest);
        peaks.fold(0.0, f64::max)
    };
    for (row, ours) in rows.iter().flat_map(|row| row.ours.iter().map(move |ours| (row, ours))) {
        let mut cells = vec![row.name.to_owned(), row.shape.clone(), ours.name.clone()];
        match &ours.result {
            Ok(stats) => cells.extend(numbers(row, stats, ours.peak.median, best_peak(row.element, ours.level))),
            Err(error) => cells.extend([format!("{error:#}")].into_iter().chain(std::iter::repeat_n(String::new(), 6))),
        }
        table.push(cells);
    }
    table
}

/// What is said of one result. Peaks in floating-point operations a second.
fn numbers(row: &Row, stats: &Stats, median_peak: f64, best_peak: f64) -> [String; 7] {
    [
        duration(stats.median),
        duration(stats.fastest),
        percent(stats.spread),
        format!("{:.1}", row.flops / stats.median / 1e9),
        percent(row.flops / stats.median / median_peak),
        percent(row.flops / stats.fastest / best_peak),
        row.copy.map_or_else(String::new, |copy| format!("{:.2}", stats.median / copy.median)),
    ]
}

/// How many times as long as ours each peer takes, by the median.
fn ratios(rows: &[Row], peers: &[&str]) -> Table {
    let headings = ["", "shape", "level"].into_iter().chain(peers.iter().copied());
    let mut table = Table::new(headings.map(str::to_owned).collect());
    for (row, ours) in rows.iter().flat_map(|row| row.ours.iter().map(move |ours| (row, ours))) {
        let ratio = |stats: &Stats| {
            ours.result.as_ref().map_or_else(|_| "?".to_owned(), |ours| format!("{:.2}", stats.median / ours.median))
        };
        let cells = peers.iter().map(|peer| cell(row, peer, ratio));
        table.push([row.name.to_owned(), row.shape.clone(), ours.name.clone()].into_iter().chain(cells).collect());
    }
    table
}

fn times(rows: &[Row], peers: &[&str]) -> Table {
    let headings = ["", "shape"].into_iter().chain(peers.iter().copied());
    let mut table = Table::new(headings.map(str::to_owned).collect());
    for row in rows {
        let cells = peers.iter().map(|peer| cell(row, peer, |stats| duration(stats.median)));
        table.push([row.name.to_owned(), row.shape.clone()].into_iter().chain(cells).collect());
    }
    table
}

/// What `show` makes of one peer's result in one row; a dash if there is none.
fn cell(row: &Row, peer: &str, show: impl Fn(&Stats) -> String) -> String {
    let result = row.peers.iter().find(|entry| entry.name == peer).map(|entry| &entry.result);
    match result {
        Some(Ok(stats)) => show(stats),
        Some(Err(_)) => "failed".to_owned(),
        None => "-".to_owned(),
    }
}

/// What the tables cannot say: who was measured apart, and who failed why.
fn remarks(rows: &[Row]) -> String {
    let mut text = String::new();
    let mut apart: Vec<&str> = Vec::new();
    for peer in rows.iter().flat_map(|row| &row.peers).filter(|peer| peer.apart) {
        if !apart.contains(&peer.name.as_str()) {
            apart.push(&peer.name);
        }
    }
    if !apart.is_empty() {
        let _ = write!(
            text,
            "\nNot measured in turns with ours but by another program: {}. Their ratios hold if both programs ran right \
             after one another, pinned to the same core of a quiet machine.\n",
            apart.join(", ")
        );
    }
    let errors: Vec<String> = apart.iter().filter_map(|name| largest_error(rows, name)).collect();
    if !errors.is_empty() {
        let _ = write!(text, "\nTheir largest relative errors: {}.\n", errors.join(", "));
    }
    text + &failures(rows)
}

/// Who failed on what, and why, a paragraph each.
pub fn failures(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        for peer in &row.peers {
            if let Err(error) = &peer.result {
                let _ = write!(text, "\n{} failed on {}: {error:#}\n", peer.name, row.name);
            }
        }
    }
    text
}

/// A peer's name and its largest error in any row where it counts, if that is known.
pub fn largest_error(rows: &[Row], name: &str) -> Option<String> {
    let runs = rows.iter().flat_map(|row| &row.peers).filter(|peer| peer.name == name && peer.result.is_ok());
    let error = runs.filter_map(|peer| peer.error).reduce(f64::max)?;
    Some(format!("{name} {error:.1e}"))
}

/// Seconds with three digits and a fitting unit.
pub fn duration(seconds: f64) -> String {
    let (value, unit) = if seconds < 1e-3 {
        (seconds * 1e6, "us")
    } else if seconds < 1.0 {
        (seconds * 1e3, "ms")
    } else {
        (seconds, "s")
    };
    let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.decimals$} {unit}")
}

/// A part of a whole.
pub fn percent(part: f64) -> String {
    format!("{:.1}%", part * 100.0)
}
