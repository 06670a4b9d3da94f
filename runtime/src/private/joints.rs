//! What a network does between its layers: regions of its memory, sums, concatenations.
//!
//! Comes in: slices of the lengths that the generator worked out. Goes out: slices and arrays. Must not know: networks.

use core::ops::Range;

use fearless_simd::{Simd, SimdBase};

use crate::Element;

/// Disjoint regions of `memory`.
#[inline]
pub fn regions<E, const N: usize>(memory: &mut [E], ranges: [Range<usize>; N]) -> [&mut [E]; N] {
    memory.get_disjoint_mut(ranges).expect("regions lie apart, in their memory")
}

/// A region as an array.
#[inline]
pub fn fixed<E, const N: usize>(region: &[E]) -> &[E; N] {
    region.try_into().expect("a region has its value's length")
}

/// A region as an array to be written.
#[inline]
pub fn fixed_mut<E, const N: usize>(region: &mut [E]) -> &mut [E; N] {
    region.try_into().expect("a region has its value's length")
}

macro_rules! add {
    ($add:ident, $element:ty, $vector:ident) => {
        /// Adds `term` to `sum`, element by element, and applies `result` to it.
        #[inline(always)]
        pub fn $add<S: Simd>(
            simd: S,
            sum: &mut [$element],
            term: &[$element],
            result: impl Fn(S::$vector) -> S::$vector,
        ) {
            let lanes = <S::$vector as SimdBase<S>>::LEN;
            let (mut sums, mut terms) = (sum.chunks_exact_mut(lanes), term.chunks_exact(lanes));
            for (sum, term) in (&mut sums).zip(&mut terms) {
                let value = S::$vector::from_slice(simd, sum) + S::$vector::from_slice(simd, term);
                result(value).store_slice(sum);
            }
            let (sum, term) = (sums.into_remainder(), terms.remainder());
            if !sum.is_empty() {
                let (mut a, mut b) = (S::$vector::splat(simd, 0.0), S::$vector::splat(simd, 0.0));
                a.as_mut_slice()[..sum.len()].copy_from_slice(sum);
                b.as_mut_slice()[..sum.len()].copy_from_slice(term);
                sum.copy_from_slice(&result(a + b).as_slice()[..term.len()]);
            }
        }
    };
}

add!(add_f32, f32, f32s);
add!(add_f64, f64, f64s);

/// Puts `LEN` elements of `part` at a time into every `TOTAL` of `output`, from `AT` on. Copies of known length are a few vectors each.
#[inline(always)]
pub fn place<S: Simd, E: Element, const LEN: usize, const AT: usize, const TOTAL: usize>(
    _: S,
    part: &[E],
    output: &mut [E],
) {
    for (from, to) in part.as_chunks::<LEN>().0.iter().zip(output.as_chunks_mut::<TOTAL>().0) {
        to[AT..AT + LEN].copy_from_slice(from);
    }
}

/// Fills `output` with `LEN` elements of `input` and zeros up to `TOTAL` in turn.
#[inline(always)]
pub fn widen<S: Simd, E: Element, const LEN: usize, const TOTAL: usize>(_: S, input: &[E], output: &mut [E]) {
    for (from, to) in input.as_chunks::<LEN>().0.iter().zip(output.as_chunks_mut::<TOTAL>().0) {
        to[..LEN].copy_from_slice(from);
        to[LEN..].fill(E::ZERO);
    }
}

/// `run` with zeros that begin on a cache line, on the heap.
#[cfg(feature = "alloc")]
pub fn with_arena<E: Element, const N: usize, R>(run: impl FnOnce(&mut [E; N]) -> R) -> R {
    let line = align_of::<crate::Aligned<E>>();
    let mut memory = alloc::vec![E::ZERO; N + line / size_of::<E>()];
    let first = memory.as_ptr().align_offset(line);
    run(fixed_mut(&mut memory[first..first + N]))
}
