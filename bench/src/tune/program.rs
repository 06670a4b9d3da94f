//! The program that times candidates: not a part of the benchmark, but of the crate that it writes.
//!
//! Comes in: cases, each a call and the types of its candidates; a core and how much to measure. Goes out: a line on standard output for
//! each candidate and level, `case candidate level fastest median error`, with tabs between. Must not know: candidates.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use toeplitz::{Aligned, Algorithm, Buffer, Element, Layer, Level, Spec, reference};

use crate::levels;
use crate::machine;
use crate::timing::{Effort, Work, interleave};

/// A candidate: what makes a layer with these weights, biases and input, to run at a level.
type Prepare<E> = fn(&Numbers<E>, Level) -> Box<dyn Candidate<E>>;

/// A call, and its candidates.
pub trait Measured {
    /// Times all of them at each of these levels, in turns.
    ///
    /// # Errors
    ///
    /// If an output is wrong.
    fn measure(&self, case: usize, levels: &[Level], effort: Effort) -> Result<()>;
}

/// What is computed with.
pub struct Numbers<E> {
    weights: Vec<E>,
    bias: Vec<E>,
    input: Vec<E>,
}

/// A layer in memory that begins on cache lines.
pub trait Candidate<E> {
    /// Computes the output once.
    fn run(&mut self);
    /// The output of the last run.
    fn output(&self) -> &[E];
}

struct Prepared<L, E, const I: usize, const O: usize, const S: usize> {
    layer: Box<L>,
    level: Level,
    input: Box<Aligned<[E; I]>>,
    output: Box<Aligned<[E; O]>>,
    scratch: Box<Aligned<[E; S]>>,
}

impl<E, L, const I: usize, const O: usize, const S: usize> Candidate<E> for Prepared<L, E, I, O, S>
where
    L: Layer<Element = E, Input = [E; I], Output = [E; O], Scratch = [E; S]>,
{
    fn run(&mut self) {
        self.layer.forward_at(self.level, &self.input, &mut self.output, &mut self.scratch);
    }

    fn output(&self) -> &[E] {
        &self.output[..]
    }
}

/// Makes a candidate: see [`Prepare`].
pub fn prepare<L, E, const I: usize, const O: usize, const S: usize>(
    numbers: &Numbers<E>,
    level: Level,
) -> Box<dyn Candidate<E>>
where
    E: Element,
    L: Layer<Element = E, Input = [E; I], Output = [E; O], Scratch = [E; S]> + 'static,
{
    let (mut weights, mut bias) = (L::Weights::zeroed(), L::Bias::zeroed());
    weights.as_mut_slice().copy_from_slice(&numbers.weights);
    bias.as_mut_slice().copy_from_slice(&numbers.bias);
    let mut input = Aligned::<[E; I]>::boxed_zeroed();
    input.copy_from_slice(&numbers.input);
    let (output, scratch) = (Aligned::boxed_zeroed(), Aligned::boxed_zeroed());
    Box::new(Prepared::<L, E, I, O, S> { layer: L::boxed(&weights, &bias), level, input, output, scratch })
}

/// The candidates of one call.
pub struct Case<E> {
    spec: Spec,
    lens: [usize; 3],
    /// How many of the levels that were asked for each is for, and which.
    candidates: Vec<(Prepare<E>, &'static [&'static str])>,
}

impl<E: Element> Case<E> {
    /// Those of the call of which `L` is one.
    pub fn new<L: Layer<Element = E>>(candidates: Vec<(Prepare<E>, &'static [&'static str])>) -> Box<Self> {
        let spec = Spec { algorithm: Algorithm::Direct, ..L::SPEC };
        Box::new(Self { spec, lens: [L::Weights::LEN, L::Bias::LEN, L::Input::LEN], candidates })
    }
}

impl<E: Element> Measured for Case<E> {
    fn measure(&self, case: usize, levels: &[Level], effort: Effort) -> Result<()> {
        let mut state = 1;
        let [weights, bias, input] = self.lens.map(|len| random(len, &mut state));
        let numbers = Numbers { weights, bias, input };
        let expected = reference::forward(&self.spec, &numbers.weights, &numbers.bias, &numbers.input)
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        let largest = expected.values.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        for &level in levels {
            let name = levels::plain(level);
            let mut ready = Vec::new();
            for (index, (prepare, files)) in self.candidates.iter().enumerate() {
                if !files.iter().any(|file| name.starts_with(file)) {
                    continue;
                }
                let mut candidate = prepare(&numbers, level);
                candidate.run();
                let errors = candidate.output().iter().zip(&expected.values).map(|(a, b)| (a.to_f64() - b).abs());
                let error = errors.fold(0.0, f64::max) / largest;
                ensure!(error < TOLERANCE, "case {case}: candidate {index} is wrong at {name}, by {error:.1e}");
                ready.push((index, candidate, error));
            }
            let mut works: Vec<Work> = Vec::new();
            for (_, candidate, _) in &mut ready {
                works.push(Box::new(|| {
                    candidate.run();
                    Ok(())
                }));
            }
            let stats = interleave(&mut works, effort, || ())?;
            drop(works);
            for ((index, _, error), stats) in ready.iter().zip(stats) {
                println!("{case}\t{index}\t{name}\t{:e}\t{:e}\t{error:e}", stats.fastest, stats.median);
            }
        }
        Ok(())
    }
}

/// A relative error above this is no rounding.
const TOLERANCE: f64 = 1e-4;

/// Numbers from -1 to 1.
fn random<E: Element>(len: usize, state: &mut u64) -> Vec<E> {
    let next = |_| {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        E::from_f64((*state >> 40) as f64 / f64::from(1 << 23) - 1.0)
    };
    (0..len).map(next).collect()
}

/// Measures all `cases`. Arguments: the core or `any`, levels with commas between, repetitions, milliseconds of a sample.
///
/// # Errors
///
/// If an output is wrong, or an argument.
pub fn run(cases: Vec<Box<dyn Measured>>) -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [core, levels, repetitions, sample] = arguments.as_slice() else { anyhow::bail!("four arguments") };
    machine::pin(core.parse().ok())?;
    let levels: Vec<String> = levels.split(',').map(str::to_owned).collect();
    let levels = levels::select(&levels)?;
    let sample = Duration::from_millis(sample.parse().context("milliseconds of a sample")?);
    let effort = Effort { repetitions: repetitions.parse().context("a number of repetitions")?, sample };
    cases.iter().enumerate().try_for_each(|(index, case)| case.measure(index, &levels, effort))
}
