//! Weights and bias in the order that kernels read them, in nested arrays of whole vectors.
//!
//! Comes in: flat weights, in any order of channels. Goes out: a layer's fields. Must not know: which kernel reads them; what goes
//! where, which `toeplitz-tensors` knows.
//!
//! All functions run at compile time for a `static` layer.

pub use toeplitz_tensors::pack::Weights;
use toeplitz_tensors::pack::{self, Panels};
use toeplitz_tensors::tiles;
pub use toeplitz_tensors::tiles::{Depth, Line};

use crate::Element;

/// Weights of `ROWS` kernel rows as `PANELS` panels of output channels, `STEPS` steps of `LANES` each.
pub const fn pack<E: Element, const LANES: usize, const STEPS: usize, const ROWS: usize, const PANELS: usize>(
    weights: &[E],
    order: Weights,
    first: usize,
    outputs: usize,
    interleave: usize,
) -> [[[[E; LANES]; STEPS]; ROWS]; PANELS] {
    let mut packed = [[[[E::ZERO; LANES]; STEPS]; ROWS]; PANELS];
    let panels = Panels { first, outputs, interleave, lanes: LANES, steps: STEPS, rows: ROWS, count: PANELS };
    let flat = packed.as_flattened_mut().as_flattened_mut().as_flattened_mut();
    pack::pack(weights, order, panels, flat);
    packed
}

/// The bias of output channels `first..first + outputs` of each of `groups`, which have `each` channels, as accumulators begin with it.
pub const fn pad<E: Element, const LANES: usize, const PANELS: usize>(
    bias: &[E],
    groups: (usize, usize),
    first: usize,
    outputs: usize,
    interleave: usize,
) -> [[E; LANES]; PANELS] {
    let mut padded = [[E::ZERO; LANES]; PANELS];
    pack::pad(bias, groups, first, outputs, interleave, padded.as_flattened_mut());
    padded
}

/// The function for one type of data: constants are worked out by operators of known types alone.
macro_rules! magnitudes {
    ($magnitudes:ident, $element:ty) => {
        /// For each kernel element the sum of the magnitudes of its [`pack`]ed weights, lane by lane.
        pub const fn $magnitudes<
            const LANES: usize,
            const STEPS: usize,
            const COLUMNS: usize,
            const ROWS: usize,
            const PANELS: usize,
        >(
            packed: &[[[[$element; LANES]; STEPS]; ROWS]; PANELS],
        ) -> [[[[$element; LANES]; COLUMNS]; ROWS]; PANELS] {
            let mut sums = [[[[0.0; LANES]; COLUMNS]; ROWS]; PANELS];
            let flat = sums.as_flattened_mut().as_flattened_mut().as_flattened_mut();
            pack::$magnitudes(packed.as_flattened().as_flattened().as_flattened(), LANES, STEPS, COLUMNS, flat);
            sums
        }
    };
}

magnitudes!(magnitudes_f32, f32);
magnitudes!(magnitudes_f64, f64);

/// The slopes of the same channels as [`pad`]'s, as the activation meets them: those of a panel's `width` output channels again and
/// again in its lanes.
pub const fn spread<E: Element, const LANES: usize, const PANELS: usize>(
    slopes: &[E],
    groups: (usize, usize),
    first: usize,
    outputs: usize,
    width: usize,
) -> [[E; LANES]; PANELS] {
    let mut spread = [[E::ZERO; LANES]; PANELS];
    pack::spread(slopes, groups, first, outputs, width, LANES, spread.as_flattened_mut());
    spread
}

/// The function for one type of data.
macro_rules! pack_tiles {
    ($pack:ident, $element:ty) => {
        /// The kernels of output channels `first..first + outputs` at the points of rows and columns of transformed tiles, as `PANELS` panels.
        pub const fn $pack<const LANES: usize, const STEPS: usize, const PANELS: usize>(
            weights: &[$element],
            order: Weights,
            depth: Depth,
            lines: [Line<'_>; 2],
            first: usize,
            outputs: usize,
            interleave: usize,
        ) -> [[[[$element; LANES]; STEPS]; 1]; PANELS] {
            let mut packed = [[[[0.0; LANES]; STEPS]; 1]; PANELS];
            let panels = Panels { first, outputs, interleave, lanes: LANES, steps: STEPS, rows: 1, count: PANELS };
            tiles::$pack(
                weights,
                order,
                depth,
                lines,
                panels,
                packed.as_flattened_mut().as_flattened_mut().as_flattened_mut(),
            );
            packed
        }
    };
}

pack_tiles!(pack_tiles_f32, f32);
pack_tiles!(pack_tiles_f64, f64);
