//! The Toeplitz matrix, drawn.
//!
//! Comes in: layers small enough to see, and the one that is measured. Goes out: text, and a picture in a file. Must
//! not know: values.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use anyhow::{Context, Result};
use toeplitz::{Toeplitz, conv2d};

conv2d! {
    /// So small that each non-zero has a letter.
    struct Tiny < in: 4x4x1, kernel: 3x3x1, padding: same, bias: false >;
}
conv2d! {
    /// Small enough to see every non-zero as a dot.
    struct Small < in: 5x6x2, kernel: 3x3x2, padding: same, bias: false >;
}

/// Explains the matrix by two small ones.
pub(crate) fn small(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "A convolution is a matrix. Take a 4x4 image and a 3x3 kernel, padding `same`:\n")?;
    for ky in 0..3 {
        writeln!(out, "    {} {} {}", letter([ky, 0]), letter([ky, 1]), letter([ky, 2]))?;
    }
    writeln!(
        out,
        "\nEach row is an output, each column an input, and a dot is a zero. Lines part rows of the image.\n"
    )?;
    lettered(out, &Tiny::TOEPLITZ)?;
    writeln!(
        out,
        "\nAlong each diagonal of a block stands one weight, and the blocks repeat along diagonals, too: doubly block\n\
         Toeplitz. With channels a block of weights stands in place of each letter. Height 5, width 6, two channels in\n\
         and two out, a dot for a non-zero:\n"
    )?;
    writeln!(out, "{}", Small::TOEPLITZ.spy_text())
}

/// Writes the pattern of non-zeros to a file, as SVG.
pub(crate) fn picture(layout: &Toeplitz<2>, path: &Path) -> Result<()> {
    fs::write(path, layout.spy())
        .with_context(|| format!("--svg: {} cannot be written; name a file in a folder that exists", path.display()))
}

/// The matrix of one channel, with a letter for each kernel element.
fn lettered(out: &mut impl Write, layout: &Toeplitz<2>) -> io::Result<()> {
    let [height, width] = layout.bands;
    let line = vec!["-".repeat(2 * width.input - 1); height.input].join("-+-");
    for row in 0..layout.rows() {
        if row > 0 && row % width.output == 0 {
            writeln!(out, "    {line}")?;
        }
        let mut cells = vec!['.'; layout.cols()];
        for entry in layout.row(row) {
            cells[entry.col] = letter(entry.kernel);
        }
        let blocks: Vec<String> = cells.chunks(width.input).map(spaced).collect();
        writeln!(out, "    {}", blocks.join(" | "))?;
    }
    Ok(())
}

/// The name of an element of a 3x3 kernel, `a` to `i`.
fn letter([ky, kx]: [usize; 2]) -> char {
    char::from(b'a' + (3 * ky + kx) as u8)
}

fn spaced(cells: &[char]) -> String {
    cells.iter().map(char::to_string).collect::<Vec<_>>().join(" ")
}
