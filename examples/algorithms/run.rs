//! What the program does, from arguments to the last line it prints.
//!
//! Comes in: the arguments and where to print. Goes out: an error if a way computes something wrong. Must not know: how
//! any way works, how a table looks.

use std::{
    hint::black_box,
    io::Write,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use crate::{
    args::Args,
    check::Exact,
    draw,
    geometry::Geometry,
    layers::{self, Problem},
    methods::{
        self, GENERAL, Method,
        adder::{self, Adder},
    },
    table::{self, Row},
};

/// Explains, measures and checks, and reports on `out`.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    layers::with(args.layer, args.seed, |problem| {
        // Before all else, so that a bad path is known at once.
        if let Some(path) = &args.svg {
            draw::picture(&problem.layout, path)?;
        }
        draw::small(out)?;
        table::heading(out, &problem.layout, args)?;
        let rows = compare(problem, args.repetitions)?;
        table::rows(out, &rows)?;
        table::legend(out)?;
        for Row { name, deviation, .. } in &rows {
            ensure!(
                deviation.of_bound <= 1.0,
                "{name}: output {} is off by {:.3} times what rounding can explain",
                deviation.at,
                deviation.of_bound
            );
        }
        writeln!(
            out,
            "\nEvery output is within its bound: the seven convolutions agree, and so do both ways of AdderNet."
        )?;
        Ok(())
    })
}

/// Every way to compute the convolution, one after another, and then both of `AdderNet`.
fn compare(problem: Problem, repetitions: u32) -> Result<Vec<Row>> {
    let Problem { spec, weights, input, output, convolution, adder: generated_adder, .. } = problem;
    let geometry = Geometry::new(&spec);
    let exact = Exact::convolution(&spec, weights, input)?;
    let mut rows = Vec::new();
    for (name, prepare) in GENERAL {
        rows.push(measure(name, || prepare(&geometry, weights), &exact, input, output, repetitions));
    }
    rows.push(measure(methods::MACRO, || convolution(weights), &exact, input, output, repetitions));
    let exact = adder::exact(&geometry, weights, input);
    let loops = || Box::new(Adder::new(&geometry, weights)) as Box<dyn Method>;
    rows.push(measure("AdderNet loops", loops, &exact, input, output, repetitions));
    rows.push(measure("adder2d!", || generated_adder(weights), &exact, input, output, repetitions));
    Ok(rows)
}

/// Prepares a way, times it, and compares its output with the exact one.
fn measure<'a>(
    name: &'static str,
    prepare: impl FnOnce() -> Box<dyn Method + 'a>,
    exact: &Exact,
    input: &[f32],
    output: &mut [f32],
    repetitions: u32,
) -> Row {
    let start = Instant::now();
    let mut method = prepare();
    let preparation = start.elapsed();
    // What another way left behind must not pass for an output.
    output.fill(f32::NAN);
    let time = fastest(&mut *method, input, output, repetitions);
    let bounds = methods::bounds(&*method, exact, input);
    Row {
        name,
        preparation,
        time,
        extra_bytes: method.extra_bytes(),
        operations: method.operations(),
        deviation: exact.deviation(output, &bounds),
    }
}

/// The fastest of many runs: whatever else goes on in a machine can only make one slower. One more comes first,
/// uncounted, to bring code and data into the caches.
fn fastest(method: &mut dyn Method, input: &[f32], output: &mut [f32], repetitions: u32) -> Duration {
    method.run(input, output);
    let once = || {
        let start = Instant::now();
        method.run(black_box(input), black_box(&mut *output));
        start.elapsed()
    };
    std::iter::repeat_with(once).take(repetitions as usize).min().unwrap_or_default()
}
