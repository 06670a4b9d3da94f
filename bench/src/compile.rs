//! What layers cost to compile: `cargo build --release` of crates with nothing else, beside an empty one.
//!
//! Comes in: names of programs. Goes out: tables. Must not know: what is in the programs.
//!
//! The crates are made in a folder that is removed in the end. Dependencies are built before anything is measured.

mod programs;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use object::{Object, ObjectSection, ObjectSymbol, SectionKind};
use wait4::Wait4;

use crate::table::Table;
use programs::{LEVELS, Program};

/// What it takes to compile a program, and what comes of it; or that of one without what another takes.
#[derive(Clone, Copy)]
struct Cost {
    /// Seconds of the processor, of all processes.
    user: f64,
    /// Peak of the largest process in bytes.
    memory: f64,
    /// Lines of the intermediate code that LLVM gets.
    lines: f64,
    /// Bytes of code.
    text: f64,
    /// Bytes of the largest function of the layers.
    largest: f64,
}

impl Cost {
    /// What is more than in `other`.
    fn over(self, other: Self) -> Self {
        let Self { user, memory, lines, text, largest } = self;
        let [user, memory] = [user - other.user, memory - other.memory];
        Self { user, memory, lines: lines - other.lines, text: text - other.text, largest }
    }
}

/// Compiles the programs that `names` name, each as often as `repetitions` says, and reports what the cheapest build took.
///
/// # Errors
///
/// If there is no such program, or cargo fails.
pub fn report(names: &[String], repetitions: usize) -> Result<String> {
    let programs = programs::select(names)?;
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    let builder = Builder { folder: folder.path(), repetitions };
    let bar = ProgressBar::new((LEVELS.len() + programs.len()) as u64);
    bar.set_style(ProgressStyle::with_template("{wide_bar} {percent:>3}%  {msg:20}")?);
    let mut empty = Vec::new();
    for levels in 0..LEVELS.len() {
        bar.set_message("dependencies");
        empty.push(if programs.iter().any(|program| program.levels == levels) {
            Some(builder.cost(&programs::empty(levels))?)
        } else {
            None
        });
        bar.inc(1);
    }
    let mut costs = Vec::new();
    for program in &programs {
        bar.set_message(program.name.clone());
        let empty = empty[program.levels].context("an empty crate was measured")?;
        costs.push(builder.cost(program).with_context(|| format!("cannot compile {}", program.name))?.over(empty));
        bar.inc(1);
    }
    bar.finish_and_clear();
    // Writing to a string cannot fail.
    let mut text = format!("# What layers cost to compile\n\n{}", table(&programs, &costs).render());
    let _ = write!(
        text,
        "\n`cargo build --release` of a crate with these layers alone over an empty one, dependencies built: the least of {repetitions}. \"user \
         time\" is that of all processes, \"memory\" the peak of the largest. \"LLVM IR\" are lines before LLVM optimises, with one \
         codegen unit. \"text\" is the code in the program, of all levels it is built for; \"largest\" the largest function of a layer.\n"
    );
    if let Some(table) = by_level(&programs, &costs) {
        let _ = write!(text, "\n## By level, for each layer\n\n{}", table.render());
    }
    Ok(text)
}

fn table(programs: &[Program], costs: &[Cost]) -> Table {
    let headings =
        ["layers", "levels", "user time", "a layer", "memory", "LLVM IR", "a layer", "text", "a layer", "largest"];
    let mut table = Table::new(headings.map(str::to_owned).to_vec());
    for (program, cost) in programs.iter().zip(costs) {
        let layers = program.layers as f64;
        table.push(vec![
            program.name.clone(),
            LEVELS[program.levels].0.to_owned(),
            format!("{:.1} s", cost.user),
            format!("{:.2} s", cost.user / layers),
            format!("{:.0} MB", cost.memory / 1e6),
            format!("{:.0}", cost.lines),
            format!("{:.0}", cost.lines / layers),
            kilobytes(cost.text),
            kilobytes(cost.text / layers),
            kilobytes(cost.largest),
        ]);
    }
    table
}

