//! Fair timing on a noisy machine.
//!
//! Comes in: pieces of work. Goes out: how long one run of each takes. Must not know: what the work is.
//!
//! All pieces of work take turns, sample by sample, so that a change of clock frequency or a noisy neighbour meets all
//! of them. A sample is as many runs in a row as take a few milliseconds, after twice as many that warm caches and branch
//! predictors: a third-level cache was seen to take ten runs to keep what one works on, after another's. What is taken is the processor's time for this process, all its threads together: on a core of one's own that is the time by
//! the clock, and on a shared one the neighbours' turns are not counted.

use std::time::Duration;

use anyhow::Result;
use cpu_time::ProcessTime;

/// Work slower than this in all is given fewer repetitions.
const BUDGET: Duration = Duration::from_secs(2);

/// No work is given fewer repetitions than this: a median needs three.
const FEWEST_REPETITIONS: usize = 3;

/// How much to measure.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Samples of each piece of work.
    pub repetitions: usize,
    /// How long one sample takes; one run at least.
    pub sample: Duration,
}

/// How long one run takes, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Stats {
    /// Median over the samples.
    pub median: f64,
    /// The fastest sample.
    pub fastest: f64,
    /// Distance of the quartiles over the median: 0.01 is a quiet machine.
    pub spread: f64,
}

impl Stats {
    fn of(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        let median = quantile(&samples, 0.5);
        Self { median, fastest: samples[0], spread: (quantile(&samples, 0.75) - quantile(&samples, 0.25)) / median }
    }
}

/// The value below which a part of the sorted `samples` lies.
fn quantile(samples: &[f64], part: f64) -> f64 {
    samples[(part * (samples.len() - 1) as f64).round() as usize]
}

/// The median of `samples`, of which there has to be one.
pub fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, 0.5)
}

/// One run of whatever is measured.
pub type Work<'a> = Box<dyn FnMut() -> Result<()> + 'a>;

/// Times all `works` in turns and calls `tick` after each sample of each.
///
/// # Errors
///
/// The first one that any work returns.
pub fn interleave(works: &mut [Work], effort: Effort, mut tick: impl FnMut()) -> Result<Vec<Stats>> {
    let schedule: Vec<Schedule> =
        works.iter_mut().map(|work| Schedule::calibrate(work, effort)).collect::<Result<_>>()?;
    let mut samples = vec![Vec::new(); works.len()];
    for repetition in 0..effort.repetitions {
        for ((work, schedule), samples) in works.iter_mut().zip(&schedule).zip(&mut samples) {
            if repetition < schedule.repetitions {
                samples.push(time(work, schedule.runs)? / f64::from(schedule.runs));
            }
            tick();
        }
    }
    Ok(samples.into_iter().map(Stats::of).collect())
}

/// How often one piece of work is run.
struct Schedule {
    /// Runs in one sample.
    runs: u32,
    /// Samples.
    repetitions: usize,
}

impl Schedule {
    /// Doubles the number of runs until they take long enough to tell how many a sample needs. This warms up, too.
    fn calibrate(work: &mut Work, effort: Effort) -> Result<Self> {
        let sample = effort.sample.as_secs_f64();
        let mut runs = 1;
        let elapsed = loop {
            let elapsed = time(work, runs)?;
            if elapsed >= sample / 4.0 {
                break elapsed;
            }
            runs *= 2;
        };
        let runs = (f64::from(runs) * sample / elapsed).ceil().max(1.0) as u32;
        let affordable = (BUDGET.as_secs_f64() / elapsed.max(sample)) as usize;
        let repetitions = effort.repetitions.min(affordable.max(FEWEST_REPETITIONS));
        Ok(Self { runs, repetitions })
    }
}

/// Seconds of the processor that `runs` runs take, after twice as many, or one if that is one, that bring the caches back to this work.
fn time(work: &mut Work, runs: u32) -> Result<f64> {
    for _ in 0..if runs == 1 { 1 } else { 2 * runs } {
        work()?;
    }
    let start = ProcessTime::now();
    for _ in 0..runs {
        work()?;
    }
    Ok(start.elapsed().as_secs_f64())
}
