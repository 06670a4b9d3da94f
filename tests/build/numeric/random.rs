//! Random numbers, the same in every build.
//!
//! Comes in: a seed. Goes out: numbers and sizes. Must not know: what they are for.

use super::geometry::joined;

/// A source of numbers, the same in every build (`SplitMix64`).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 33) as usize % end
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// One of `from` for all axes, or one each, with its spelling.
    pub(super) fn one_or_each(&mut self, from: &[usize], rank: usize) -> (Vec<usize>, String) {
        let each: Vec<usize> = (0..rank).map(|_| self.pick(from)).collect();
        if self.below(2) == 0 { (vec![each[0]; rank], each[0].to_string()) } else { (each.clone(), joined(&each)) }
    }

    /// For each axis, a length from 1 up to its limit.
    pub(super) fn lengths(&mut self, limits: &[usize]) -> Vec<usize> {
        limits.iter().map(|&limit| 1 + self.below(limit)).collect()
    }
}
