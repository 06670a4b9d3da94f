//! The shapes that are measured.
//!
//! A new shape is one item in the crate `layers` and one line in [`all`]. `peers.py` has the same table, but for `f64` and for channels in
//! front.

use std::fmt::Write;

use anyhow::{Result, bail};
use rayon::ThreadPool;
use toeplitz::{DataFormat, Element, Layer, Level, Operator, Padding, Spec, level_name};
use toeplitz_bench_layers::shapes as layers;

use crate::batch::{self, Times};
use crate::contender::{Contender, Forward};
use crate::measure::Subject;
use crate::ours::{Ours, OursOnImages};
use crate::problem::Problem;
use crate::timing::Effort;

fn all() -> Vec<Case> {
    vec![
        Case::new::<layers::S1, _, _, _, _>("S1").exactly::<layers::S1Exact, _, _, _, _>(),
        Case::new::<layers::S2, _, _, _, _>("S2").exactly::<layers::S2Exact, _, _, _, _>(),
        Case::new::<layers::S3, _, _, _, _>("S3").exactly::<layers::S3Exact, _, _, _, _>(),
        Case::new::<layers::S4, _, _, _, _>("S4").exactly::<layers::S4Exact, _, _, _, _>(),
        Case::new::<layers::S5, _, _, _, _>("S5"),
        Case::new::<layers::S6, _, _, _, _>("S6"),
        Case::new::<layers::S7, _, _, _, _>("S7").exactly::<layers::S7Exact, _, _, _, _>(),
        Case::new::<layers::S8, _, _, _, _>("S8").exactly::<layers::S8Exact, _, _, _, _>(),
        Case::new::<layers::S9, _, _, _, _>("S9").exactly::<layers::S9Exact, _, _, _, _>(),
        Case::new::<layers::S10, _, _, _, _>("S10").exactly::<layers::S10Exact, _, _, _, _>(),
        Case::new::<layers::S1, _, _, _, _>("S11").on_images::<layers::S1, _, _, _, _>(256),
        Case::new::<layers::S12, _, _, _, _>("S12"),
        Case::new::<layers::S13, _, _, _, _>("S13"),
        Case::new::<layers::C1, _, _, _, _>("C1").exactly::<layers::C1Exact, _, _, _, _>(),
        Case::new::<layers::C2, _, _, _, _>("C2").exactly::<layers::C2Exact, _, _, _, _>(),
        Case::new::<layers::C3, _, _, _, _>("C3").exactly::<layers::C3Exact, _, _, _, _>(),
        Case::new::<layers::C4, _, _, _, _>("C4").exactly::<layers::C4Exact, _, _, _, _>(),
        Case::new::<layers::C5, _, _, _, _>("C5").exactly::<layers::C5Exact, _, _, _, _>(),
        Case::new::<layers::C6, _, _, _, _>("C6").exactly::<layers::C6Exact, _, _, _, _>(),
        Case::new::<layers::C7, _, _, _, _>("C7").exactly::<layers::C7Exact, _, _, _, _>(),
        Case::new::<layers::T1, _, _, _, _>("T1"),
        Case::new::<layers::T2, _, _, _, _>("T2"),
        Case::new::<layers::V1, _, _, _, _>("V1"),
        Case::new::<layers::S1First, _, _, _, _>("S1-nchw"),
        Case::new::<layers::S4First, _, _, _, _>("S4-nchw"),
        Case::new::<layers::S9First, _, _, _, _>("S9-nchw"),
        Case::new::<layers::S1Double, _, _, _, _>("S1-f64"),
        Case::new::<layers::S4Double, _, _, _, _>("S4-f64"),
        Case::new::<layers::S9Double, _, _, _, _>("S9-f64"),
    ]
}

/// Prepares generated code.
type Prepare = fn(&Problem, Level) -> Box<dyn Forward>;

/// A layer to be measured.
pub struct Case {
    /// Its name on the command line and in the tables.
    pub name: &'static str,
    /// What it computes.
    pub spec: Spec,
    /// Bytes of an element: of `f32`, or of `f64`, in which no peer is timed.
    pub element: usize,
    /// How many images it is given at once.
    images: usize,
    /// Multiply-adds on one image, without those that would meet padding.
    macs: u64,
    /// Prepares the generated code.
    prepare: Prepare,
    /// Prepares the generated code of the same layer with `accuracy: exact`, where that is another code.
    prepare_exact: Option<Prepare>,
    /// Times batches of so many images on each of the pools.
    pub batch: fn(&Problem, usize, &[ThreadPool], Effort) -> Result<Times>,
}

