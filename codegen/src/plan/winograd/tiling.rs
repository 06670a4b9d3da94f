//! An axis in tiles of outputs, each computed by a short convolution.
//!
//! Comes in: an axis. Goes out: tiles, and which points of them are there in which. Must not know: channels, the other axis.

use core::ops::Range;

use super::matrices::Convolution;
use crate::operation::Axis;

/// One axis in tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiling {
    /// What a tile is computed by.
    pub convolution: Convolution,
    /// Number of such tiles.
    pub full: usize,
    /// Outputs of the last tile, if it has fewer; 0 if there is none.
    pub rest: usize,
    /// Outputs of the last tile that there are none of.
    pub beyond: usize,
}

impl Tiling {
    /// An axis in tiles of `most` outputs, and what is left in a smaller tile, or if `rounded` in one of as many that reaches beyond the end.
    pub(super) fn new(axis: &Axis, most: usize, rounded: bool) -> Self {
        let most = axis.output.min(most);
        let convolution = Convolution::new(most, axis.kernel);
        if rounded {
            let full = axis.output.div_ceil(most);
            return Tiling { convolution, full, rest: 0, beyond: full * most - axis.output };
        }
        Tiling { convolution, full: axis.output / most, rest: axis.output % most, beyond: 0 }
    }

    /// An axis each output of which is a tile, of whatever inputs.
    pub(super) fn single(axis: &Axis) -> Self {
        Tiling { convolution: Convolution::new(1, 1), full: axis.output, rest: 0, beyond: 0 }
    }

    /// Outputs of a full tile.
    pub fn outputs(self) -> usize {
        self.convolution.outputs
    }

    /// Points of a full tile.
    pub fn points(self) -> usize {
        self.convolution.inputs()
    }

    /// Points that the last tile has too.
    pub fn shared(self) -> usize {
        self.kinds().last().map_or(0, Convolution::inputs)
    }

    /// What tiles are computed by: a full one, and the last, if that has fewer outputs.
    pub fn kinds(self) -> impl Iterator<Item = Convolution> {
        let rest = (self.rest > 0).then(|| self.convolution.of(self.rest));
        core::iter::once(self.convolution).chain(rest)
    }

    /// Points of all tiles.
    pub(super) fn all_points(self) -> usize {
        self.full * self.points() + if self.rest > 0 { self.shared() } else { 0 }
    }

    /// Number of tiles.
    pub fn tiles(self) -> usize {
        self.full + usize::from(self.rest > 0)
    }

    /// The points of both classes, and the number of tiles that have them, of which `full` are full ones and the `rest` may be there.
    pub(super) fn classes(self, full: usize, rest: bool) -> impl Iterator<Item = (Range<usize>, usize)> {
        let all = full + usize::from(rest);
        let classes = if rest && full == 0 {
            [(0..self.shared(), all), (0..0, 0)]
        } else if rest {
            [(0..self.shared(), all), (self.shared()..self.points(), full)]
        } else {
            [(0..self.points(), all), (0..0, 0)]
        };
        classes.into_iter().filter(|(points, _)| !points.is_empty())
    }
}
