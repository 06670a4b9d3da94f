//! Weights of a convolution by Winograd's algorithm in the order that kernels read them.
//!
//! Comes in: flat weights of 1, 3 or 5 taps along each of two axes, or of 3, 4, 5 or 7 along a row, and the points of some rows and columns of
//! elements. Goes out: for each element a packed product, as [`pack`](mod@crate::pack) has those of groups of channels, into memory that holds
//! zeros. Must not know: what elements are multiplied by.
//!
//! All functions run at compile time for a `static` layer. Loops are written out: the compiler counts the turns of those that it evaluates.

use crate::pack::{Panels, Weights};

/// What the products of an element are summed over, beside input channels.
#[derive(Clone, Copy, Debug)]
pub struct Depth {
    /// Rows of the kernel that are no taps of a polynomial.
    pub rows: usize,
    /// Columns of the kernel.
    pub columns: usize,
    /// Neighbouring columns, of which every so many are taps of one polynomial.
    pub folded: usize,
    /// Columns of zeros before the first one.
    pub before: usize,
}

/// What is known along one axis.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Taps of the kernel: 1, 3, 4, 5 or 7.
    pub taps: usize,
    /// Points of elements.
    pub points: &'a [f64],
}

/// A polynomial, lowest coefficient first, at a point; at infinity its highest coefficient.
macro_rules! at {
    ($point:expr, $polynomial:expr, [$($power:literal)*]) => {{
        let (point, polynomial) = ($point, $polynomial);
        if point == f64::INFINITY { polynomial[polynomial.len() - 1] } else { at!(point, polynomial, $($power)*) }
    }};
    ($point:ident, $polynomial:ident, $last:literal) => { $polynomial[$last] };
    ($point:ident, $polynomial:ident, $first:literal $($rest:literal)+) => {
        $polynomial[$first] + $point * at!($point, $polynomial, $($rest)+)
    };
}

/// `$body` for each of the columns that there are, and the polynomial there.
macro_rules! each {
    ($($at:literal)*; $columns:ident, $polynomial:ident, $powers:tt, |$column:ident, $value:ident| $body:block) => {$(
        if $at < $columns.len() {
            let ($column, $value) = ($at, at!($columns[$at], $polynomial, $powers));
            $body
        }
    )*};
}

/// The taps of a column, top to bottom; zeros where there is no such column.
macro_rules! column {
    ($weights:ident, $from:expr, $apart:expr, $is_there:expr, [$($row:literal)*]) => {
        if $is_there { [$($weights[$from + $row * $apart] as f64),*] } else { [0.0; [$($row),*].len()] }
    };
}

/// The elements of all kernels of some rows and columns of taps.
macro_rules! elements {
    (
        ($weights:ident, $order:ident, $depth:ident, $rows:ident, $columns:ident, $numbers:ident, $packed:ident) as $element:ty;
        $down:tt [$($across:literal)*]
    ) => {{
        let Panels { first, outputs, interleave, lanes, steps, count, .. } = $numbers;
        let panels = count / ($rows.len() * $columns.len());
        let line = $depth.columns * $order.tap;
        // Of one input: neighbouring output channels are written side by side.
        let inputs = $depth.folded * $order.in_channels;
        let mut input = 0;
        while input < $depth.rows * inputs {
            // Where the column of tap 0 is, counted from the zeros before the first.
            let begin = input % inputs / $order.in_channels;
            let row_and_channel = input / inputs * line + input % $order.in_channels * $order.input;
            let mut output = 0;
            while output < outputs {
                let (panel, channel) = (output / (lanes / interleave), output % (lanes / interleave));
                let (step, lane) = (input / interleave, channel * interleave + input % interleave);
                let from = row_and_channel + (first + output) * $order.output;
                let taps = [$({
                    let column = begin + $across * $depth.folded;
                    let is_there = column >= $depth.before && column - $depth.before < $depth.columns;
                    column!($weights, from + (column - $depth.before) * $order.tap, line, is_there, $down)
                }),*];
                let mut row = 0;
                while row < $rows.len() {
                    let down = [$(at!($rows[row], taps[$across], $down)),*];
                    each!(0 1 2 3 4 5 6 7; $columns, down, [$($across)*], |column, value| {
                        let element = row * $columns.len() + column;
                        $packed[((element * panels + panel) * steps + step) * lanes + lane] = value as $element;
                    });
                    row += 1;
                }
                output += 1;
            }
            input += 1;
        }
    }};
}

/// The function for one type of data: constants are worked out by operators of known types alone.
macro_rules! pack_tiles {
    ($pack:ident, $element:ty) => {
        /// The kernels of output channels `first..first + outputs` as polynomials in two variables, at the points of each row and
        /// column of elements, rounded once. The panels of an element follow each other, and so do the elements of a
        /// row; there are no more than eight columns.
        ///
        /// # Panics
        ///
        /// If the numbers contradict each other, or there are other numbers of taps than those above.
        pub const fn $pack(
            weights: &[$element],
            order: Weights,
            depth: Depth,
            [Line { taps: down, points: rows }, Line { taps: across, points: columns }]: [Line<'_>; 2],
            panels: Panels,
            packed: &mut [$element],
        ) {
            assert!(columns.len() <= 8, "a row of elements is written out");
            assert!(panels.count.is_multiple_of(rows.len() * columns.len()), "elements have the same panels");
            assert!(packed.len() == panels.len(), "there is room for all panels");
            macro_rules! all {
                ($down:tt $across:tt) => {
                    elements!((weights, order, depth, rows, columns, panels, packed) as $element; $down $across)
                };
            }
            match (down, across) {
                (1, 3) => all!([0] [0 1 2]),
                (1, 4) => all!([0] [0 1 2 3]),
                (1, 5) => all!([0] [0 1 2 3 4]),
                (1, 7) => all!([0] [0 1 2 3 4 5 6]),
                (3, 1) => all!([0 1 2] [0]),
                (3, 3) => all!([0 1 2] [0 1 2]),
                (3, 5) => all!([0 1 2] [0 1 2 3 4]),
                (5, 1) => all!([0 1 2 3 4] [0]),
                (5, 3) => all!([0 1 2 3 4] [0 1 2]),
                (5, 5) => all!([0 1 2 3 4] [0 1 2 3 4]),
                _ => panic!("there are 1, 3 or 5 taps, or along a row 4 or 7, and not one alone"),
            }
        }
    };
}

pack_tiles!(pack_tiles_f32, f32);
pack_tiles!(pack_tiles_f64, f64);
