//! Digits drawn with half-block characters, two pixels to a character.
//!
//! Comes in: digits and what they were read as. Goes out: lines for a terminal, coloured only where there is one. Must not
//! know: how a digit is read.

use std::io::{self, Write};

use console::{Term, style};

use crate::data::{Digit, SIDE};

/// Pixels left out at each edge: MNIST's digits hardly ever reach them, and three then fit in 80 columns.
const MARGIN: usize = 2;
/// Columns of a drawing.
const WIDTH: usize = SIDE - 2 * MARGIN;
/// Columns between two drawings.
const GAP: usize = 3;
/// Columns where standard output is no terminal.
const DEFAULT_COLUMNS: usize = 80;

/// Draws up to `count` digits side by side, each under its number and what it was read as; a misread one is marked.
pub(crate) fn digits(
    out: &mut impl Write,
    digits: &[Digit],
    read: &[usize],
    labels: Option<&[u8]>,
    count: usize,
) -> io::Result<()> {
    let columns = Term::stdout().size_checked().map_or(DEFAULT_COLUMNS, |(_, columns)| usize::from(columns));
    let side_by_side = ((columns + GAP) / (WIDTH + GAP)).max(1);
    let wrong = |index: usize| labels.is_some_and(|labels| usize::from(labels[index]) != read[index]);
    for row in chosen(digits.len(), wrong, count).chunks(side_by_side) {
        for &index in row {
            let caption = caption(index, read[index], labels.map(|labels| labels[index]));
            let caption = style(format!("{caption:<width$}", width = WIDTH + GAP));
            write!(out, "{}", if wrong(index) { caption.red().bold() } else { caption })?;
        }
        writeln!(out)?;
        for y in (MARGIN..SIDE - MARGIN).step_by(2) {
            let lines: Vec<String> = row.iter().map(|&index| half_blocks(&digits[index], y)).collect();
            writeln!(out, "{}", lines.join(&" ".repeat(GAP)))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The first digits of the set, half of them misread ones as far as there are such.
fn chosen(len: usize, wrong: impl Fn(usize) -> bool, count: usize) -> Vec<usize> {
    let misread: Vec<usize> = (0..len).filter(|&index| wrong(index)).take(count / 2).collect();
    let right = (0..len).filter(|&index| !wrong(index)).take(count - misread.len());
    right.chain(misread.iter().copied()).collect()
}

/// `#18: 3` for a digit read as 3, with what it really is if that is something else.
fn caption(index: usize, read: usize, label: Option<u8>) -> String {
    match label {
        Some(label) if usize::from(label) == read => format!("#{index}: {read} ✓"),
        Some(label) => format!("#{index}: {read} ✗ (is {label})"),
        None => format!("#{index}: {read}"),
    }
}

/// Rows `y` and `y + 1` of a digit as one line of characters.
fn half_blocks(digit: &Digit, y: usize) -> String {
    let inked = |y: usize, x: usize| digit[y * SIDE + x] >= 96;
    (MARGIN..SIDE - MARGIN)
        .map(|x| match (inked(y, x), inked(y + 1, x)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::PIXELS;

    #[test]
    fn two_rows_become_one_line() {
        let mut digit = [0; PIXELS];
        digit[10 * SIDE + MARGIN] = 255;
        digit[11 * SIDE + MARGIN] = 255;
        digit[10 * SIDE + MARGIN + 1] = 255;
        digit[11 * SIDE + MARGIN + 2] = 255;
        assert_eq!(half_blocks(&digit, 10).trim_end(), "█▀▄");
        assert_eq!(half_blocks(&digit, 12).trim_end(), "");
    }

    #[test]
    fn half_of_the_drawn_are_misread_if_there_are_enough() {
        assert_eq!(chosen(10, |index| index >= 5, 6), [0, 1, 2, 5, 6, 7]);
        assert_eq!(chosen(10, |index| index == 4, 6), [0, 1, 2, 3, 5, 4]);
        assert_eq!(chosen(2, |_| false, 6), [0, 1]);
        assert_eq!(chosen(10, |_| true, 0), [0usize; 0]);
    }

    #[test]
    fn a_misread_digit_is_marked() {
        assert_eq!(caption(18, 3, Some(8)), "#18: 3 ✗ (is 8)");
        assert_eq!(caption(18, 3, Some(3)), "#18: 3 ✓");
        assert_eq!(caption(18, 3, None), "#18: 3");
    }
}
