//! One layer at many sizes and with many numbers of channels, computed directly and as the planner sees fit: what an output costs, and
//! how much of the machine is used.
//!
//! Comes in: a SIMD level. Goes out: tables and points of lines. Must not know: how lines are drawn.
//!
//! The layers are measured one after the other, since the large ones need gigabytes; the two algorithms and the peak take turns.

use std::fmt::Write;

use anyhow::{Context, Result, anyhow};
use indicatif::ProgressBar;
use toeplitz::{Algorithm, Layer, Level, Spec, level_name};
use toeplitz_bench_layers::sizes::{channels, colours, features};

use crate::contender::{Contender, Forward};
use crate::lines::{Line, Picture, Point};
use crate::measure::{self, Subject};
use crate::ours::Ours;
use crate::problem::Problem;
use crate::report::{duration, percent};
use crate::table::Table;
use crate::timing::Effort;

/// Prepares generated code.
type Prepare = fn(&Problem, Level) -> Box<dyn Forward>;

/// A layer at one size.
struct Case {
    /// What differs from its neighbours, in words.
    name: &'static str,
    /// The same as a number: pixels, or channels.
    size: usize,
    spec: Spec,
    macs: u64,
    /// Prepares it as planned, and directly.
    prepare: [Prepare; 2],
}

/// The names of the two in tables and pictures.
const ALGORITHMS: [&str; 2] = ["auto", "direct"];

impl Case {
    fn new<Auto, Direct, const I: usize, const O: usize, const S: usize, const T: usize>(
        name: &'static str,
        size: usize,
    ) -> Self
    where
        Auto: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; S]> + 'static,
        Direct: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; T]> + 'static,
    {
        Self {
            name,
            size,
            spec: Auto::SPEC,
            macs: Auto::MACS,
            prepare: [prepare::<Auto, I, O, S>, prepare::<Direct, I, O, T>],
        }
    }

    /// Both algorithms on random numbers.
    fn subject(&self, level: Level) -> Result<Subject> {
        let problem = Problem::new(&self.spec, 1)?;
        let ours = self.prepare.iter().zip(ALGORITHMS);
        let ours = ours
            .map(|(prepare, name)| (level, Contender { name: name.to_owned(), forward: Ok(prepare(&problem, level)) }));
        Ok(Subject {
            name: self.name,
            shape: String::new(),
            element: size_of::<f32>(),
            macs: self.macs,
            moved: [problem.input.as_slice().len(), problem.expected.len()],
            ours: ours.collect(),
            peers: Vec::new(),
            expected: problem.expected,
        })
    }
}

/// Layers that differ in one size.
struct Series {
    /// The layer in words, with a letter for what differs.
    shape: &'static str,
    /// The picture that it is in.
    picture: &'static str,
    cases: Vec<Case>,
}

/// The pictures: names of files, titles, and what the sizes are.
const PICTURES: [(&str, &str, &str); 2] = [
    ("sizes", "A 3x3 convolution against the size of the image", "pixels of an image, width x height"),
    ("channels", "A 3x3 convolution on 14x14 against the number of channels", "channels, in and out"),
];

fn all() -> [Series; 3] {
    [
        Series { shape: "NxMx16 -> 3x3x16 same", picture: "sizes", cases: by_size() },
        Series { shape: "NxMx3 -> 3x3x16 same", picture: "sizes", cases: by_size_of_colours() },
        Series { shape: "14x14xN -> 3x3xN same", picture: "channels", cases: by_channels() },
    ]
}

fn by_size() -> Vec<Case> {
    vec![
        Case::new::<features::Side8, features::Side8Direct, _, _, _, _>("8x8", 8 * 8),
        Case::new::<features::Side16, features::Side16Direct, _, _, _, _>("16x16", 16 * 16),
        Case::new::<features::Side32, features::Side32Direct, _, _, _, _>("32x32", 32 * 32),
        Case::new::<features::Side64, features::Side64Direct, _, _, _, _>("64x64", 64 * 64),
        Case::new::<features::Side128, features::Side128Direct, _, _, _, _>("128x128", 128 * 128),
        Case::new::<features::Side256, features::Side256Direct, _, _, _, _>("256x256", 256 * 256),
        Case::new::<features::Side512, features::Side512Direct, _, _, _, _>("512x512", 512 * 512),
        Case::new::<features::Side1024, features::Side1024Direct, _, _, _, _>("1024x1024", 1024 * 1024),
        Case::new::<features::Side2048, features::Side2048Direct, _, _, _, _>("2048x2048", 2048 * 2048),
    ]
}