/// What each level adds: the first by itself, the others over the first. Nothing if they were not compiled one by one.
fn by_level(programs: &[Program], costs: &[Cost]) -> Option<Table> {
    let of = |levels: usize| programs.iter().position(|program| program.levels == levels);
    let first = of(1)?;
    let layers = programs[first].layers as f64;
    let headings = ["level", "in", "user time", "LLVM IR", "text"];
    let mut table = Table::new(headings.map(str::to_owned).to_vec());
    for (levels, (name, _)) in LEVELS.iter().enumerate().skip(1) {
        let place = of(levels)?;
        let cost = if place == first { costs[first] } else { costs[place].over(costs[first]) };
        table.push(vec![
            name.rsplit(", ").next()?.to_owned(),
            programs[place].name.clone(),
            format!("{:.2} s", cost.user / layers),
            format!("{:.0}", cost.lines / layers),
            kilobytes(cost.text / layers),
        ]);
    }
    Some(table)
}

fn kilobytes(bytes: f64) -> String {
    format!("{:.1} KB", bytes / 1024.0)
}

/// Where programs are built, and how often.
struct Builder<'a> {
    folder: &'a Path,
    repetitions: usize,
}

impl Builder<'_> {
    /// What this program takes.
    fn cost(&self, program: &Program) -> Result<Cost> {
        self.prepare(program)?;
        if program.layers == 0 {
            self.cargo("build", &[])?; // dependencies, for these levels
        }
        let (mut user, mut memory) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..self.repetitions {
            self.prepare(program)?;
            let (seconds, bytes) = self.cargo("build", &[])?;
            (user, memory) = (user.min(seconds), memory.min(bytes));
        }
        let (text, largest) = sizes(&self.folder.join("target/release/one"))?;
        self.prepare(program)?;
        let flags = ["--", "--emit=llvm-ir", "-Ccodegen-units=1", "-Cno-prepopulate-passes"];
        self.cargo("rustc", &flags)?;
        Ok(Cost { user, memory, lines: self.lines()?, text, largest })
    }

    /// Writes the program anew, so that it is built again.
    fn prepare(&self, program: &Program) -> Result<()> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let runtime = workspace.join("runtime");
        let features = [&["std"], LEVELS[program.levels].1].concat();
        let manifest = format!(
            "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n\
             toeplitz = {{ path = {:?}, default-features = false, features = {features:?} }}\n[workspace]\n",
            runtime.display().to_string()
        );
        fs::create_dir_all(self.folder.join("src"))?;
        // Of the same dependencies as everything else here.
        fs::copy(workspace.join("Cargo.lock"), self.folder.join("Cargo.lock"))?;
        fs::write(self.folder.join("Cargo.toml"), manifest)?;
        fs::write(self.folder.join("src/main.rs"), &program.text)?;
        Ok(())
    }

    /// Seconds and bytes that cargo takes.
    fn cargo(&self, command: &str, flags: &[&str]) -> Result<(f64, f64)> {
        let mut cargo = Command::new("cargo");
        cargo.args([command, "--release", "--quiet", "--target-dir", "target"]).args(flags);
        let usage = cargo.current_dir(self.folder).spawn().context("there is no cargo")?.wait4()?;
        ensure!(usage.status.success(), "cargo {command}: {}", usage.status);
        Ok((usage.rusage.utime.as_secs_f64(), usage.rusage.maxrss as f64))
    }

    /// Lines of the intermediate code that was written last, which is removed.
    fn lines(&self) -> Result<f64> {
        let files = fs::read_dir(self.folder.join("target/release/deps"))?;
        let paths: Vec<PathBuf> = files.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
        let [path] =
            &paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "ll")).collect::<Vec<_>>()[..]
        else {
            bail!("rustc wrote no file of intermediate code, or several");
        };
        let lines = String::from_utf8(fs::read(path)?)?.lines().count();
        fs::remove_file(path)?;
        Ok(lines as f64)
    }
}

/// Bytes of a program's code, and of its largest function that is not of the standard library.
fn sizes(program: &Path) -> Result<(f64, f64)> {
    let bytes = fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let file = object::File::parse(&*bytes)?;
    let text: u64 =
        file.sections().filter(|section| section.kind() == SectionKind::Text).map(|section| section.size()).sum();
    let ours = |name: &str| ["one[", "one::", "toeplitz", "fearless_simd"].iter().any(|part| name.contains(part));
    let functions = file
        .symbols()
        .filter(|symbol| symbol.name().is_ok_and(|name| ours(&rustc_demangle::demangle(name).to_string())));
    Ok((text as f64, functions.map(|symbol| symbol.size()).max().unwrap_or(0) as f64))
}
