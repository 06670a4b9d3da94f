//! Shapes measured: everybody checked, then everybody timed together.
//!
//! Comes in: cases, levels, and how much to measure. Goes out: rows of the report. Must not know: how they are printed.

use anyhow::{Result, ensure};
use toeplitz::{Level, level_name};

use crate::contender::Contender;
use crate::limits;
use crate::problem::{Problem, TOLERANCE};
use crate::shapes::Case;
use crate::timing::{Effort, Stats, Work, interleave};

/// Below this many multiply-adds an element read or written, memory is the limit and a copy is timed as well.
const COPY_BOUND: u64 = 8;

/// All that was measured on one shape.
pub struct Row {
    /// The shape's name.
    pub name: &'static str,
    /// The shape in words.
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
}

/// A case whose contenders have all been checked.
pub struct Prepared {
    case: Case,
    levels: Vec<Level>,
    /// One for each level, then a copy where memory is the limit.
    limits: Vec<Work<'static>>,
    /// Multiply-adds in one run of each level's limit.
    macs: Vec<f64>,
    /// One for each level, then everybody else.
    contenders: Vec<Contender>,
}

/// Prepares everybody on `case` and checks their outputs.
///
/// # Errors
///
/// If the problem cannot be set up. A contender that fails is kept with its error.
pub fn prepare(case: Case, levels: &[Level], peers: bool) -> Result<Prepared> {
    let problem = Problem::new(&case.spec)?;
    let ours = levels.iter().map(|&level| Contender {
        name: level_name(level).to_owned(),
        convolution: Ok((case.prepare)(&problem, level)),
    });
    let others = if peers && case.element == size_of::<f32>() { peers_on(&problem) } else { Vec::new() };
    let contenders = ours.chain(others).map(|contender| check(contender, &problem)).collect();

    let (mut limits, macs): (Vec<Work<'static>>, Vec<f64>) =
        levels.iter().map(|&level| limits::multiply_adds(level, case.element)).unzip();
    let (read, written) = (problem.input.as_slice().len(), problem.expected.len());
    if case.macs < COPY_BOUND * (read + written) as u64 {
        limits.push(limits::copy(read, written));
    }
    Ok(Prepared { case, levels: levels.to_vec(), limits, macs, contenders })
}

/// Runs a contender once, and replaces its convolution by an error if its output is wrong.
fn check(contender: Contender, problem: &Problem) -> Contender {
    let Contender { name, convolution } = contender;
    let convolution = convolution.and_then(|mut convolution| {
        convolution.run()?;
        let error = problem.error(&convolution.output()?);
        ensure!(error <= TOLERANCE, "wrong: relative error {error:.1e}, {TOLERANCE:.0e} is allowed");
        Ok(convolution)
    });
    Contender { name, convolution }
}

/// Times everybody on every case, all in turns, so that each shape is seen in the machine's quiet moments and in its busy
/// ones. `tick` is called after each sample, with the part of all that is done.
///
/// # Errors
///
/// If a contender that has passed its check fails later.
pub fn measure(mut prepared: Vec<Prepared>, effort: Effort, tick: impl Fn(f64)) -> Result<Vec<Row>> {
    let mut works: Vec<Work> = Vec::new();
    for Prepared { limits, contenders, .. } in &mut prepared {
        works.extend(limits.iter_mut().map(|limit| Box::new(limit) as Work));
        for convolution in contenders.iter_mut().filter_map(|contender| contender.convolution.as_mut().ok()) {
            works.push(Box::new(|| convolution.run()));
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
    /// The row of this case, from the next `stats`: its limits', then those of its contenders that ran.
    fn row(self, stats: &mut impl Iterator<Item = Stats>) -> Row {
        let Self { case, levels, limits, macs, contenders } = self;
        let limits: Vec<Stats> = stats.by_ref().take(limits.len()).collect();
        let peak = |(macs, stats): (f64, &Stats)| Peak {
            median: 2.0 * macs / stats.median,
            fastest: 2.0 * macs / stats.fastest,
        };
        let copy = limits.get(levels.len()).copied();
        let mut results = contenders.into_iter().map(|Contender { name, convolution }| {
            (name, convolution.map(|_| stats.next().expect("there are stats of every convolution that ran")))
        });
        let ours = levels
            .iter()
            .zip(macs.into_iter().zip(&limits).map(peak))
            .zip(results.by_ref())
            .map(|((&level, peak), (_, result))| Ours { level: level_name(level), result, peak })
            .collect();
        let peers = results.map(|(name, result)| Peer { name, result, apart: false }).collect();
        Row {
            name: case.name,
            shape: case.describe(),
            element: case.element,
            flops: 2.0 * case.macs as f64,
            ours,
            peers,
            copy,
        }
    }
}

#[cfg(feature = "peers")]
fn peers_on(problem: &Problem) -> Vec<Contender> {
    crate::peers::prepare(problem)
}

#[cfg(not(feature = "peers"))]
fn peers_on(_: &Problem) -> Vec<Contender> {
    Vec::new()
}