fn by_size_of_colours() -> Vec<Case> {
    vec![
        Case::new::<colours::Side8, colours::Side8Direct, _, _, _, _>("8x8", 8 * 8),
        Case::new::<colours::Side16, colours::Side16Direct, _, _, _, _>("16x16", 16 * 16),
        Case::new::<colours::Side32, colours::Side32Direct, _, _, _, _>("32x32", 32 * 32),
        Case::new::<colours::Side64, colours::Side64Direct, _, _, _, _>("64x64", 64 * 64),
        Case::new::<colours::Side128, colours::Side128Direct, _, _, _, _>("128x128", 128 * 128),
        Case::new::<colours::Side256, colours::Side256Direct, _, _, _, _>("256x256", 256 * 256),
        Case::new::<colours::Side512, colours::Side512Direct, _, _, _, _>("512x512", 512 * 512),
        Case::new::<colours::Side1024, colours::Side1024Direct, _, _, _, _>("1024x1024", 1024 * 1024),
        Case::new::<colours::Wide1920, colours::Wide1920Direct, _, _, _, _>("1920x1080", 1920 * 1080),
        Case::new::<colours::Side2048, colours::Side2048Direct, _, _, _, _>("2048x2048", 2048 * 2048),
        Case::new::<colours::Wide3840, colours::Wide3840Direct, _, _, _, _>("3840x2160", 3840 * 2160),
    ]
}

fn by_channels() -> Vec<Case> {
    vec![
        Case::new::<channels::Of1, channels::Of1Direct, _, _, _, _>("1", 1),
        Case::new::<channels::Of2, channels::Of2Direct, _, _, _, _>("2", 2),
        Case::new::<channels::Of4, channels::Of4Direct, _, _, _, _>("4", 4),
        Case::new::<channels::Of8, channels::Of8Direct, _, _, _, _>("8", 8),
        Case::new::<channels::Of16, channels::Of16Direct, _, _, _, _>("16", 16),
        Case::new::<channels::Of32, channels::Of32Direct, _, _, _, _>("32", 32),
        Case::new::<channels::Of64, channels::Of64Direct, _, _, _, _>("64", 64),
        Case::new::<channels::Of128, channels::Of128Direct, _, _, _, _>("128", 128),
        Case::new::<channels::Of256, channels::Of256Direct, _, _, _, _>("256", 256),
        Case::new::<channels::Of512, channels::Of512Direct, _, _, _, _>("512", 512),
        Case::new::<channels::Of1024, channels::Of1024Direct, _, _, _, _>("1024", 1024),
    ]
}

/// What one algorithm takes at one size.
#[derive(Clone, Copy)]
struct Cost {
    /// Seconds of a pass.
    time: f64,
    /// Multiply-adds, done or saved, over what the peak could do in that time.
    of_peak: f64,
    /// Nanoseconds over the number of output elements.
    per_output: f64,
}

/// A series with the costs of both algorithms at each size.
type Measured = (Series, Vec<[Cost; 2]>);

