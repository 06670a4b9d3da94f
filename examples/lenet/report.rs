//! What the program says about its work.
//!
//! Comes in: predictions, labels, times. Goes out: lines and tables. Must not know: how a digit is read.

pub(crate) mod draw;

use std::{
    io::{self, Write},
    time::Duration,
};

use toeplitz::softmax;

use crate::network::{Lenet, Logits};

/// Predictions in a line of the list.
const PER_LINE: usize = 50;

/// How long a digit takes, here and by the reference.
pub(crate) struct Timing {
    /// Mean over all digits.
    pub(crate) digit: Duration,
    /// Mean over the sample.
    pub(crate) reference: Duration,
    /// How many digits the reference read.
    pub(crate) sample: usize,
    /// Largest difference between a logit and the reference's.
    pub(crate) difference: f64,
}

/// How many digits were read as what they are.
pub(crate) fn count_right(read: &[usize], labels: &[u8]) -> usize {
    read.iter().zip(labels).filter(|&(&read, &label)| read == usize::from(label)).count()
}

/// Accuracy, and the confusion matrix: how often each digit was read as each.
pub(crate) fn accuracy(out: &mut impl Write, read: &[usize], labels: &[u8]) -> io::Result<()> {
    let right = count_right(read, labels);
    let percent = 100.0 * right as f64 / read.len() as f64;
    writeln!(out, "accuracy: {right} of {} ({percent:.2} %)\n", read.len())?;

    let mut counts = [[0u32; 10]; 10];
    for (&read, &label) in read.iter().zip(labels) {
        counts[usize::from(label)][read] += 1;
    }
    write!(out, "read as ")?;
    for digit in 0..10 {
        write!(out, "{digit:>6}")?;
    }
    for (label, row) in counts.iter().enumerate() {
        write!(out, "\nis {label:>4} ")?;
        for &count in row {
            let cell = if count == 0 { "·".to_owned() } else { count.to_string() };
            write!(out, "{cell:>6}")?;
        }
    }
    writeln!(out, "\n")
}

/// What each digit was read as: in detail for a single one, as a list for many.
pub(crate) fn predictions(out: &mut impl Write, logits: &[Logits], read: &[usize]) -> io::Result<()> {
    if let [logits] = logits {
        let mut ranked: Vec<(usize, f32)> = probabilities(logits).into_iter().enumerate().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let words: Vec<String> =
            ranked[..3].iter().map(|(digit, probability)| format!("{digit} ({:.1} %)", 100.0 * probability)).collect();
        return writeln!(out, "read as {}", words.join(", then "));
    }
    writeln!(out, "read as:")?;
    for (line, read) in read.chunks(PER_LINE).enumerate() {
        let digits: String = read.iter().map(usize::to_string).collect();
        writeln!(out, "{:>8}  {digits}", format!("#{}", line * PER_LINE))?;
    }
    writeln!(out)
}

/// Time per digit beside the reference's, and how far the two are apart.
pub(crate) fn timing(out: &mut impl Write, timing: &Timing) -> io::Result<()> {
    let seconds = timing.digit.as_secs_f64();
    let macs = Lenet::MACS;
    let rate = 2.0 * macs as f64 / seconds / 1e9;
    let ratio = timing.reference.as_secs_f64() / seconds;
    let Timing { digit, reference, sample, difference } = timing;
    writeln!(out, "time per digit: {digit:.1?} for {macs} multiply-adds: {rate:.1} GFLOP/s")?;
    writeln!(out, "reference in f64: {reference:.1?} on {sample} digits, {ratio:.0} times as long")?;
    if cfg!(debug_assertions) {
        writeln!(out, "built without --release: these times mean nothing")?;
    }
    writeln!(out, "largest difference from the reference's logits: {difference:.1e}")
}

/// Logits as probabilities that add up to 1.
fn probabilities(logits: &Logits) -> Logits {
    let mut probabilities = [0.0; 10];
    softmax!(in: 10)().forward(logits, &mut probabilities);
    probabilities
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(print: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        print(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_of_the_matrix_are_labels_and_columns_predictions() {
        let text = text(|out| accuracy(out, &[4, 4, 9], &[4, 9, 9]));
        assert!(text.starts_with("accuracy: 2 of 3 (66.67 %)"), "{text}");
        let rows: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(rows[0], "read as      0     1     2     3     4     5     6     7     8     9");
        assert_eq!(rows[5], "is    4      ·     ·     ·     ·     1     ·     ·     ·     ·     ·");
        assert_eq!(rows[10], "is    9      ·     ·     ·     ·     1     ·     ·     ·     ·     1");
    }

    #[test]
    fn one_digit_is_told_with_its_rivals_and_many_as_a_list() {
        let mut logits = [0.0; 10];
        logits[7] = 5.0;
        logits[1] = 3.0;
        logits[2] = 1.0;
        let one = text(|out| predictions(out, &[logits], &[7]));
        assert_eq!(one, "read as 7 (83.3 %), then 1 (11.3 %), then 2 (1.5 %)\n");
        let many = text(|out| predictions(out, &[logits; 51], &[7; 51]));
        assert_eq!(many, format!("read as:\n      #0  {}\n     #50  7\n\n", "7".repeat(50)));
    }
}
