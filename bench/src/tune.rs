//! Times every candidate for a plan that is worth a look, beside what the planner predicts of it.
//!
//! Comes in: calls. Goes out: tables of candidates, and a tuning file, if one is wanted. Must not know: how a candidate is computed.
//!
//! The candidates are those that `toeplitz-codegen` tells of; each is a layer of its own in a crate that is written, built and run here.

mod build;
mod calls;
mod file;

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use toeplitz_codegen::choice::Choice;
use toeplitz_codegen::plan::explain::{Way, Ways};

use crate::args::Args;
use crate::report::duration;
use crate::table::Table;

/// Candidates of a register file that are measured since they are predicted to be the best.
const BEST: usize = 11;
/// Candidates of an algorithm that are measured, whatever is predicted of them: what it saves is known less well than what its candidates differ by.
const OF_AN_ALGORITHM: usize = 2;
/// Candidates from all others.
const OTHERS: usize = 3;
/// A plan that takes so much longer than the fastest is worth a line in the tuning file.
const WORTH: f64 = 1.02;
/// A chosen plan may take so much longer than the fastest.
const ALLOWED: f64 = 1.05;

/// A call, and the candidates that are measured on each register file.
struct Subject {
    call: String,
    files: Vec<Measured>,
}

/// What is measured on a register file.
struct Measured {
    name: &'static str,
    /// Each with its index among the plans of the case, and how long it takes.
    ways: Vec<(Way, usize, f64)>,
}

