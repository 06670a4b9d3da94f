//! A Markdown table that can be read as it stands.
//!
//! Comes in: cells. Goes out: text in which the columns line up.

use std::fmt::Write;

/// Cells under headings. The first two columns are words, aligned to the left; the rest are numbers.
pub struct Table {
    lines: Vec<Vec<String>>,
}

/// Columns that are words.
const WORDS: usize = 2;

impl Table {
    /// A table without rows.
    pub fn new(headings: Vec<String>) -> Self {
        Self { lines: vec![headings] }
    }

    /// Adds a row, as long as the headings.
    pub fn push(&mut self, row: Vec<String>) {
        self.lines.push(row);
    }

    /// The text, with a newline after every row.
    pub fn render(&self) -> String {
        let columns = self.lines[0].len();
        let width = |column: usize| self.lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for (number, line) in self.lines.iter().enumerate() {
            for (column, (cell, &width)) in line.iter().zip(&widths).enumerate() {
                // Writing to a string cannot fail.
                let _ =
                    if column < WORDS { write!(text, "| {cell:<width$} ") } else { write!(text, "| {cell:>width$} ") };
            }
            text.push_str("|\n");
            if number == 0 {
                for (column, &width) in widths.iter().enumerate() {
                    let rule = "-".repeat(width);
                    let _ = if column < WORDS { write!(text, "| {rule} ") } else { write!(text, "| {rule}:") };
                }
                text.push_str("|\n");
            }
        }
        text
    }
}