/// Measures all series at `level`: the tables, and the pictures with the names of their files.
///
/// # Errors
///
/// If a layer cannot be set up or computes something wrong.
pub fn report(level: Level, effort: Effort) -> Result<(String, Vec<(&'static str, Picture)>)> {
    let all = all();
    let bar = ProgressBar::new(all.iter().map(|series| series.cases.len() as u64).sum());
    let measured: Vec<Measured> =
        all.into_iter().map(|series| series.measure(level, effort, &bar)).collect::<Result<_>>()?;
    bar.finish_and_clear();
    let mut text = format!("# Cost against size, {}\n", level_name(level));
    for (series, costs) in &measured {
        let _ = write!(text, "\n## {}\n\n{}", series.shape, series.table(costs).render()); // a string can be written to
    }
    text += "\nTimes are medians. \"of peak\" compares them with a loop of independent multiply-adds in registers, measured in turns with the \
             layer, and counts true multiply-adds, whether they are done or saved. \"per output\" is the time over the number of output \
             elements. \"auto\" is what the planner chose.\n";
    let pictures = PICTURES.map(|(name, title, across)| (name, picture(&measured, name, title, across)));
    Ok((text, pictures.into()))
}

impl Series {
    /// Both algorithms in turns, size by size.
    fn measure(self, level: Level, effort: Effort, bar: &ProgressBar) -> Result<Measured> {
        let costs = self.cases.iter().map(|case| {
            let costs = case.measure(level, effort).with_context(|| format!("{} of {}", case.name, self.shape));
            bar.inc(1);
            costs
        });
        let costs = costs.collect::<Result<_>>()?;
        Ok((self, costs))
    }

    fn table(&self, costs: &[[Cost; 2]]) -> Table {
        let headings =
            ["", "auto is", "auto", "of peak", "per output", "direct", "of peak", "per output", "direct over auto"];
        let mut table = Table::new(headings.map(str::to_owned).to_vec());
        for (case, costs) in self.cases.iter().zip(costs) {
            let chosen = match case.spec.algorithm {
                Algorithm::Direct => "direct",
                Algorithm::Winograd { .. } => "winograd",
                Algorithm::Fft { .. } => "fft",
                Algorithm::Factored => "factored",
            };
            let cells = costs.iter().flat_map(|&Cost { time, of_peak, per_output }| {
                [duration(time), percent(of_peak), format!("{per_output:.3} ns")]
            });
            let [auto, direct] = costs;
            let ratio = format!("{:.2}x", direct.time / auto.time);
            table.push([case.name.to_owned(), chosen.to_owned()].into_iter().chain(cells).chain([ratio]).collect());
        }
        table
    }
}

impl Case {
    /// The costs of both algorithms.
    fn measure(&self, level: Level, effort: Effort) -> Result<[Cost; 2]> {
        let subject = self.subject(level)?;
        let outputs = subject.expected.len() as f64;
        let rows = measure::measure(&mut [measure::prepare(subject)], effort, |_| ())?;
        let mut costs = Vec::new();
        for (row, ours) in rows.into_iter().flat_map(|row| row.ours.into_iter().map(move |ours| (row.flops, ours))) {
            let time = ours.result?.median;
            costs.push(Cost { time, of_peak: row / time / ours.peak.median, per_output: time * 1e9 / outputs });
        }
        costs.try_into().map_err(|_| anyhow!("there are two algorithms"))
    }
}

/// The picture of this name: two lines for each series in it.
fn picture(measured: &[Measured], name: &str, title: &'static str, across: &'static str) -> Picture {
    let lines = |value: fn(&Cost) -> f64| {
        let series = measured.iter().filter(|(series, _)| series.picture == name);
        let lines = series.flat_map(|(series, costs)| {
            ALGORITHMS.iter().enumerate().map(move |(algorithm, label)| Line {
                name: format!("{}, {label}", series.shape),
                points: series
                    .cases
                    .iter()
                    .zip(costs)
                    .map(|(case, costs)| Point { name: case.name, x: case.size as f64, y: value(&costs[algorithm]) })
                    .collect(),
            })
        });
        lines.collect()
    };
    Picture {
        title,
        across,
        linear: ("% of the multiply-adds' peak", lines(|cost| cost.of_peak * 100.0)),
        logarithmic: ("ns per output", lines(|cost| cost.per_output)),
    }
}

/// `L` on the problem's numbers.
fn prepare<L, const I: usize, const O: usize, const S: usize>(problem: &Problem, level: Level) -> Box<dyn Forward>
where
    L: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; S]> + 'static,
{
    Box::new(Ours::<L, I, O, S>::new(&problem.numbers(L::SPEC.format), level))
}