/// Measures what `args` name.
///
/// # Errors
///
/// If something names no call, a call is wrong, or what is built for it.
pub fn report(args: &Args) -> Result<String> {
    let levels: Vec<String> =
        if args.level == ["best"] { vec!["avx512".into(), "avx2".into()] } else { args.level.clone() };
    let (mut subjects, mut cases) = (Vec::new(), Vec::new());
    for call in calls::named(&args.tune)? {
        let ways = toeplitz_codegen::ways(&call).with_context(|| format!("in `{call}`"))?;
        if ways.iter().all(|ways| ways.ways.len() < 2) {
            eprintln!("{call}: there is one way to compute this");
            continue;
        }
        let (subject, case) = plans(call, ways, &levels);
        subjects.push(subject);
        cases.push(case);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tune");
    for time in build::times(&folder, &cases, &levels, args.core, args.effort())? {
        let [case, plan] = time.of;
        let measured = subjects[case].files.iter_mut().find(|file| time.level.starts_with(file.name));
        let way = measured.and_then(|file| file.ways.iter_mut().find(|(_, index, _)| *index == plan));
        if let Some((_, _, seconds)) = way {
            *seconds = time.fastest;
        }
    }
    fs::write(folder.join("times.tsv"), lines(&subjects))?;
    if let Some(path) = &args.write {
        write(path, &subjects)?;
    }
    Ok(subjects.iter().map(table).chain([summary(&subjects)]).collect())
}

/// The candidates to measure, and layers for all of them: one layer has a candidate for each register file.
fn plans(call: String, ways: Vec<Ways>, levels: &[String]) -> (Subject, build::Case) {
    let mut case = build::Case { call: call.clone(), plans: Vec::new() };
    let mut subject = Subject { call, files: Vec::new() };
    let (measured, others): (Vec<Ways>, Vec<Ways>) =
        ways.into_iter().partition(|ways| levels.iter().any(|level| *level == ways.file.name));
    // What is not measured takes the compiler as little as may be.
    let small = others.iter().filter_map(smallest).collect::<Vec<_>>();
    // Winograd's come first, once for all register files; layers behind them have shapes.
    for Ways { file, ways, .. } in measured {
        let mut measured = Measured { name: file.name, ways: Vec::new() };
        let count = ways.len();
        let spread = |at: usize| (at - BEST).is_multiple_of(((count - BEST) / OTHERS).max(1));
        let is_tiles = |way: &Way| matches!(way.choice, Choice::Winograd(_));
        let of_both: Vec<usize> = [true, false]
            .iter()
            .flat_map(|tiles| {
                let same = ways.iter().enumerate().filter(|(_, way)| is_tiles(way) == *tiles);
                same.map(|(at, _)| at).take(OF_AN_ALGORITHM)
            })
            .collect();
        let wanted = |at: usize, way: &Way| at < BEST || way.is_chosen || of_both.contains(&at) || spread(at);
        let wanted = ways.into_iter().enumerate().filter(|(at, way)| wanted(*at, way)).map(|(_, way)| way);
        for way in wanted {
            let text = way.choice.to_string();
            let free = case.plans.iter().position(|(plan, files)| match &way.choice {
                Choice::Winograd(_) => *plan == text,
                Choice::Direct(_) => plan.starts_with('[') && !files.contains(&file.name),
            });
            let index = free.unwrap_or(case.plans.len());
            match (free, &way.choice) {
                (None, Choice::Winograd(_)) => case.plans.push((text, vec![file.name])),
                (None, Choice::Direct(_)) => {
                    let all: Vec<&str> =
                        small.iter().chain([&text]).map(|text| text.trim_matches(['[', ']'])).collect();
                    case.plans.push((format!("[{}]", all.join(", ")), vec![file.name]));
                }
                (Some(at), Choice::Winograd(_)) => case.plans[at].1.push(file.name),
                (Some(at), Choice::Direct(_)) => {
                    let plan = &mut case.plans[at];
                    plan.0 = format!("{}, {}", plan.0.trim_end_matches(']'), text.trim_start_matches('['));
                    plan.1.push(file.name);
                }
            }
            measured.ways.push((way, index, f64::NAN));
        }
        subject.files.push(measured);
    }
    (subject, case)
}

/// Writes what is faster than the chosen plan into a tuning file.
fn write(path: &Path, subjects: &[Subject]) -> Result<()> {
    let mut text = if path.exists() { fs::read_to_string(path)? } else { String::new() };
    for subject in subjects {
        if let Some(plan) = subject.faster() {
            text = file::with(&text, &subject.call, &plan);
        }
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

impl Subject {
    /// What `plan` has to say, where the fastest on all register files together is worth it.
    fn faster(&self) -> Option<String> {
        // A plan has one algorithm on all of them.
        let mut plans: Vec<(String, f64)> = Vec::new();
        for (way, _, _) in self.files.iter().flat_map(|file| &file.ways) {
            let is_like = |other: &Choice| match (&way.choice, other) {
                (Choice::Direct(_), Choice::Direct(_)) => true,
                (one, other) => one == other,
            };
            let best = |file: &Measured| {
                file.ways
                    .iter()
                    .filter(|(way, _, _)| is_like(&way.choice))
                    .map(|(way, _, seconds)| (way.choice.to_string(), *seconds))
                    .min_by(|a, b| a.1.total_cmp(&b.1))
            };
            let Some(all) = self.files.iter().map(best).collect::<Option<Vec<_>>>() else { continue };
            let over = all.iter().zip(&self.files).map(|((_, seconds), file)| seconds / file.fastest()).sum();
            let texts: Vec<&str> = all.iter().map(|(text, _)| text.trim_matches(['[', ']'])).collect();
            let plan = match way.choice {
                Choice::Direct(_) => format!("[{}]", texts.join(", ")),
                Choice::Winograd(_) => texts[0].to_owned(),
            };
            plans.push((plan, over));
        }
        let (plan, over) = plans.into_iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
        let chosen = self.files.iter().map(|file| file.chosen().map_or(f64::INFINITY, |way| way.2) / file.fastest());
        (chosen.sum::<f64>() > over * WORTH).then_some(plan)
    }
}

/// The candidate with the smallest tiles.
fn smallest(ways: &Ways) -> Option<String> {
    let outputs = |way: &&Way| match &way.choice {
        Choice::Direct(files) => {
            files.iter().flat_map(|(_, shapes)| shapes).map(|shape| shape.rows * shape.pixels * shape.vectors).sum()
        }
        Choice::Winograd(_) => usize::MAX,
    };
    ways.ways.iter().min_by_key(outputs).map(|way| way.choice.to_string())
}

impl Measured {
    /// Seconds of the fastest.
    fn fastest(&self) -> f64 {
        self.ways.iter().map(|(_, _, seconds)| *seconds).fold(f64::INFINITY, f64::min)
    }

    /// The one that the planner takes.
    fn chosen(&self) -> Option<&(Way, usize, f64)> {
        self.ways.iter().find(|(way, _, _)| way.is_chosen)
    }
}

/// The candidates of a call.
fn table(subject: &Subject) -> String {
    let mut text = String::new();
    for file in &subject.files {
        let fastest = file.fastest();
        let of = file.chosen().map_or(f64::NAN, |(way, _, _)| way.cycles);
        let mut ways: Vec<&(Way, usize, f64)> = file.ways.iter().collect();
        ways.sort_by(|a, b| a.2.total_cmp(&b.2));
        let mut table =
            Table::new(["candidate", "", "predicted", "measured", "over the fastest"].map(str::to_owned).to_vec());
        for (way, _, seconds) in ways {
            let mark = if way.is_chosen { "chosen" } else { "" };
            let ratio = |ratio: f64| format!("{ratio:.3}");
            let (predicted, measured) = (ratio(way.cycles / of), ratio(seconds / fastest));
            table.push(vec![way.choice.to_string(), mark.to_owned(), predicted, duration(*seconds), measured]);
        }
        let _ = writeln!(text, "\n{} on {}\n\n{}", subject.call, file.name, table.render()); // writing to a string cannot fail
    }
    text
}

/// All times, a line each: call, register file, candidate, seconds.
fn lines(subjects: &[Subject]) -> String {
    let mut text = String::new();
    for (subject, file) in subjects.iter().flat_map(|subject| subject.files.iter().map(move |file| (subject, file))) {
        for (way, _, seconds) in &file.ways {
            let _ = writeln!(text, "{}\t{}\t{}\t{seconds:e}", subject.call, file.name, way.choice);
        }
    }
    text
}

/// How far the planner is off.
fn summary(subjects: &[Subject]) -> String {
    let mut table = Table::new(["call", "level", "chosen", "fastest", "over the fastest"].map(str::to_owned).to_vec());
    let (mut within, mut all) = (0, 0);
    for subject in subjects {
        for file in &subject.files {
            let Some((chosen, _, seconds)) = file.chosen() else { continue };
            let best = file
                .ways
                .iter()
                .min_by(|a, b| a.2.total_cmp(&b.2))
                .map_or_else(String::new, |(way, _, _)| way.choice.to_string());
            let over = seconds / file.fastest();
            all += 1;
            within += usize::from(over <= ALLOWED);
            let cells = [&subject.call, file.name, &chosen.choice.to_string(), &best, &format!("{over:.3}")];
            table.push(cells.map(str::to_owned).to_vec());
        }
    }
    let table = table.render();
    format!("\n{table}\n{within} of {all} chosen plans are within {:.0}% of the fastest\n", (ALLOWED - 1.0) * 100.0)
}
