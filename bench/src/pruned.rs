//! Pruned layers: known weights of which most blocks of eight outputs are zeros, beside the same layers without zeros.
//!
//! Comes in: SIMD levels. Goes out: a table. Must not know: how zeros are left out.
//!
//! Their weights are constants. All layers take turns.

use std::fmt::Write;

use anyhow::{Context, Result};
use toeplitz::{Layer, Level, level_name, verify};
use toeplitz_bench_layers::pruned as layers;

use crate::contender::Forward;
use crate::ours::Ours;
use crate::problem::Numbers;
use crate::report::duration;
use crate::table::Table;
use crate::timing::{Effort, Work, interleave};

/// A layer and what is zero of it.
struct Case {
    shape: &'static str,
    percent: usize,
    macs: u64,
    prepare: fn(Level) -> Box<dyn Forward>,
    check: fn() -> Result<()>,
}

impl Case {
    fn new<L, const I: usize, const O: usize, const S: usize>(shape: &'static str, percent: usize) -> Self
    where
        L: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; S]> + 'static,
    {
        let prepare = |level| {
            // Weights are constants.
            let input = (0..I).map(|at| (at * 37 % 101) as f32 / 50.0 - 1.0).collect();
            let numbers = Numbers { input, weights: Vec::new(), bias: Vec::new() };
            Box::new(Ours::<L, I, O, S>::new(&numbers, level)) as Box<dyn Forward>
        };
        let check = || verify::<L>().map(|_| ()).context("a pruned layer is wrong");
        Self { shape, percent, macs: L::MACS, prepare, check }
    }
}

fn all() -> [Case; 15] {
    let [few, many, units] = ["14x14x32 -> 5x5x64 same", "14x14x256 -> 3x3x256 same", "1024 -> 512, a dense layer"];
    [
        Case::new::<layers::Few0, _, _, _>(few, 0),
        Case::new::<layers::Few70, _, _, _>(few, 70),
        Case::new::<layers::Few80, _, _, _>(few, 80),
        Case::new::<layers::Few90, _, _, _>(few, 90),
        Case::new::<layers::Few95, _, _, _>(few, 95),
        Case::new::<layers::Many0, _, _, _>(many, 0),
        Case::new::<layers::Many70, _, _, _>(many, 70),
        Case::new::<layers::Many80, _, _, _>(many, 80),
        Case::new::<layers::Many90, _, _, _>(many, 90),
        Case::new::<layers::Many95, _, _, _>(many, 95),
        Case::new::<layers::Units0, _, _, _>(units, 0),
        Case::new::<layers::Units70, _, _, _>(units, 70),
        Case::new::<layers::Units80, _, _, _>(units, 80),
        Case::new::<layers::Units90, _, _, _>(units, 90),
        Case::new::<layers::Units95, _, _, _>(units, 95),
    ]
}

/// The table at `levels`: how many times as fast as without zeros each layer is.
///
/// # Errors
///
/// If a layer computes something wrong.
pub fn report(levels: &[Level], effort: Effort) -> Result<String> {
    let cases = all();
    cases.iter().try_for_each(|case| (case.check)())?;
    let headings = ["shape", "level", "blocks zero", "multiply-adds", "fastest", "GFLOP/s done", "times as fast"];
    let mut table = Table::new(headings.map(str::to_owned).to_vec());
    for &level in levels {
        let works = cases.iter().map(|case| {
            let mut forward = (case.prepare)(level);
            Box::new(move || forward.run()) as Work
        });
        let stats = interleave(&mut works.collect::<Vec<_>>(), effort, || {})?;
        let mut dense = f64::NAN;
        for (case, stats) in cases.iter().zip(stats) {
            if case.percent == 0 {
                dense = stats.fastest;
            }
            table.push(vec![
                case.shape.to_owned(),
                level_name(level).to_owned(),
                format!("{}%", case.percent),
                case.macs.to_string(),
                duration(stats.fastest),
                format!("{:.1}", 2.0 * case.macs as f64 / stats.fastest / 1e9),
                format!("{:.2}x", dense / stats.fastest),
            ]);
        }
    }
    let mut text = format!("# Pruned layers\n\n{}", table.render());
    let _ = write!(
        text,
        "\nWeights are constants, of whose blocks of eight outputs so many are zeros. \"times as fast\" compares the fastest samples with those of \
         the same layer without zeros.\n"
    );
    Ok(text)
}
