//! One forward pass on several threads: what it writes is cut into shares, with the feature `rayon`.
//!
//! Comes in: memory, and a function that computes a share of what is in it. Goes out: the memory, as that function fills it. Must not know: what
//! it is that is computed.
//!
//! Where shares may begin is part of a layer's plan, and what is computed there is the same, step by step, whichever share it belongs to: outputs
//! are so to the bit, however many threads there are.

use core::ops::Range;

use crate::Run;

/// Things in a row that may be cut into shares: rows of outputs, elements of tiles.
#[derive(Clone, Copy)]
pub struct Cuts {
    /// How many there are.
    pub count: usize,
    /// The first place, beside the beginning, where a share may begin.
    pub first: usize,
    /// From there on one in so many is such a place.
    pub step: usize,
    /// Shares at the most: less than that is not worth a thread.
    pub most: usize,
}

/// Calls `run` with all that `cuts` counts and with all of `memory`, or on several threads with shares of both. In each part of the memory,
/// what belongs to index `i` begins at `place(i)`.
#[inline(always)]
pub fn shares<E: Send, const N: usize>(
    cuts: Cuts,
    memory: [&mut [E]; N],
    place: impl Fn(usize) -> [usize; N] + Sync,
    run: impl Fn(Range<usize>, [&mut [E]; N]) + Sync,
) {
    #[cfg(feature = "rayon")]
    if cuts.most > 1 {
        // Asking for the number of threads starts rayon's pool, which a small layer does without.
        let threads = rayon::current_num_threads().min(cuts.most);
        return divided(cuts, threads, 0..cuts.count, memory, &place, &run);
    }
    let _ = place;
    run(0..cuts.count, memory);
}

/// What `shares` does for a `range` and so many threads: halves of both, until there is one thread, or no place to cut at.
#[cfg(feature = "rayon")]
fn divided<E: Send, const N: usize>(
    cuts: Cuts,
    threads: usize,
    range: Range<usize>,
    memory: [&mut [E]; N],
    place: &(impl Fn(usize) -> [usize; N] + Sync),
    run: &(impl Fn(Range<usize>, [&mut [E]; N]) + Sync),
) {
    let near = threads / 2;
    let middle = range.start + range.len() * near / threads;
    let steps = (middle.saturating_sub(cuts.first) + cuts.step / 2) / cuts.step;
    let middle = cuts.first + steps * cuts.step;
    if near == 0 || middle <= range.start || middle >= range.end {
        return run(range, memory);
    }
    let (begin, end) = (place(range.start), place(middle));
    let (mut before, mut behind) = (memory, [(); N].map(|()| <&mut [E]>::default()));
    for (at, (before, behind)) in before.iter_mut().zip(&mut behind).enumerate() {
        (*before, *behind) = core::mem::take(before).split_at_mut(end[at] - begin[at]);
    }
    rayon::join(
        || divided(cuts, near, range.start..middle, before, place, run),
        || divided(cuts, threads - near, middle..range.end, behind, place, run),
    );
}

/// Which outputs of `run`, counted from its first, are in `part` of all.
#[inline(always)]
pub fn within(run: &Run, part: &Range<usize>) -> Range<usize> {
    let before = |end: usize| end.saturating_sub(run.start).div_ceil(run.step).min(run.len);
    before(part.start)..before(part.end)
}
