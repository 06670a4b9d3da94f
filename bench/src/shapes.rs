//! The shapes that are measured.
//!
//! A new shape is one `conv2d!` item and one line in [`all`]. `peers.py` has the same table, but for `f64`.

use std::fmt::Write;

use anyhow::{Result, bail};
use rayon::ThreadPool;
use toeplitz::{Element, Layer, Level, Padding, Spec, conv2d};

use crate::batch::{self, Times};
use crate::contender::Convolution;
use crate::ours;
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
conv2d! { pub struct S1Double < in: 28x28x1, kernel: 5x5x32, padding: same, dtype: f64 >; }
conv2d! { pub struct S4Double < in: 56x56x64, kernel: 3x3x64, padding: same, dtype: f64 >; }
conv2d! { pub struct S9Double < in: 32x32x3, kernel: 3x3x32, padding: same, dtype: f64 >; }

fn all() -> [Case; 13] {
    [
        Case::new::<S1, _, _, _>("S1"),   // the first layer of a digit classifier
        Case::new::<S2, _, _, _>("S2"),   // its second
        Case::new::<S3, _, _, _>("S3"),   // so small that overheads count
        Case::new::<S4, _, _, _>("S4"),   // the middle of an image classifier
        Case::new::<S5, _, _, _>("S5"),   // the same without a window: a matrix product
        Case::new::<S7, _, _, _>("S7"),   // the first layer of an image classifier
        Case::new::<S8, _, _, _>("S8"),   // weights larger than the first two caches
        Case::new::<S9, _, _, _>("S9"),   // a small colour image
        Case::new::<S12, _, _, _>("S12"), // an image filter, bound by memory
        Case::new::<S13, _, _, _>("S13"), // channels that fill no vector
        Case::new::<S1Double, _, _, _>("S1-f64"),
        Case::new::<S4Double, _, _, _>("S4-f64"),
        Case::new::<S9Double, _, _, _>("S9-f64"),
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
    pub macs: u64,
    /// Prepares the generated code.
    pub prepare: fn(&Problem, Level) -> Box<dyn Convolution>,
    /// Times batches of so many images on each of the pools.
    pub batch: fn(&Problem, usize, &[ThreadPool], Effort) -> Result<Times>,
}

impl Case {
    fn new<L, E, const I: usize, const O: usize>(name: &'static str) -> Self
    where
        E: Element,
        L: Layer<Element = E, Input = [E; I], Output = [E; O]> + 'static,
    {
        Self {
            name,
            spec: L::SPEC,
            element: size_of::<E>(),
            macs: L::MACS,
            prepare: ours::prepare::<L, E, I, O>,
            batch: batch::measure::<L, E, I, O>,
        }
    }

    /// The shape in words, as in `28x28x1 -> 5x5x32 same, stride 2`.
    pub fn describe(&self) -> String {
        let join = |sizes: Vec<usize>| sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("x");
        let sizes = |size: fn(&toeplitz::Axis) -> usize| self.spec.axes.iter().map(size);
        let input = join(sizes(|axis| axis.input).chain([self.spec.in_channels]).collect());
        let kernel = join(sizes(|axis| axis.kernel).chain([self.spec.out_channels]).collect());
        let mut text = format!("{input} -> {kernel}");
        if self.spec.axes.iter().any(|axis| axis.padding == Padding::Same) {
            text += " same";
        }
        if let Some(axis) = self.spec.axes.iter().find(|axis| axis.stride != 1) {
            let _ = write!(text, ", stride {}", axis.stride); // writing to a string cannot fail
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
