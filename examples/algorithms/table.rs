//! What was measured, as a table for people.
//!
//! Comes in: rows. Goes out: text. Must not know: how anything is computed.

use std::{
    io::{self, Write},
    time::Duration,
};

use toeplitz::{Toeplitz, level_name, levels};

use crate::{
    args::Args,
    check::Deviation,
    methods::{MACRO, Operations},
};

/// One way, measured.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// Once for all inputs: matrices, tables, spectra.
    pub(crate) preparation: Duration,
    /// One input, the fastest of many times.
    pub(crate) time: Duration,
    /// Memory besides input, weights and output.
    pub(crate) extra_bytes: usize,
    pub(crate) operations: Operations,
    pub(crate) deviation: Deviation,
}

/// Which layer it is, and what its buffers take.
pub(crate) fn heading(out: &mut impl Write, layout: &Toeplitz<2>, args: &Args) -> io::Result<()> {
    let bytes = |elements: usize| in_bytes(elements * size_of::<f32>());
    let [height, width] = layout.bands;
    writeln!(out, "Measured: {}x{} kernel, {layout}", height.kernel, width.kernel)?;
    if let Some(path) = &args.svg {
        writeln!(out, "a picture of that matrix is in {}", path.display())?;
    }
    writeln!(
        out,
        "input {}, weights {}, output {}; one thread, fastest of {}; random numbers of seed {}\n",
        bytes(layout.cols()),
        bytes(layout.weights()),
        bytes(layout.rows()),
        args.repetitions,
        args.seed,
    )
}

/// The table; times are compared with the row of the macro.
pub(crate) fn rows(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    let macro_time = rows.iter().find(|row| row.name == MACRO).map(|row| row.time.as_secs_f64());
    writeln!(
        out,
        "{:<15} {:>8} {:>8} {:>8} {:>9}  {:<25} {:>8} {:>8}",
        "", "prepared", "time", "slower", "memory", "operations", "error", "of bound"
    )?;
    for row in rows {
        // Without memory of its own a way has nothing to prepare but a few addresses.
        let prepared = if row.extra_bytes == 0 { "-".to_owned() } else { format!("{:.1?}", row.preparation) };
        let slower = macro_time.map(|time| format!("{:.1}x", row.time.as_secs_f64() / time)).unwrap_or_default();
        writeln!(
            out,
            "{:<15} {prepared:>8} {:>8} {slower:>8} {:>9}  {:<25} {:>8.1e} {:>8}",
            row.name,
            format!("{:.1?}", row.time),
            in_bytes(row.extra_bytes),
            in_words(row.operations),
            row.deviation.largest,
            format!("{:.2} %", 100.0 * row.deviation.of_bound),
        )?;
    }
    Ok(())
}

/// What the columns mean.
pub(crate) fn legend(out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "
prepared    once, before there is an input: matrices, tables, the weights' spectra, packed weights
slower      time over that of `conv2d!`
memory      besides input, weights and output; the macros' layers pack a copy of the weights
operations  a multiply-add is 2 flops. Those of the FFT are an estimate: 2.5 N log2 N for each
            transform of N real numbers, as FFTW's benchmarks count, and 8 for each product of two
            complex numbers and its addition
error       largest distance of an output from the sum in f64
of bound    largest such distance in percent of what rounding can explain (see check.rs)
AdderNet    (the last two rows) is no convolution: its outputs are other numbers, checked against
            another form of its own definition

The macros, FFT and matmul look for vector instructions when they run; the macros found {}. The others
use those that the program was compiled for: RUSTFLAGS=\"-C target-cpu=native\" gives them this CPU's.",
        levels().next().map_or("none", level_name)
    )?;
    if cfg!(debug_assertions) {
        writeln!(out, "built without --release: these times mean nothing")?;
    }
    Ok(())
}

/// `19_668_992` as `19,668,992`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes with a unit.
fn in_bytes(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{} B", grouped(bytes as u64)),
        10_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn in_words(operations: Operations) -> String {
    match operations {
        Operations::MultiplyAdds(count) => format!("{} multiply-adds", grouped(count)),
        Operations::Additions(count) => format!("{} additions", grouped(count)),
        Operations::Flops(count) => format!("{} flops", grouped(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_bytes_have_units() {
        assert_eq!([0, 999, 1_000, 19_668_992].map(grouped), ["0", "999", "1,000", "19,668,992"]);
        assert_eq!([0, 3_328, 78_400, 4_697_092].map(in_bytes), ["0 B", "3,328 B", "78.4 kB", "4.7 MB"]);
    }
}
