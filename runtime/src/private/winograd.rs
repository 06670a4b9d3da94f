//! Tiles of a convolution by Winograd's algorithm: their transformations, from and to images.
//!
//! Comes in: images, products, and the transformations along one axis, which the generator writes out. Goes out: transformed tiles, outputs.
//! Must not know: which points a transformation has, how products are computed.
//!
//! Lanes are channels. The last vector of them covers some of the one before, where there are more channels than whole vectors.

use core::ops::Range;

use fearless_simd::Simd;

use super::math::{Vector, zero};
use crate::Element;

/// An image, or the outputs of a convolution: `[height][width][channels]`.
#[derive(Clone, Copy)]
pub struct Image {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Channels of a pixel.
    pub channels: usize,
}

/// Elements of tiles in memory of their own for each class: those that all tiles have, those that the last tile of a row lacks, those that the last row
/// of tiles lacks, and those that both do.
pub type Classes<'a, E> = [&'a [E]; 4];

/// The same, to be written.
pub type ClassesMut<'a, E> = [&'a mut [E]; 4];

/// Where elements lie in each class's memory.
#[derive(Clone, Copy)]
pub struct Grid {
    /// Rows, and columns, of elements in the first classes.
    pub split: [usize; 2],
    /// From one row of tiles to the next.
    pub row: [usize; 4],
    /// From one tile to the next.
    pub tile: [usize; 4],
    /// From one row of a tile's elements to the next.
    pub line: [usize; 4],
    /// From one element of a row to the next.
    pub element: [usize; 4],
    /// Channels.
    pub channels: usize,
}

impl Image {
    /// Where a row begins; what is below the last begins where that ends.
    #[inline(always)]
    pub fn row(&self, row: usize) -> usize {
        row.min(self.height) * self.width * self.channels
    }

    /// Where the first channel of a pixel is.
    #[inline(always)]
    pub fn at(&self, row: usize, column: usize) -> usize {
        (row * self.width + column) * self.channels
    }
}

impl Grid {
    /// The columns of elements of each class, of so many in all.
    #[inline(always)]
    fn columns(&self, columns: usize) -> [Range<usize>; 2] {
        let near = self.split[1].min(columns);
        [0..near, near..columns]
    }

    /// Rows of a tile in each class, of so many in all.
    #[inline(always)]
    fn rows(&self, rows: usize) -> [usize; 2] {
        let near = self.split[0].min(rows);
        [near, rows - near]
    }

    /// Where the elements of a tile begin in a class.
    #[inline(always)]
    fn begin(&self, class: usize, (row, tile): (usize, usize)) -> usize {
        row * self.row[class] + tile * self.tile[class]
    }
}

/// The first channel of each vector of `channels`.
#[inline(always)]
pub fn vectors(channels: usize, lanes: usize) -> impl Iterator<Item = usize> {
    (0..channels.div_ceil(lanes)).map(move |vector| (vector * lanes).min(channels - lanes))
}

/// A vector of each of `COUNT` things that are `apart` from each other.
#[inline(always)]
pub fn strided<S: Simd, V: Vector<S>, const COUNT: usize>(simd: S, from: &[V::Element], apart: usize) -> [V; COUNT] {
    let from = &from[..(COUNT - 1) * apart + V::LEN];
    let mut vectors = [V::splat(simd, zero()); COUNT];
    for (index, vector) in vectors.iter_mut().enumerate() {
        *vector = V::from_slice(simd, &from[index * apart..][..V::LEN]);
    }
    vectors
}

/// The same of the things from `first` on, of so many, each from its element `at` on. Before the first and beyond the last there are zeros.
#[inline(always)]
fn neighbours<S: Simd, V: Vector<S>, const COUNT: usize>(
    simd: S,
    from: &[V::Element],
    [all, apart]: [usize; 2],
    first: usize,
    at: usize,
) -> [V; COUNT] {
    if first < all && first + COUNT <= all {
        return strided(simd, &from[first * apart + at..], apart);
    }
    let mut vectors = [V::splat(simd, zero()); COUNT];
    for (index, vector) in vectors.iter_mut().enumerate() {
        let index = first.wrapping_add(index);
        if index < all {
            *vector = V::from_slice(simd, &from[index * apart + at..][..V::LEN]);
        }
    }
    vectors
}

