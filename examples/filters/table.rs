//! What was measured, as a table for people.
//!
//! Comes in: rows. Goes out: text. Must not know: how anything is computed.

use std::{
    io::{self, Write},
    time::Duration,
};

use toeplitz::{level_name, levels};

use crate::{filters::Filter, peers::Peer};

/// A filter, measured.
pub(crate) struct Row {
    pub(crate) filter: Filter,
    /// One picture, from bytes to bytes.
    pub(crate) time: Duration,
    /// As much of it as was spent in the layer.
    pub(crate) layer: Duration,
    pub(crate) peers: Vec<(Peer, Comparison)>,
}

/// Another crate's filter beside ours.
pub(crate) struct Comparison {
    pub(crate) time: Duration,
    /// Largest difference between two samples, in levels of 255.
    pub(crate) inside: u16,
    /// The same where windows reach beyond the picture.
    pub(crate) edge: u16,
}

/// The table and what its columns mean.
pub(crate) fn print(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    writeln!(
        out,
        "{:<15}  {:<23} {:>8} {:>8}  {:<27} {:>8} {:>7} {:>6} {:>7}",
        "filter", "macro", "time", "layer", "compared with", "time", "slower", "off by", "at edge"
    )?;
    for Row { filter, time, layer, peers } in rows {
        let ours = [filter.name, filter.layer, &milliseconds(*time), &milliseconds(*layer)].map(str::to_owned);
        for (at, (peer, comparison)) in peers.iter().enumerate() {
            // A filter's own figures stand in its first line alone.
            let [name, macro_call, total, layer] = if at == 0 { ours.clone() } else { Default::default() };
            let slower = comparison.time.as_secs_f64() / time.as_secs_f64();
            // Who leaves the edge out is compared inside alone.
            let edge = if peer.edges { comparison.edge.to_string() } else { "none".to_owned() };
            writeln!(
                out,
                "{name:<15}  {macro_call:<23} {total:>8} {layer:>8}  {:<27} {:>8} {:>7} {:>6} {edge:>7}",
                peer.name,
                milliseconds(comparison.time),
                times(slower),
                comparison.inside,
            )?;
        }
    }
    writeln!(
        out,
        "
time     of the whole picture, bytes in and bytes out, on one thread: the fastest run
layer    as much of it as was spent in the layer; the rest is tiles, conversion and rounding
off by   largest difference between a sample of theirs and of ours, of 255; ours are rounded once, to the nearest
at edge  the same where windows reach beyond the picture, whose edge all repeat; none: that part is left black

The macros' layers run with {}.",
        levels().next().map_or("no vector instructions", level_name)
    )?;
    if cfg!(debug_assertions) {
        writeln!(out, "built without --release: these times mean nothing")?;
    }
    Ok(())
}

/// How many times as long. On tiny pictures others take next to nothing of what ours does.
pub(crate) fn times(ratio: f64) -> String {
    if ratio < 0.1 { "<0.1x".to_owned() } else { format!("{ratio:.1}x") }
}

fn milliseconds(time: Duration) -> String {
    let milliseconds = 1e3 * time.as_secs_f64();
    // Three digits say enough, and fit.
    let digits = if milliseconds < 10.0 { 2 } else { usize::from(milliseconds < 100.0) };
    format!("{milliseconds:.digits$} ms")
}
