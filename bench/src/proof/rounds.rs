//! What is made of several rounds.
//!
//! Comes in: rows of one subject, one a round. Goes out: ratios, and a row of medians.

use anyhow::anyhow;

use crate::measure::{Ours, Peak, Peer, Row};
use crate::timing::{Stats, median};

/// A ratio, or whatever was measured in each round: its median, and the least and the largest.
#[derive(Clone, Copy)]
pub struct Range {
    /// In the middle.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The largest.
    pub largest: f64,
}

impl Range {
    /// Of a value for each round, of which there is one at least.
    pub fn of(values: &[f64]) -> Self {
        let [least, largest] =
            [f64::min, f64::max].map(|choose| values.iter().copied().reduce(choose).unwrap_or(f64::NAN));
        Self { median: median(values), least, largest }
    }
}

/// How many times as long as the `ours`-th of ours `peer` takes; nothing if one of both failed in any round.
pub fn ratio(rounds: &[Row], ours: usize, peer: &str) -> Option<Range> {
    let ratio = |row: &Row| Some(time(row, peer)? / row.ours[ours].result.as_ref().ok()?.median);
    rounds.iter().map(ratio).collect::<Option<Vec<_>>>().map(|ratios| Range::of(&ratios))
}

/// Seconds of a peer's median sample.
fn time(row: &Row, peer: &str) -> Option<f64> {
    let peer = row.peers.iter().find(|entry| entry.name == peer)?;
    Some(peer.result.as_ref().ok()?.median)
}

/// A row with the medians over the rounds; what failed in one of them has failed.
pub fn medians(rounds: &[Row]) -> Row {
    let first = &rounds[0];
    let ours = first.ours.iter().enumerate().map(|(place, ours)| {
        let of_round = |row: &Row| (row.ours[place].peak.median, row.ours[place].peak.fastest);
        let (medians, fastest): (Vec<f64>, Vec<f64>) = rounds.iter().map(of_round).unzip();
        let peak = Peak { median: median(&medians), fastest: Range::of(&fastest).largest };
        let result = middle(rounds.iter().map(|row| &row.ours[place].result));
        Ours { name: ours.name.clone(), level: ours.level, result, error: ours.error, peak }
    });
    let peers = first.peers.iter().map(|peer| {
        let of_round = rounds.iter().filter_map(|row| row.peers.iter().find(|entry| entry.name == peer.name));
        let result = middle(of_round.map(|peer| &peer.result));
        Peer { name: peer.name.clone(), result, apart: peer.apart, error: peer.error }
    });
    Row {
        name: first.name,
        shape: first.shape.clone(),
        element: first.element,
        flops: first.flops,
        ours: ours.collect(),
        peers: peers.collect(),
        copy: first.copy,
    }
}

/// The median of results, or the first failure. The spread is that of the rounds: from the least to the largest, over the median.
fn middle<'a>(results: impl Iterator<Item = &'a anyhow::Result<Stats>>) -> anyhow::Result<Stats> {
    let mut times = (Vec::new(), Vec::new());
    for result in results {
        let stats = result.as_ref().map_err(|error| anyhow!("{error:#}"))?;
        times.0.push(stats.median);
        times.1.push(stats.fastest);
    }
    let Range { median, least, largest } = Range::of(&times.0);
    Ok(Stats { median, fastest: Range::of(&times.1).least, spread: (largest - least) / median })
}
