//! Where another algorithm overtakes direct sums: both side by side for shapes around the crossover, and which of them `algorithm: auto` takes.
//!
//! Comes in: SIMD levels, and which algorithms. Goes out: a table each. Must not know: how anything is computed.

mod algorithms;
mod known;

use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use toeplitz::{Buffer, Layer, Level, level_name, verify};

use crate::contender::Forward;
use crate::ours::Ours;
use crate::problem::Numbers;
use crate::report::duration;
use crate::table::Table;
use crate::timing::{Effort, Work, interleave};

/// By how much the side that `auto` takes may be slower than the other.
const TOLERATED: f64 = 1.05;

/// A layer, direct and by another algorithm.
struct Case {
    /// The other algorithm's name.
    algorithm: &'static str,
    shape: &'static str,
    /// Whether `auto` takes the other algorithm.
    taken: bool,
    prepare: fn(Level) -> [Box<dyn Forward>; 2],
    check: fn() -> Result<()>,
}

impl Case {
    /// That of `D` and, by the other algorithm, `A`.
    fn new<D, A, const I: usize, const O: usize, const S: usize, const T: usize>(
        algorithm: &'static str,
        shape: &'static str,
        taken: bool,
    ) -> Self
    where
        D: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; S]> + 'static,
        A: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; T]> + 'static,
    {
        let prepare = |level| [prepared::<D, I, O, S>(level), prepared::<A, I, O, T>(level)];
        let check = || verify::<A>().map(|_| ()).context("a layer is wrong");
        Self { algorithm, shape, taken, prepare, check }
    }
}

/// A layer with random weights and a random input.
fn prepared<L, const I: usize, const O: usize, const S: usize>(level: Level) -> Box<dyn Forward>
where
    L: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; S]> + 'static,
{
    let numbers = Numbers {
        input: numbers(I, 1),
        weights: numbers(L::Weights::zeroed().as_slice().len(), 2),
        bias: numbers(L::Bias::zeroed().as_slice().len(), 3),
    };
    Box::new(Ours::<L, I, O, S>::new(&numbers, level))
}

/// So many numbers from -1 to 1, others for another seed.
fn numbers(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    std::iter::repeat_with(next).take(len).collect()
}

/// Names of the algorithms that there are tables of.
pub const ALGORITHMS: [&str; 4] = ["fft", "winograd", "factored", "sparse"];

/// The tables of `algorithms`, of all without one, at `levels`.
///
/// # Errors
///
/// If there is no such algorithm, or a layer computes something wrong.
pub fn report(algorithms: &[String], levels: &[Level], effort: Effort) -> Result<String> {
    for name in algorithms {
        ensure!(ALGORITHMS.contains(&name.as_str()), "no algorithm `{name}`: there are {}", ALGORITHMS.join(", "));
    }
    let mut text = "# Crossovers\n".to_owned();
    for name in ALGORITHMS.iter().filter(|name| algorithms.is_empty() || algorithms.iter().any(|other| other == *name))
    {
        let all = algorithms::all().into_iter().chain(known::all());
        let cases: Vec<Case> = all.filter(|case| case.algorithm == *name).collect();
        cases.iter().try_for_each(|case| (case.check)().context(case.shape))?;
        let _ = write!(text, "\n## {name}\n\n{}", table(&cases, levels, effort)?.render());
    }
    let _ = write!(
        text,
        "\nThe fastest samples are compared. \"auto loses\": how much slower the side that `algorithm: auto` takes is, if by more than {:.0}%.\n",
        100.0 * (TOLERATED - 1.0)
    );
    Ok(text)
}

/// One algorithm's table.
fn table(cases: &[Case], levels: &[Level], effort: Effort) -> Result<Table> {
    let headings = ["layer", "level", "direct", "other", "other / direct", "auto takes", "auto loses"];
    let mut table = Table::new(headings.map(str::to_owned).to_vec());
    for case in cases {
        for &level in levels {
            let works = (case.prepare)(level).map(|mut forward| Box::new(move || forward.run()) as Work);
            let stats = interleave(&mut Vec::from(works), effort, || {})?;
            let [direct, other] = [stats[0].fastest, stats[1].fastest];
            let loss = if case.taken { other / direct } else { direct / other };
            let loss = if loss > TOLERATED { format!("{:.0}%", 100.0 * (loss - 1.0)) } else { String::new() };
            table.push(vec![
                case.shape.to_owned(),
                level_name(level).to_owned(),
                duration(direct),
                duration(other),
                format!("{:.2}", other / direct),
                if case.taken { case.algorithm } else { "direct" }.to_owned(),
                loss,
            ]);
        }
    }
    Ok(table)
}
