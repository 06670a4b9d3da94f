//! Weights of a convolution by Winograd's algorithm in the order that kernels read them.
//!
//! Comes in: flat weights of 3x3 taps, and the points of some rows and columns of elements. Goes out: for each element a packed product, as
//! [`pack`](mod@crate::pack) has those of groups of channels, into memory that holds zeros. Must not know: what elements are multiplied by.
//!
//! All functions run at compile time for a `static` layer.

use crate::pack::{Panels, Weights};

/// A polynomial at a point; at infinity its highest coefficient.
macro_rules! at {
    ($point:expr, $polynomial:expr) => {{
        let ([low, middle, high], point) = ($polynomial, $point);
        if point == f64::INFINITY { high } else { low + point * (middle + point * high) }
    }};
}

/// `$body` for each of the columns that there are, and the polynomial there.
macro_rules! each {
    ($($at:literal)*; $columns:ident, $polynomial:ident, |$column:ident, $value:ident| $body:block) => {$(
        if $at < $columns.len() {
            let ($column, $value) = ($at, at!($columns[$at], $polynomial));
            $body
        }
    )*};
}

/// The taps of a column, top to bottom.
macro_rules! taps {
    ($weights:ident, $from:expr, $apart:expr) => {
        [$weights[$from] as f64, $weights[$from + 3 * $apart] as f64, $weights[$from + 6 * $apart] as f64]
    };
}

/// The function for one type of data: constants are worked out by operators of known types alone.
macro_rules! pack_tiles {
    ($pack:ident, $element:ty) => {
        /// The kernels of output channels `first..first + outputs` as polynomials in two variables, at the points of each row and column of elements, rounded
        /// once. The panels of an element follow each other, and so do the elements of a row; there are no more than six columns.
        ///
        /// # Panics
        ///
        /// If the numbers contradict each other.
        pub const fn $pack(
            weights: &[$element],
            order: Weights,
            (rows, columns): (&[f64], &[f64]),
            panels: Panels,
            packed: &mut [$element],
        ) {
            let Panels { first, outputs, interleave, lanes, steps, count, .. } = panels;
            assert!(columns.len() <= 6, "a row of elements is written out");
            assert!(count.is_multiple_of(rows.len() * columns.len()), "elements have the same panels");
            assert!(packed.len() == panels.len(), "there is room for all panels");
            let panels = count / (rows.len() * columns.len());
            // Of one input channel: neighbouring output channels are written side by side.
            let mut input = 0;
            while input < order.in_channels {
                let mut output = 0;
                while output < outputs {
                    let (panel, channel) = (output / (lanes / interleave), output % (lanes / interleave));
                    let (step, lane) = (input / interleave, channel * interleave + input % interleave);
                    let from = input * order.input + (first + output) * order.output;
                    let tap = order.tap;
                    let taps = [
                        taps!(weights, from, tap),
                        taps!(weights, from + tap, tap),
                        taps!(weights, from + 2 * tap, tap),
                    ];
                    let mut row = 0;
                    while row < rows.len() {
                        let down = [at!(rows[row], taps[0]), at!(rows[row], taps[1]), at!(rows[row], taps[2])];
                        // Written out: the compiler counts the turns of loops that it evaluates.
                        each!(0 1 2 3 4 5; columns, down, |column, value| {
                            let element = row * columns.len() + column;
                            packed[((element * panels + panel) * steps + step) * lanes + lane] = value as $element;
                        });
                        row += 1;
                    }
                    output += 1;
                }
                input += 1;
            }
        }
    };
}

pack_tiles!(pack_tiles_f32, f32);
pack_tiles!(pack_tiles_f64, f64);
