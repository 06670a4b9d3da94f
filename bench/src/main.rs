//! Times generated convolutions beside the machine's limits and other libraries: see the README of this crate.
//!
//! Comes in: the command line. Goes out: tables on standard output and, with a chart, in a directory; progress on standard
//! error; exit status 1 if generated code computes something wrong.

mod args;
mod batch;
mod buffer;
mod chart;
mod compile;
mod contender;
#[cfg(feature = "crossover")]
mod crossover;
mod graph;
mod levels;
mod limits;
#[cfg(feature = "sizes")]
mod lines;
mod machine;
mod measure;
mod merge;
mod networks;
mod onnx;
mod ours;
#[cfg(feature = "peers")]
mod peers;
mod problem;
mod proof;
mod pruned;
mod report;
mod shapes;
#[cfg(feature = "sizes")]
mod sizes;
mod startup;
mod table;
mod timing;
mod tune;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use toeplitz::Level;

use crate::args::Args;
use crate::measure::{Row, Subject};

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    if let Some(images) = args.batch {
        print!("{}", batch::report(&shapes::select(&args.shapes)?, images.into(), args.effort())?);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(names) = &args.compile {
        /// Builds of each program: their least time counts.
        const BUILDS: usize = 2;
        let report = compile::report(names, if args.quick { 1 } else { BUILDS })?;
        print!("{report}");
        write(&args.out, "compile.md", &report)?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.startup {
        machine::pin(args.core)?;
        print!("{}", startup::report(&args.out.join("onnx"), args.effort().repetitions)?);
        return Ok(ExitCode::SUCCESS);
    }
    if let (Some(folder), Some(names)) = (&args.onnx, &args.networks) {
        networks::select(names)?.iter().try_for_each(|case| case.export(folder))?;
        return Ok(ExitCode::SUCCESS);
    }
    if !args.tune.is_empty() {
        print!("{}", tune::report(&args)?);
        return Ok(ExitCode::SUCCESS);
    }
    if args.pruned {
        machine::pin(args.core)?;
        print!("{}", pruned::report(&levels::select(&args.level)?, args.effort())?);
        return Ok(ExitCode::SUCCESS);
    }
    #[cfg(feature = "crossover")]
    if let Some(algorithms) = &args.crossover {
        machine::pin(args.core)?;
        print!("{}", crossover::report(algorithms, &levels::select(&args.level)?, args.effort())?);
        return Ok(ExitCode::SUCCESS);
    }
    #[cfg(feature = "sizes")]
    if args.sizes {
        machine::pin(args.core)?;
        let report = run_sizes(&args, &args.out)?;
        print!("{report}");
        write(&args.out, "sizes.md", &report)?;
        return Ok(ExitCode::SUCCESS);
    }
    #[cfg(feature = "peers")]
    if let Some(code) = machine::run_single_threaded()? {
        return Ok(code);
    }
    let place = machine::pin(args.core)?;
    let run = || match args.proof {
        Some(rounds) => run_proof(&args, rounds, &place),
        None => run(&args, &place),
    };
    #[cfg(feature = "peers")]
    return peers::on_their_thread(run);
    #[cfg(not(feature = "peers"))]
    run()
}

/// Measures what `args` ask for and reports it. `place` says where this process runs.
fn run(args: &Args, place: &str) -> Result<ExitCode> {
    let others: Vec<_> = args.merge.iter().map(|file| merge::read(file)).collect::<Result<_>>()?;
    let levels = levels::select(&args.level)?;
    let mut rows = measure_all(args, &levels)?;
    for results in others {
        results.merge(&mut rows)?;
    }
    let effort = args.effort();
    let conditions = format!(
        "{}, {place}, one thread, {} samples of {} ms.{}",
        machine::processor(),
        effort.repetitions,
        effort.sample.as_millis(),
        if args.quick { " A short run: not to be quoted." } else { "" }
    );
    let mut report = report::render(&rows, &conditions);
    if args.layers {
        for case in networks::select(args.networks.as_deref().unwrap_or_default())? {
            report += &case.layers(&levels, effort)?;
        }
    }
    print!("{report}");

    let name = if args.networks.is_some() { "networks" } else { "results" };
    write(&args.out, &format!("{name}.md"), &report)?;
    let picture = args.out.join(name).with_extension("svg");
    chart::draw(&rows, &picture).with_context(|| format!("cannot draw {}", picture.display()))?;
    eprintln!("written: {}", picture.display());

    let wrong = rows.iter().flat_map(|row| &row.ours).any(|ours| ours.result.is_err());
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Measures everybody on everything in rounds, and writes `RESULTS.md` and pictures. `place` says where this process runs.
fn run_proof(args: &Args, rounds: u16, place: &str) -> Result<ExitCode> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let networks = folder.join("results/onnx");
    networks::select(&[])?.iter().try_for_each(|case| case.export(&networks))?;
    let levels = levels::select(&args.level)?;
    let proof = proof::Proof { rounds: rounds.into(), effort: args.effort(), place, folder };
    let mut server =
        proof::Server::start(&folder.join("venv/bin/python"), &networks, args.core, proof.effort_of_round())?;
    let mut groups = Vec::new();
    groups.push(proof::Group { title: "Layers", picture: "layers", subjects: subjects(args, &levels)? });
    if args.shapes.is_empty() {
        let subjects = of_networks(&[], &levels, args.with_peers())?;
        groups.push(proof::Group { title: "Networks", picture: "networks", subjects });
    }
    #[cfg(feature = "sizes")]
    let rest = rest(args)?;
    #[cfg(not(feature = "sizes"))]
    let rest = String::new();
    let right = proof.run(groups, &mut server, &rest)?;
    Ok(if right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Measures layers at many sizes at the first of the levels, draws them into a folder, and returns the report.
#[cfg(feature = "sizes")]
fn run_sizes(args: &Args, folder: &Path) -> Result<String> {
    let (report, pictures) = sizes::report(levels::select(&args.level)?[0], args.effort())?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, picture) in pictures {
        let file = folder.join(name).with_extension("svg");
        picture.draw(&file).with_context(|| format!("cannot draw {}", file.display()))?;
        eprintln!("written: {}", file.display());
    }
    Ok(report)
}

/// What `RESULTS.md` says below its tables of peers.
#[cfg(feature = "sizes")]
fn rest(args: &Args) -> Result<String> {
    let plots = Path::new(env!("CARGO_MANIFEST_DIR")).join("plots");
    let report = run_sizes(args, &plots)?.replace("\n## ", "\n### ").replacen("# ", "\n## ", 1);
    Ok(format!("{report}\n![Cost against size](plots/sizes.svg)\n\n![Cost against channels](plots/channels.svg)\n"))
}

/// Writes a file into a folder, which is made if there is none.
fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = folder.join(name);
    std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    eprintln!("written: {}", file.display());
    Ok(())
}

/// Prepares a subject, if only when its turn comes: large ones take memory.
type Prepare<'a> = Box<dyn FnOnce() -> Result<Subject> + 'a>;

/// What `args` ask for, by name.
fn subjects<'a>(args: &'a Args, levels: &'a [Level]) -> Result<Vec<(&'static str, Prepare<'a>)>> {
    let peers = args.with_peers();
    if let Some(names) = &args.networks {
        return of_networks(names, levels, peers);
    }
    let prepare = |case: shapes::Case| (case.name, Box::new(move || case.subject(levels, peers)) as Prepare);
    Ok(shapes::select(&args.shapes)?.into_iter().map(prepare).collect())
}

