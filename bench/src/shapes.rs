//! The shapes that are measured.
//!
//! A new shape is one item and one line in [`all`]. `peers.py` has the same table, but for `f64` and for channels in front.

use std::fmt::Write;

use anyhow::{Result, bail};
use rayon::ThreadPool;
use toeplitz::{DataFormat, Element, Layer, Level, Operator, Padding, Spec, level_name};
use toeplitz::{conv_transpose2d, conv1d, conv2d, conv3d, depthwise_conv2d};

use crate::batch::{self, Times};
use crate::contender::{Contender, Forward};
use crate::measure::Subject;
use crate::ours::Ours;
use crate::problem::Problem;
use crate::timing::Effort;

conv2d! { pub struct S1 < in: 28x28x1, kernel: 5x5x32, padding: same >; }
conv2d! { pub struct S2 < in: 14x14x32, kernel: 5x5x64, padding: same >; }
conv2d! { pub struct S3 < in: 8x8x16, kernel: 3x3x16, padding: same >; }
conv2d! { pub struct S4 < in: 56x56x64, kernel: 3x3x64, padding: same >; }
conv2d! { pub struct S5 < in: 56x56x64, kernel: 1x1x256 >; }
conv2d! { pub struct S7 < in: 224x224x3, kernel: 7x7x64, padding: same, stride: 2 >; }
conv2d! { pub struct S8 < in: 14x14x256, kernel: 3x3x256, padding: same >; }
conv2d! { pub struct S9 < in: 32x32x3, kernel: 3x3x32, padding: same >; }
conv2d! { pub struct S12 < in: 512x512x1, kernel: 3x3x1, padding: same >; }
conv2d! { pub struct S13 < in: 28x28x16, kernel: 3x3x10, stride: 2 >; }
depthwise_conv2d! { pub struct Depthwise < in: 112x112x32, kernel: 3x3, padding: same >; }
conv_transpose2d! { pub struct Transposed2 < in: 14x14x64, kernel: 2x2x32, stride: 2 >; }
conv_transpose2d! { pub struct Transposed4 < in: 14x14x64, kernel: 4x4x32, padding: same, stride: 2 >; }
conv1d! { pub struct Audio < in: 16000x1, kernel: 80x64, stride: 16 >; }
conv3d! { pub struct Volume < in: 16x32x32x8, kernel: 3x3x3x16, padding: same >; }
conv2d! { pub struct S1First < in: 28x28x1, kernel: 5x5x32, padding: same, layout: nchw >; }
conv2d! { pub struct S4First < in: 56x56x64, kernel: 3x3x64, padding: same, layout: nchw >; }
conv2d! { pub struct S9First < in: 32x32x3, kernel: 3x3x32, padding: same, layout: nchw >; }
conv2d! { pub struct S1Double < in: 28x28x1, kernel: 5x5x32, padding: same, dtype: f64 >; }
conv2d! { pub struct S4Double < in: 56x56x64, kernel: 3x3x64, padding: same, dtype: f64 >; }
conv2d! { pub struct S9Double < in: 32x32x3, kernel: 3x3x32, padding: same, dtype: f64 >; }

fn all() -> [Case; 21] {
    [
        Case::new::<S1, _, _, _, _>("S1"),          // the first layer of a digit classifier
        Case::new::<S2, _, _, _, _>("S2"),          // its second
        Case::new::<S3, _, _, _, _>("S3"),          // so small that overheads count
        Case::new::<S4, _, _, _, _>("S4"),          // the middle of an image classifier
        Case::new::<S5, _, _, _, _>("S5"),          // the same without a window: a matrix product
        Case::new::<S7, _, _, _, _>("S7"),          // the first layer of an image classifier
        Case::new::<S8, _, _, _, _>("S8"),          // weights larger than the first two caches
        Case::new::<S9, _, _, _, _>("S9"),          // a small colour image
        Case::new::<S12, _, _, _, _>("S12"),        // an image filter, bound by memory
        Case::new::<S13, _, _, _, _>("S13"),        // channels that fill no vector
        Case::new::<Depthwise, _, _, _, _>("D1"),   // the middle of a mobile network, bound by memory
        Case::new::<Transposed2, _, _, _, _>("T1"), // the way back up of a segmentation network, windows side by side
        Case::new::<Transposed4, _, _, _, _>("T2"), // the same with windows that overlap
        Case::new::<Audio, _, _, _, _>("A1"),       // the first layer on a second of sound
        Case::new::<Volume, _, _, _, _>("V1"),      // a small volume, or a short film
        Case::new::<S1First, _, _, _, _>("S1-nchw"),
        Case::new::<S4First, _, _, _, _>("S4-nchw"),
        Case::new::<S9First, _, _, _, _>("S9-nchw"),
        Case::new::<S1Double, _, _, _, _>("S1-f64"),
        Case::new::<S4Double, _, _, _, _>("S4-f64"),
        Case::new::<S9Double, _, _, _, _>("S9-f64"),
    ]
}

/// A layer to be measured.
pub struct Case {
    /// Its name on the command line and in the tables.
    pub name: &'static str,
    /// What it computes.
    pub spec: Spec,
    /// Bytes of an element: of `f32`, or of `f64`, which no peer computes.
    pub element: usize,
    /// Multiply-adds of one forward pass, without those that would meet padding.
    macs: u64,
    /// Prepares the generated code.
    prepare: fn(&Problem, Level) -> Box<dyn Forward>,
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
            macs: L::MACS,
            prepare: |problem, level| Box::new(Ours::<L, I, O, S>::new(&problem.numbers(L::SPEC.format), level)),
            batch: batch::measure::<L, E, I, O>,
        }
    }

    /// Everybody on random numbers.
    ///
    /// # Errors
    ///
    /// If the problem cannot be set up.
    pub fn subject(self, levels: &[Level], peers: bool) -> Result<Subject> {
        let problem = Problem::new(&self.spec)?;
        let ours = levels.iter().map(|&level| {
            let contender =
                Contender { name: level_name(level).to_owned(), forward: Ok((self.prepare)(&problem, level)) };
            (level, contender)
        });
        Ok(Subject {
            name: self.name,
            shape: self.describe(),
            element: self.element,
            macs: self.macs,
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
        let kind = match operator {
            Operator::TransposedConvolution => "transposed ",
            _ if depthwise => "depthwise ",
            _ => "",
        };
        let input = join(sizes(|axis| axis.input).chain([in_channels]).collect());
        let kernel = join(sizes(|axis| axis.kernel).chain((!depthwise).then_some(out_channels)).collect());
        let mut text = format!("{kind}{input} -> {kernel}");
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
