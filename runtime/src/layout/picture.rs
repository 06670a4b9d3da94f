//! Pictures of a layout: where its non-zeros are, as SVG and as text.
//!
//! Comes in: a [`Toeplitz`], counted into [`Cells`]. Goes out: a string.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Toeplitz;
use super::cells::{Axis, Cells};

/// Most cells along either side of the SVG: with more, the picture would not fit on a screen.
const SVG_CELLS: usize = 256;
/// The longer side of the matrix in the SVG, in pixels, as far as whole pixels for a cell allow.
const SVG_SIDE: usize = 512;
/// Largest side of a cell, in pixels.
const SVG_CELL: usize = 16;
/// Room left, right and below, in pixels.
const MARGIN: usize = 20;
/// Room above, for the two lines of the title, in pixels.
const HEAD: usize = 60;
/// Narrowest SVG, in pixels, so that its title fits.
const SVG_WIDTH: usize = 520;
/// A grid closer than this, in pixels, is left out.
const GRID: usize = 6;
/// Opacities of a cell, by quarters of the density of the densest.
const SHADES: [&str; 4] = ["0.35", "0.55", "0.8", "1"];

/// Most dots in the text, down and across: 40 x 96 characters of 4 x 2 dots.
const TEXT_DOTS: (usize, usize) = (160, 192);

impl<const N: usize> Toeplitz<N> {
    /// The sparsity pattern as an SVG document: rows are outputs, columns inputs, a non-zero is dark. Light lines
    /// divide the blocks of the outermost axis.
    ///
    /// Beyond 256 rows or columns a cell stands for several elements, and is the darker the more of them are non-zero.
    pub fn spy(&self) -> String {
        let cells = Cells::new(self, SVG_CELLS, SVG_CELLS);
        let side = (SVG_SIDE / cells.rows.cells.max(cells.cols.cells)).clamp(1, SVG_CELL);
        let (width, height) = (cells.cols.cells * side, cells.rows.cells * side);
        let (full_width, full_height) = ((width + 2 * MARGIN).max(SVG_WIDTH), height + HEAD + MARGIN);
        let scale = match (cells.rows.size, cells.cols.size) {
            (1, 1) => String::new(),
            (tall, wide) => format!("; a cell is {tall} x {wide} elements"),
        };
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{full_width}" height="{full_height}" font-family="sans-serif">
<title>{title}</title>
<rect width="{full_width}" height="{full_height}" fill="#fff"/>
<text x="{MARGIN}" y="22" font-size="13" fill="#333">{title}</text>
<text x="{MARGIN}" y="46" font-size="11" fill="#333">{rows} outputs down, {cols} inputs across{scale}</text>
<g transform="translate({MARGIN} {HEAD})" shape-rendering="crispEdges">
<path d="{grid}" stroke="#ccc" fill="none"/>
{pattern}<rect width="{width}" height="{height}" stroke="#999" fill="none"/>
</g>
</svg>
"##,
            title = self.to_string().replace('>', "&gt;"),
            rows = self.rows(),
            cols = self.cols(),
            grid = self.grid(&cells, side),
            pattern = pattern(&cells, side),
        )
    }

    /// The sparsity pattern for a terminal: a line that sums the layout up, and a frame of at most 98 x 42 characters.
    /// A dot of a character is one element, or several where the matrix is larger than 160 rows or 192 columns.
    pub fn spy_text(&self) -> String {
        let cells = Cells::new(self, TEXT_DOTS.0, TEXT_DOTS.1);
        let border = "─".repeat(cells.cols.cells.div_ceil(2));
        let mut text = format!("{self}\n┌{border}┐\n");
        for top in (0..cells.rows.cells).step_by(4) {
            let rows: Vec<_> = (top..cells.rows.cells).take(4).map(|y| cells.row(y)).collect();
            text.push('│');
            text.extend((0..cells.cols.cells).step_by(2).map(|x| braille(&rows, x)));
            text.push_str("│\n");
        }
        text + "└" + &border + "┘\n"
    }

    /// Lines between the blocks of the outermost axis, as path data in pixels; empty without axes.
    fn grid(&self, cells: &Cells, side: usize) -> String {
        let mut path = String::new();
        let Some(band) = self.bands.first() else { return path };
        let (width, height) = (cells.cols.cells * side, cells.rows.cells * side);
        path.extend(lines(cells.rows, band.output, self.rows(), side).map(|line| format!("M0 {line}h{width}")));
        path.extend(lines(cells.cols, band.input, self.cols(), side).map(|line| format!("M{line} 0v{height}")));
        path
    }
}

/// Where the second and later of `blocks` equal blocks of `len` elements begin, in pixels; nowhere if that is too
/// close.
fn lines(axis: Axis, blocks: usize, len: usize, side: usize) -> impl Iterator<Item = usize> {
    let block = len / blocks;
    let far_enough = block * side >= GRID * axis.size;
    (1..blocks).filter(move |_| far_enough).map(move |index| index * block * side / axis.size)
}

/// The non-zeros, one path for each shade; neighbouring cells of one shade are one rectangle.
fn pattern(cells: &Cells, side: usize) -> String {
    let rows: Vec<_> = (0..cells.rows.cells).map(|y| cells.row(y)).collect();
    let densest = rows.iter().flatten().copied().fold(0.0, f64::max);
    // 0 for an empty cell, otherwise 1 and up.
    let shade =
        |density: f64| (0..SHADES.len()).take_while(|&quarter| 4.0 * density > quarter as f64 * densest).count();
    let mut paths = SHADES.map(|_| String::new());
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        for stroke in row.chunk_by(|a, b| shade(*a) == shade(*b)) {
            if let Some(shade) = shade(stroke[0]).checked_sub(1) {
                let (left, top, len) = (x * side, y * side, stroke.len() * side);
                paths[shade].extend([format!("M{left} {top}h{len}v{side}h-{len}z")]);
            }
            x += stroke.len();
        }
    }
    let mut pattern = String::new();
    let drawn = paths.iter().zip(SHADES).filter(|(path, _)| !path.is_empty());
    pattern.extend(
        drawn.map(|(path, opacity)| format!("<path d=\"{path}\" fill=\"#1f4e8c\" fill-opacity=\"{opacity}\"/>\n")),
    );
    pattern
}

/// The braille character for the cells of up to four rows at `x` and `x + 1`.
fn braille(rows: &[Vec<f64>], x: usize) -> char {
    // Dots are numbered down the left column and then the right one; the bottom row came later.
    const BITS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
    let mut dots = 0;
    for (row, bits) in rows.iter().zip(BITS) {
        for (density, bit) in row[x..].iter().zip(bits) {
            dots |= if *density > 0.0 { bit } else { 0 };
        }
    }
    char::from_u32(0x2800 | dots).unwrap_or(' ')
}