/// The networks of these names, or all.
fn of_networks<'a>(names: &[String], levels: &'a [Level], peers: bool) -> Result<Vec<(&'static str, Prepare<'a>)>> {
    let prepare = |case: networks::Case| (case.name, Box::new(move || case.subject(levels, peers)) as Prepare);
    Ok(networks::select(names)?.into_iter().map(prepare).collect())
}

/// Prepares every subject, then measures all of them, with a bar on standard error.
fn measure_all(args: &Args, levels: &[Level]) -> Result<Vec<Row>> {
    /// Steps of the bar while samples are taken; to prepare one subject is a step as well.
    const STEPS: u64 = 100;
    let subjects = subjects(args, levels)?;
    let count = subjects.len() as u64;
    let bar = ProgressBar::new(count + STEPS);
    bar.set_style(ProgressStyle::with_template("{wide_bar} {percent:>3}%  {msg:20}")?);
    let mut prepared = Vec::new();
    for (name, prepare) in subjects {
        bar.set_message(format!("preparing {name}"));
        let subject = prepare().with_context(|| format!("cannot prepare {name}"))?;
        prepared.push(measure::prepare(subject));
        bar.inc(1);
    }
    bar.set_message("measuring");
    let tick = |part: f64| bar.set_position(count + (part * STEPS as f64) as u64);
    let rows = measure::measure(&mut prepared, args.effort(), tick)?;
    bar.finish_and_clear();
    Ok(rows)
}
