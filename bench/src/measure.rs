//! Layers and networks measured: everybody checked, then everybody timed together.
//!
//! Comes in: subjects, and how much to measure. Goes out: rows of the report. Must not know: how they are printed.

use anyhow::{Result, ensure};
use toeplitz::{Level, level_name};

use crate::contender::Contender;
use crate::limits;
use crate::problem::{self, TOLERANCE};
use crate::timing::{Effort, Stats, Work, interleave};

/// Below this many multiply-adds an element read or written, memory is the limit and a copy is timed as well.
const COPY_BOUND: u64 = 8;

/// All that was measured on one subject.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// Its shape in words.
    pub shape: String,
    /// Bytes of an element.
    pub element: usize,
    /// Floating-point operations of one run: two for every multiply-add.
    pub flops: f64,
    /// The generated code, one entry a level.
    pub ours: Vec<Ours>,
    /// Everybody else.
    pub peers: Vec<Peer>,
    /// A copy of the input's bytes to the output, where memory is the limit.
    pub copy: Option<Stats>,
}

/// The generated code at one level.
pub struct Ours {
    /// The level's name, and what is special about the code.
    pub name: String,
    /// The level's name.
    pub level: &'static str,
    /// How long one run takes, or why that does not matter.
    pub result: Result<Stats>,
    /// What the level's multiply-adds could do: floating-point operations a second, in the median and at best.
    pub peak: Peak,
}

/// The limit of a SIMD level, in floating-point operations a second.
#[derive(Clone, Copy)]
pub struct Peak {
    /// In the median sample.
    pub median: f64,
    /// In the fastest sample.
    pub fastest: f64,
}

/// Another library.
pub struct Peer {
    /// Its name.
    pub name: String,
    /// How long one run takes, or why that is not known or does not count.
    pub result: Result<Stats>,
    /// Measured by another program, shortly before or after.
    pub apart: bool,
    /// How far off its largest difference is, relative to the largest output, if that program has said so.
    pub error: Option<f64>,
}

/// What is to be computed, and who computes it.
pub struct Subject {
    /// Its name.
    pub name: &'static str,
    /// Its shape in words.
    pub shape: String,
    /// Bytes of an element.
    pub element: usize,
    /// Multiply-adds of one forward pass.
    pub macs: u64,
    /// Elements read, and elements written.
    pub moved: [usize; 2],
    /// The generated code, and the level at which it runs.
    pub ours: Vec<(Level, Contender)>,
    /// Everybody else.
    pub peers: Vec<Contender>,
    /// The output that all must have.
    pub expected: Vec<f64>,
}

/// A subject whose contenders have all been checked, and the limits that they are compared with.
pub struct Prepared {
    subject: Subject,
    /// One for each of ours, then a copy where memory is the limit.
    limits: Vec<Work<'static>>,
    /// Multiply-adds in one run of the limit of each of ours.
    macs: Vec<f64>,
}

/// Checks everybody's output. A contender that fails is kept with its error.
pub fn prepare(mut subject: Subject) -> Prepared {
    for contender in subject.ours.iter_mut().map(|(_, ours)| ours).chain(&mut subject.peers) {
        contender.check(&subject.expected);
    }
    let limit = |(level, _): &(Level, _)| limits::multiply_adds(*level, subject.element);
    let (mut limits, macs): (Vec<Work<'static>>, Vec<f64>) = subject.ours.iter().map(limit).unzip();
    let [read, written] = subject.moved;
    if subject.macs < COPY_BOUND * (read + written) as u64 {
        limits.push(limits::copy(read, written));
    }
    Prepared { subject, limits, macs }
}

impl Contender {
    /// Runs once, and replaces what computes by an error if the output is wrong.
    fn check(&mut self, expected: &[f64]) {
        let wrong = self.forward.as_mut().ok().and_then(|forward| {
            let output = forward.run().and_then(|()| forward.output());
            let error = output.map(|output| problem::error(&output, expected));
            error
                .and_then(|error| {
                    ensure!(error <= TOLERANCE, "wrong: relative error {error:.1e}, {TOLERANCE:.0e} is allowed");
                    Ok(())
                })
                .err()
        });
        if let Some(error) = wrong {
            self.forward = Err(error);
        }
    }
}

/// Times everybody on every subject, all in turns, so that each shape is seen in the machine's quiet moments and in its busy
/// ones. `tick` is called after each sample, with the part of all that is done.
///
/// # Errors
///
/// If a contender that has passed its check fails later.
pub fn measure(mut prepared: Vec<Prepared>, effort: Effort, tick: impl Fn(f64)) -> Result<Vec<Row>> {
    let mut works: Vec<Work> = Vec::new();
    for Prepared { limits, subject, .. } in &mut prepared {
        works.extend(limits.iter_mut().map(|limit| Box::new(limit) as Work));
        let contenders = subject.ours.iter_mut().map(|(_, ours)| ours).chain(&mut subject.peers);
        for forward in contenders.filter_map(|contender| contender.forward.as_mut().ok()) {
            works.push(Box::new(|| forward.run()));
        }
    }
    let total = (works.len() * effort.repetitions) as f64;
    let mut samples = 0;
    let stats = interleave(&mut works, effort, || {
        samples += 1;
        tick(f64::from(samples) / total);
    })?;
    drop(works);
    let mut stats = stats.into_iter();
    Ok(prepared.into_iter().map(|prepared| prepared.row(&mut stats)).collect())
}

impl Prepared {
    /// The row of this subject, from the next `stats`: its limits', then those of its contenders that ran.
    fn row(self, stats: &mut impl Iterator<Item = Stats>) -> Row {
        let Self { subject, limits, macs } = self;
        let limits: Vec<Stats> = stats.by_ref().take(limits.len()).collect();
        let copy = limits.get(macs.len()).copied();
        let mut result = |Contender { name, forward }| {
            (name, forward.map(|_| stats.next().expect("there are stats of everything that ran")))
        };
        let ours = subject.ours.into_iter().zip(macs.into_iter().zip(&limits));
        let ours = ours.map(|((level, contender), (macs, limit))| {
            let (name, result) = result(contender);
            let peak = Peak { median: 2.0 * macs / limit.median, fastest: 2.0 * macs / limit.fastest };
            Ours { name, level: level_name(level), result, peak }
        });
        let ours = ours.collect();
        let peers = subject.peers.into_iter().map(result);
        let peers = peers.map(|(name, result)| Peer { name, result, apart: false, error: None }).collect();
        Row {
            name: subject.name,
            shape: subject.shape,
            element: subject.element,
            flops: 2.0 * subject.macs as f64,
            ours,
            peers,
            copy,
        }
    }
}
