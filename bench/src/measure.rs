//! Layers and networks measured: everybody checked, then everybody timed together.
//!
//! Comes in: subjects, and how much to measure. Goes out: rows of the report. Must not know: how they are printed.

use anyhow::{Result, anyhow};
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
    /// How far off its largest difference is, relative to the largest output.
    pub error: Option<f64>,
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
    /// How far off its largest difference is, relative to the largest output, if that is known.
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
    /// Relative errors of all contenders that have an output, ours in front.
    errors: Vec<Option<f64>>,
    /// One for each of ours, then a copy where memory is the limit.
    limits: Vec<Work<'static>>,
    /// Multiply-adds in one run of the limit of each of ours.
    macs: Vec<f64>,
}

/// Checks everybody's output. A contender that fails is kept with its error.
pub fn prepare(mut subject: Subject) -> Prepared {
    let contenders = subject.ours.iter_mut().map(|(_, ours)| ours).chain(&mut subject.peers);
    let errors = contenders.map(|contender| contender.check(&subject.expected)).collect();
    let limit = |(level, _): &(Level, _)| limits::multiply_adds(*level, subject.element);
    let (mut limits, macs): (Vec<Work<'static>>, Vec<f64>) = subject.ours.iter().map(limit).unzip();
    let [read, written] = subject.moved;
    if subject.macs < COPY_BOUND * (read + written) as u64 {
        limits.push(limits::copy(read, written));
    }
    Prepared { subject, errors, limits, macs }
}

impl Contender {
    /// Runs once, and replaces what computes by an error if the output is wrong. Returns the relative error if there is an output.
    fn check(&mut self, expected: &[f64]) -> Option<f64> {
        let forward = self.forward.as_mut().ok()?;
        match forward.run().and_then(|()| forward.output()) {
            Ok(output) => {
                let error = problem::error(&output, expected);
                if error > TOLERANCE {
                    self.forward = Err(anyhow!("wrong: relative error {error:.1e}, {TOLERANCE:.0e} is allowed"));
                }
                Some(error)
            }
            Err(error) => {
                self.forward = Err(error);
                None
            }
        }
    }
}

/// Times everybody on every subject, all in turns, so that each shape is seen in the machine's quiet moments and in its busy
/// ones. This can be done again. `tick` is called after each sample, with the part of all that is done.
///
/// # Errors
///
/// If a contender that has passed its check fails later.
pub fn measure(prepared: &mut [Prepared], effort: Effort, tick: impl Fn(f64)) -> Result<Vec<Row>> {
    let mut works: Vec<Work> = Vec::new();
    for Prepared { limits, subject, .. } in prepared.iter_mut() {
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
    Ok(prepared.iter().map(|prepared| prepared.row(&mut stats)).collect())
}

impl Prepared {
    /// The row of this subject, from the next `stats`: its limits', then those of its contenders that ran.
    fn row(&self, stats: &mut impl Iterator<Item = Stats>) -> Row {
        let Self { subject, errors, limits, macs } = self;
        let mut errors = errors.iter().copied();
        let limits: Vec<Stats> = stats.by_ref().take(limits.len()).collect();
        let copy = limits.get(macs.len()).copied();
        let mut result = |Contender { name, forward }: &Contender| {
            let stats = match forward {
                Ok(_) => Ok(stats.next().expect("there are stats of everything that ran")),
                Err(error) => Err(anyhow!("{error:#}")),
            };
            (name.clone(), stats, errors.next().flatten())
        };
        let ours = subject.ours.iter().zip(macs.iter().zip(&limits));
        let ours = ours.map(|((level, contender), (macs, limit))| {
            let (name, result, error) = result(contender);
            let peak = Peak { median: 2.0 * macs / limit.median, fastest: 2.0 * macs / limit.fastest };
            Ours { name, level: level_name(*level), result, error, peak }
        });
        let ours = ours.collect();
        let peers = subject.peers.iter().map(result);
        let peers = peers.map(|(name, result, error)| Peer { name, result, apart: false, error }).collect();
        Row {
            name: subject.name,
            shape: subject.shape.clone(),
            element: subject.element,
            flops: 2.0 * subject.macs as f64,
            ours,
            peers,
            copy,
        }
    }
}
