//! Batches: images one by one, and by `forward_batch` (of a single image `forward_at`) on one thread and on more.
//!
//! Comes in: shapes, and how many images. Goes out: a table. Must not know: how single images are reported.
//!
//! Several threads take more of the processors' time than passes by the clock, so here the clock counts, and the process is bound
//! to no core. All ways to compute a batch take turns, and the fastest sample of each is compared: another program's turn makes a
//! sample slower, never faster.

use std::fmt::Write;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use rayon::{ThreadPool, ThreadPoolBuilder};
use toeplitz::{Buffer, Element, Layer, levels};

use crate::buffer::{AlignedVec, fill};
use crate::ours::packed;
use crate::problem::Problem;
use crate::report::{duration, percent};
use crate::shapes::Case;
use crate::table::Table;
use crate::timing::{Effort, median};

/// What a batch takes, in seconds an image.
pub struct Times {
    /// Calls of `forward`, one after the other.
    one_by_one: Samples,
    /// `forward_batch`, for each number of threads.
    batch: Vec<(usize, Samples)>,
}

/// Seconds an image.
#[derive(Default)]
struct Samples(Vec<f64>);

impl Samples {
    /// Takes a sample of `run`, which computes `images`.
    fn add(&mut self, images: usize, run: impl FnOnce() -> Result<()>) -> Result<()> {
        let start = Instant::now();
        run()?;
        self.0.push(start.elapsed().as_secs_f64() / images as f64);
        Ok(())
    }

    fn fastest(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

/// The table of batches of `images` images of the `cases`, at the best level of this CPU.
///
/// # Errors
///
/// If there is no thread to be had, a shape cannot be set up, or a batch is not what its images are one by one.
pub fn report(cases: &[Case], images: usize, effort: Effort) -> Result<String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = (0..).map(|power| 1 << power).take_while(|&threads| threads < cores).chain([cores]);
    let pool = |threads| ThreadPoolBuilder::new().num_threads(threads).build();
    let pools: Vec<ThreadPool> = threads.map(pool).collect::<Result<_, _>>().context("cannot start threads")?;

    let headings = ["", "shape", "threads", "an image", "fastest", "one by one", "of one by one", "throughput"];
    let mut table = Table::new(headings.map(str::to_owned).to_vec());
    for case in cases {
        let problem = Problem::new(&case.spec, 1)?;
        let times = (case.batch)(&problem, images, &pools, effort).with_context(|| case.name)?;
        let (alone, single) = (times.one_by_one.fastest(), times.batch[0].1.fastest());
        for (threads, samples) in times.batch {
            table.push(vec![
                case.name.to_owned(),
                case.describe(),
                threads.to_string(),
                duration(median(&samples.0)),
                duration(samples.fastest()),
                duration(alone),
                percent(samples.fastest() / alone),
                format!("{:.2}x", single / samples.fastest()),
            ]);
        }
    }
    let mut text = format!("# Batches of {images} images\n\n{}", table.render());
    let _ = write!(
        text,
        "\nTimes are by the clock, for each image of a batch whose images are all different. \"one by one\" is the fastest time of \
         `forward` on the same images, \"of one by one\" compares the fastest times, and \"throughput\" is that of one thread's batch, \
         as many times.\n"
    );
    Ok(text)
}

/// Times batches of `L` on the problem's weights.
///
/// # Errors
///
/// As [`report`].
pub fn measure<L, E, const I: usize, const O: usize>(
    problem: &Problem,
    images: usize,
    pools: &[ThreadPool],
    effort: Effort,
) -> Result<Times>
where
    E: Element,
    L: Layer<Element = E, Input = [E; I], Output = [E; O]>,
{
    let numbers = problem.numbers(L::SPEC.format);
    let layer = packed::<L>(&numbers);
    let (mut inputs, mut outputs) = (AlignedVec::zeros(images * I), AlignedVec::zeros(images * O));
    let inputs = inputs.as_mut_slice().as_chunks_mut::<I>().0;
    for (image, input) in inputs.iter_mut().enumerate() {
        fill(input, &numbers.input);
        input.rotate_left(image % I);
    }
    let outputs = outputs.as_mut_slice().as_chunks_mut::<O>().0;
    // Of one image it is `forward_at` that is timed, which is given its memory: a batch makes that anew for its images.
    let (level, mut scratch) = (levels().next().context("there is no level")?, L::Scratch::zeroed());
    let mut batch = |outputs: &mut [[E; O]]| {
        match (&*inputs, &mut *outputs) {
            ([input], [output]) => layer.forward_at(level, input, output, &mut scratch),
            _ => layer.forward_batch(inputs, outputs)?,
        }
        anyhow::Ok(())
    };
    let one_by_one = |outputs: &mut [[E; O]]| {
        inputs.iter().zip(outputs).for_each(|(input, output)| layer.forward(input, output));
        Ok(())
    };

    let mut times = Times { one_by_one: Samples::default(), batch: Vec::new() };
    one_by_one(outputs)?;
    let expected = outputs.to_vec();
    for pool in pools {
        outputs.as_flattened_mut().fill(E::from_f64(f64::NAN));
        pool.install(|| batch(outputs))?;
        ensure!(outputs == expected, "a batch differs from its images one by one");
        times.batch.push((pool.current_num_threads(), Samples::default()));
    }
    if times.batch.is_empty() {
        bail!("there are no threads");
    }
    for _ in 0..effort.repetitions {
        times.one_by_one.add(images, || one_by_one(outputs))?;
        for (pool, (_, samples)) in pools.iter().zip(&mut times.batch) {
            // By a clock inside the pool: that the calling thread waits for another to wake is no part of a batch.
            pool.install(|| samples.add(images, || batch(outputs)))?;
        }
    }
    Ok(times)
}