impl Case {
    fn new<L, E, const I: usize, const O: usize, const S: usize>(name: &'static str) -> Self
    where
        E: Element,
        L: Layer<Element = E, Input = [E; I], Output = [E; O], Scratch = [E; S]> + 'static,
    {
        Self {
            name,
            spec: L::SPEC,
            element: size_of::<E>(),
            images: 1,
            macs: L::MACS,
            prepare: prepare::<L, E, I, O, S>,
            prepare_exact: None,
            batch: batch::measure::<L, E, I, O>,
        }
    }

    /// The same layer, of which `L` is what `accuracy: exact` makes.
    fn exactly<L, E, const I: usize, const O: usize, const S: usize>(self) -> Self
    where
        E: Element,
        L: Layer<Element = E, Input = [E; I], Output = [E; O], Scratch = [E; S]> + 'static,
    {
        Self { prepare_exact: Some(prepare::<L, E, I, O, S>), ..self }
    }

    /// The same layer, which is `L`, on so many images, one after the other.
    fn on_images<L, E, const I: usize, const O: usize, const S: usize>(self, images: usize) -> Self
    where
        E: Element,
        L: Layer<Element = E, Input = [E; I], Output = [E; O], Scratch = [E; S]> + 'static,
    {
        let prepare: Prepare =
            |problem, level| Box::new(OursOnImages::<L, I, O, S>::new(&problem.numbers(L::SPEC.format), level));
        Self { images, prepare, ..self }
    }

    /// Everybody on random numbers.
    ///
    /// # Errors
    ///
    /// If the problem cannot be set up.
    pub fn subject(self, levels: &[Level], peers: bool) -> Result<Subject> {
        let problem = Problem::new(&self.spec, self.images)?;
        let codes = [(Some(self.prepare), ""), (self.prepare_exact, " exact")];
        let codes = codes.into_iter().filter_map(|(prepare, remark)| Some((prepare?, remark)));
        let ours = levels.iter().flat_map(|&level| {
            let problem = &problem;
            codes.clone().map(move |(prepare, remark)| {
                let name = format!("{}{remark}", level_name(level));
                (level, Contender { name, forward: Ok(prepare(problem, level)) })
            })
        });
        Ok(Subject {
            name: self.name,
            shape: self.describe(),
            element: self.element,
            macs: self.macs * self.images as u64,
            moved: [problem.input.as_slice().len(), problem.expected.len()],
            ours: ours.collect(),
            peers: if peers && self.element == size_of::<f32>() { peers_on(&problem) } else { Vec::new() },
            expected: problem.expected,
        })
    }

    /// The shape in words, as in `28x28x1 -> 5x5x32 same, stride 2`.
    pub fn describe(&self) -> String {
        let Spec { operator, axes, in_channels, out_channels, groups, format, .. } = self.spec;
        let join = |sizes: Vec<usize>| sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("x");
        let sizes = |size: fn(&toeplitz::Axis) -> usize| axes.iter().map(size);
        let depthwise = groups > 1 && groups == in_channels && groups == out_channels;
        let images = if self.images == 1 { String::new() } else { format!("{} x ", self.images) };
        let kind = match operator {
            Operator::TransposedConvolution => "transposed ",
            _ if depthwise => "depthwise ",
            _ => "",
        };
        let input = join(sizes(|axis| axis.input).chain([in_channels]).collect());
        let kernel = join(sizes(|axis| axis.kernel).chain((!depthwise).then_some(out_channels)).collect());
        let mut text = format!("{images}{kind}{input} -> {kernel}");
        if axes.iter().any(|axis| axis.padding == Padding::Same) {
            text += " same";
        }
        if let Some(axis) = axes.iter().find(|axis| axis.stride != 1) {
            let _ = write!(text, ", stride {}", axis.stride); // writing to a string cannot fail
        }
        if format == DataFormat::ChannelsFirst {
            text += ", nchw";
        }
        if self.element == size_of::<f64>() {
            text += ", f64";
        }
        text
    }
}

/// `L` on the problem's numbers.
fn prepare<L, E, const I: usize, const O: usize, const S: usize>(problem: &Problem, level: Level) -> Box<dyn Forward>
where
    E: Element,
    L: Layer<Element = E, Input = [E; I], Output = [E; O], Scratch = [E; S]> + 'static,
{
    Box::new(Ours::<L, I, O, S>::new(&problem.numbers(L::SPEC.format), level))
}

/// The cases that `names` name, in any case of letters; all if there are none.
///
/// # Errors
///
/// If there is no such case.
pub fn select(names: &[String]) -> Result<Vec<Case>> {
    let cases = all();
    let known = |name: &String| cases.iter().any(|case| case.name.eq_ignore_ascii_case(name));
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let all: Vec<&str> = cases.iter().map(|case| case.name).collect();
        bail!("there is no shape {unknown}; there are {}", all.join(", "));
    }
    let wanted = |case: &Case| names.is_empty() || names.iter().any(|name| case.name.eq_ignore_ascii_case(name));
    Ok(cases.into_iter().filter(wanted).collect())
}

#[cfg(feature = "peers")]
fn peers_on(problem: &Problem) -> Vec<Contender> {
    crate::peers::on_layer(problem)
}

#[cfg(not(feature = "peers"))]
fn peers_on(_: &Problem) -> Vec<Contender> {
    Vec::new()
}
