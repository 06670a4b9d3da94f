//! Where a network's time goes: each step of a forward pass by itself, in the pass, with the caches as the steps before leave them.
//!
//! Comes in: a prepared network. Goes out: seconds a step, and a table of them. A look at the clock after each step is in its time:
//! some 20 nanoseconds.

use std::fmt::Write;
use std::time::Instant;

use toeplitz::{Layer, Level, Operator, Spec, Step, Work, level_name};

use crate::limits;
use crate::ours::Ours;
use crate::problem::{Axis, Direction};
use crate::report::{duration, percent};
use crate::table::Table;
use crate::timing::Effort;

/// Passes for each sample that was asked for.
const PASSES: usize = 20;

/// The fastest time of each step, in seconds, by the clock: another program's turn makes one slower, never faster.
pub fn fastest<L, const I: usize, const O: usize, const S: usize>(
    mut network: Ours<L, I, O, S>,
    effort: Effort,
) -> Vec<f64>
where
    L: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; S]>,
{
    let mut best = Vec::new();
    for _ in 0..effort.repetitions * PASSES {
        let mut before = Instant::now();
        network.trace(|step| {
            let seconds = before.elapsed().as_secs_f64();
            if best.len() <= step {
                best.resize(step + 1, f64::INFINITY);
            }
            best[step] = seconds.min(best[step]);
            before = Instant::now();
        });
    }
    best
}

/// The steps at `level` that took so many seconds each, no end of them those that were done with others, and how near they come to the
/// peak.
pub fn table(name: &str, spec: &Spec, level: Level, seconds: &[f64]) -> anyhow::Result<String> {
    let Operator::Network { steps, .. } = spec.operator else { anyhow::bail!("{name} is no network") };
    let peak = peak(level)?;
    let whole: f64 = seconds.iter().filter(|seconds| seconds.is_finite()).sum();
    let headings = ["step", "what", "fastest", "of all", "GFLOP/s", "of peak"].map(str::to_owned);
    let mut table = Table::new(headings.to_vec());
    let mut ideal = 0.0;
    for (last, &taken) in seconds.iter().enumerate().filter(|(_, seconds)| seconds.is_finite()) {
        let steps: Vec<&Step> = together(steps, seconds, last).into_iter().map(|step| &steps[step]).collect();
        let macs = steps.iter().map(|step| multiply_adds(&step.work)).sum::<anyhow::Result<u64>>()?;
        let flops = 2.0 * macs as f64;
        ideal += flops / peak;
        let rate = |text: String| if flops > 0.0 { text } else { String::new() };
        let join = |words: Vec<String>| words.join(" + ");
        table.push(vec![
            join(steps.iter().map(|step| step.name.to_owned()).collect()),
            join(steps.iter().map(|step| describe(&step.work)).collect()),
            duration(taken),
            percent(taken / whole),
            rate(format!("{:.1}", flops / taken / 1e9)),
            rate(percent(flops / taken / peak)),
        ]);
    }
    let mut text = format!("\n## Steps of {name}, {}\n\n{}", level_name(level), table.render());
    let _ = write!(
        text,
        "\nAll steps together {}; their multiply-adds alone at the peak {}, {} of it.\n",
        duration(whole),
        duration(ideal),
        percent(ideal / whole)
    );
    Ok(text)
}

/// The steps that are done when step `last` is: itself, and those without a time of their own that go into it, for they were done
/// together with what takes them.
fn together(steps: &[Step], seconds: &[f64], last: usize) -> Vec<usize> {
    let mut done = vec![last];
    for step in (0..last).rev().filter(|&step| seconds[step].is_infinite()) {
        // Value 0 is the network's input.
        if done.iter().any(|&taker| steps[taker].inputs.contains(&(step + 1))) {
            done.insert(0, step);
        }
    }
    done
}

/// Floating-point operations a second, at best.
fn peak(level: Level) -> anyhow::Result<f64> {
    const SAMPLES: usize = 200;
    let (mut work, macs) = limits::multiply_adds(level, size_of::<f32>());
    let mut best = f64::INFINITY;
    for _ in 0..SAMPLES {
        let start = Instant::now();
        work()?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    Ok(2.0 * macs / best)
}

/// Multiply-adds of a step, without those that would meet padding; none of what does not multiply.
fn multiply_adds(work: &Work) -> anyhow::Result<u64> {
    let Work::Layer(spec @ Spec { operator: Operator::Convolution, .. }) = work else { return Ok(0) };
    let mut taps = 1;
    for axis in spec.axes {
        taps *= Axis::new(axis, Direction::Forward)?.meetings(Direction::Forward).len();
    }
    Ok((taps * spec.in_channels / spec.groups * spec.out_channels) as u64)
}

/// A step in words, as in `14x14x32 -> 5x5x64, stride 2`.
fn describe(work: &Work) -> String {
    let spec = match work {
        Work::Layer(spec) => spec,
        Work::Add(_) => return "sum".to_owned(),
        Work::Concat(_) => return "concatenation".to_owned(),
        Work::Pad { zeros, .. } => return format!("{zeros} channels of zeros"),
    };
    let join = |sizes: Vec<usize>| sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("x");
    let sizes = |size: fn(&toeplitz::Axis) -> usize| spec.axes.iter().map(size);
    let input = join(sizes(|axis| axis.input).chain([spec.in_channels]).collect());
    let kernel = join(sizes(|axis| axis.kernel).chain([spec.out_channels]).collect());
    let kind = match spec.operator {
        Operator::Convolution if spec.axes.is_empty() => "dense",
        Operator::Convolution if spec.groups > 1 => "depthwise",
        Operator::Convolution => "convolution",
        Operator::MaxPool { .. } => "max pool",
        Operator::AveragePool { .. } => "average pool",
        Operator::Softmax { .. } => "softmax",
        _ => "",
    };
    let stride = spec.axes.first().map_or(1, |axis| axis.stride);
    let stride = if stride > 1 { format!(", stride {stride}") } else { String::new() };
    format!("{kind} {input} -> {kernel}{stride}")
}