/// The first `rows` rows of a tile whose first input is at row `top` and column `left`, transformed along the columns. What lies before 0 is beyond
/// the image: inputs there are zeros.
#[inline(always)]
pub fn rows<S: Simd, V: Vector<S>, const COLUMNS: usize, const WIDTH: usize>(
    simd: S,
    (input, image, channel): (&[V::Element], Image, usize),
    (top, left): (usize, usize),
    half: &mut [[V; WIDTH]],
    across: impl Fn([V; COLUMNS]) -> [V; COLUMNS],
) {
    let Image { height, width, channels } = image;
    // Rows are not written out: each is as much code as all columns below.
    for (row, half) in half.iter_mut().enumerate() {
        let y = top.wrapping_add(row);
        let inputs = if y < height {
            let line = &input[y * width * channels..][..width * channels];
            neighbours(simd, line, [width, channels], left, channel)
        } else {
            [V::splat(simd, zero()); COLUMNS]
        };
        half[..COLUMNS].copy_from_slice(&across(inputs));
    }
}

/// Such rows, transformed along `columns` of them, as the tile `at`.
#[inline(always)]
pub fn columns<S: Simd, V: Vector<S>, const ROWS: usize, const WIDTH: usize>(
    simd: S,
    half: &[[V; WIDTH]],
    columns: usize,
    (output, grid, at, channel): (&mut ClassesMut<'_, V::Element>, Grid, (usize, usize), usize),
    down: impl Fn([V; ROWS]) -> [V; ROWS],
) {
    for (across, columns) in grid.columns(columns).into_iter().enumerate() {
        let classes = [across, 2 + across];
        let begin = classes.map(|class| grid.begin(class, at) + channel);
        for (index, column) in columns.enumerate() {
            let mut elements = [V::splat(simd, zero()); ROWS];
            for (element, half) in elements.iter_mut().zip(half) {
                *element = half[column];
            }
            let elements = down(elements);
            let mut stored = 0;
            for (down, rows) in grid.rows(ROWS).into_iter().enumerate() {
                if rows > 0 {
                    let (class, line) = (classes[down], grid.line[classes[down]]);
                    let first = begin[down] + index * grid.element[class];
                    let output = &mut output[class][first..][..(rows - 1) * line + V::LEN];
                    for row in 0..rows {
                        elements[stored + row].store_slice(&mut output[row * line..][..V::LEN]);
                    }
                    stored += rows;
                }
            }
        }
    }
}

/// Rows of an image from `top` on, with all of their `CHANNELS`, as `[columns][rows][channels]`. What lies before 0, or beyond the last, are zeros.
#[inline(always)]
pub fn columns_first<E: Element, const CHANNELS: usize>(
    input: &[E],
    Image { height, width, .. }: Image,
    top: usize,
    rows: usize,
    output: &mut [E],
) {
    let (output, _) = output.as_chunks_mut::<CHANNELS>();
    for row in 0..rows {
        let output = output[row..].iter_mut().step_by(rows);
        let y = top.wrapping_add(row);
        if y < height {
            let (line, _) = input[y * width * CHANNELS..][..width * CHANNELS].as_chunks::<CHANNELS>();
            output.zip(line).for_each(|(to, from)| *to = *from);
        } else {
            output.take(width).for_each(|to| *to = [E::ZERO; CHANNELS]);
        }
    }
}

/// A tile of all rows at once, of columns that are lines of `[width, line]` elements: it takes `POINTS` columns from `left` on, and each of its points is
/// a line of the output, `apart` from the next. What lies before 0, or beyond the last column, are zeros.
#[inline(always)]
pub fn line<S: Simd, V: Vector<S>, const POINTS: usize>(
    simd: S,
    columns: &[V::Element],
    [width, line]: [usize; 2],
    left: usize,
    (output, apart): (&mut [V::Element], usize),
    across: impl Fn([V; POINTS]) -> [V; POINTS],
) {
    for at in vectors(line, V::LEN) {
        let inputs = neighbours(simd, columns, [width, line], left, at);
        let output = &mut output[at..][..(POINTS - 1) * apart + V::LEN];
        for (point, element) in across(inputs).into_iter().enumerate() {
            element.store_slice(&mut output[point * apart..][..V::LEN]);
        }
    }
}

/// The products of the tile `at` in `columns` columns, transformed back along each of them.
#[inline(always)]
pub fn back_columns<S: Simd, V: Vector<S>, const ROWS: usize, const HIGH: usize, const WIDTH: usize>(
    simd: S,
    (products, grid, at, channel): (&Classes<'_, V::Element>, Grid, (usize, usize), usize),
    columns: usize,
    half: &mut [[V; WIDTH]],
    down: impl Fn([V; ROWS]) -> [V; HIGH],
) {
    for (across, columns) in grid.columns(columns).into_iter().enumerate() {
        let classes = [across, 2 + across];
        let begin = classes.map(|class| grid.begin(class, at) + channel);
        for (index, column) in columns.enumerate() {
            let mut elements = [V::splat(simd, zero()); ROWS];
            let mut loaded = 0;
            for (down, rows) in grid.rows(ROWS).into_iter().enumerate() {
                if rows > 0 {
                    let (class, line) = (classes[down], grid.line[classes[down]]);
                    let first = begin[down] + index * grid.element[class];
                    let products = &products[class][first..][..(rows - 1) * line + V::LEN];
                    for row in 0..rows {
                        elements[loaded + row] = V::from_slice(simd, &products[row * line..][..V::LEN]);
                    }
                    loaded += rows;
                }
            }
            for (half, element) in half.iter_mut().zip(down(elements)) {
                half[column] = element;
            }
        }
    }
}

/// Such rows, transformed back along the columns. `store` takes each vector of outputs, with its row and column in the tile.
#[inline(always)]
pub fn back_rows<V: Copy, const COLUMNS: usize, const WIDE: usize, const WIDTH: usize>(
    half: &[[V; WIDTH]],
    across: impl Fn([V; COLUMNS]) -> [V; WIDE],
    mut store: impl FnMut(V, (usize, usize)),
) {
    for (row, half) in half.iter().enumerate() {
        let (half, _) = half.split_first_chunk().expect("a row has all columns of a tile");
        for (column, value) in across(*half).into_iter().enumerate() {
            store(value, (row, column));
        }
    }
}

/// `scratch` from its first cache line on, as parts of such lengths.
#[inline(always)]
pub fn split<E, const N: usize>(scratch: &mut [E], lens: [usize; N]) -> [&mut [E]; N] {
    let line = scratch.as_ptr().align_offset(align_of::<crate::Aligned<E>>());
    let spare = scratch.len() - lens.iter().sum::<usize>();
    cut_mut(&mut scratch[line.min(spare)..], lens)
}

/// The first elements of `memory` as parts of such lengths, to be written.
#[inline(always)]
pub fn cut_mut<E, const N: usize>(mut memory: &mut [E], lens: [usize; N]) -> [&mut [E]; N] {
    lens.map(|len| {
        let part;
        (part, memory) = core::mem::take(&mut memory).split_at_mut(len);
        part
    })
}

/// The first elements of `memory` as parts of such lengths.
#[inline(always)]
pub fn cut<E, const N: usize>(mut memory: &[E], lens: [usize; N]) -> [&[E]; N] {
    lens.map(|len| {
        let part;
        (part, memory) = memory.split_at(len);
        part
    })
}

/// Columns `part` of `[rows][columns]` as `[columns][rows]`, `LANES` x `LANES` at a time: planes of channels as pixels, and back.
///
/// The last block along an axis covers some of the one before, where its length is no multiple. Of fewer than a block each element goes by
/// itself.
#[inline(always)]
pub fn turn<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    input: &[V::Element],
    [rows, columns]: [usize; 2],
    part: &Range<usize>,
    output: &mut [V::Element],
) {
    if rows < LANES || part.len() < LANES {
        for (row, line) in input.chunks_exact(columns).enumerate() {
            for (column, &element) in line[part.clone()].iter().enumerate() {
                output[column * rows + row] = element;
            }
        }
        return;
    }
    for column in vectors(part.len(), LANES) {
        for row in vectors(rows, LANES) {
            let mut block = [V::splat(simd, zero()); LANES];
            let input = &input[row * columns + part.start + column..][..(LANES - 1) * columns + LANES];
            for (at, line) in block.iter_mut().enumerate() {
                *line = V::from_slice(simd, &input[at * columns..][..LANES]);
            }
            let output = &mut output[column * rows + row..][..(LANES - 1) * rows + LANES];
            for (at, line) in turned::<S, V, LANES>(block).iter().enumerate() {
                line.store_slice(&mut output[at * rows..][..LANES]);
            }
        }
    }
}

/// Rows as columns.
#[inline(always)]
pub(super) fn turned<S: Simd, V: Vector<S>, const LANES: usize>(mut block: [V; LANES]) -> [V; LANES] {
    // Each stage moves the highest bit of an element's place, row and then lane, behind all others.
    let mut stage = 1;
    while stage < LANES {
        let half = block;
        for at in 0..LANES / 2 {
            let (low, high) = (half[at], half[at + LANES / 2]);
            block[2 * at] = low.zip_low(high);
            block[2 * at + 1] = low.zip_high(high);
        }
        stage *= 2;
    }
    block
}
