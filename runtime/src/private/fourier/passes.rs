//! Passes of transforms, over cells of two vectors.
//!
//! Comes in: cells, roots of unity. Goes out: cells, in place. Must not know: signals, channels, what cells are elements of.

use fearless_simd::Simd;

use super::super::math::{Real, Vector, zero};
use super::Cell;

/// Cells of a part whose passes follow each other.
const PART: usize = 64;

/// The largest part of `size` that is no larger than [`PART`], and the last, of four cells or of two.
#[inline(always)]
pub(super) fn parts(size: usize) -> (usize, usize) {
    let power = if size.is_multiple_of(3) { size / 3 } else { size };
    let mut part = power;
    while part > PART {
        part /= 4;
    }
    (part, if power.ilog2().is_multiple_of(2) { 4 } else { 2 })
}

/// A cell as vectors.
#[inline(always)]
pub(super) fn read<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    [real, imaginary]: &Cell<V::Element, LANES>,
) -> [V; 2] {
    [V::from_slice(simd, real), V::from_slice(simd, imaginary)]
}

/// Vectors as a cell.
#[inline(always)]
pub(super) fn write<S: Simd, V: Vector<S>, const LANES: usize>(
    [a, b]: [V; 2],
    [real, imaginary]: &mut Cell<V::Element, LANES>,
) {
    a.store_slice(real);
    b.store_slice(imaginary);
}

/// Cells as vectors.
#[inline(always)]
fn read_each<S: Simd, V: Vector<S>, const LANES: usize, const LEN: usize>(
    simd: S,
    cells: [&Cell<V::Element, LANES>; LEN],
) -> [[V; 2]; LEN] {
    let mut values = [[V::splat(simd, zero()); 2]; LEN];
    for (value, cell) in values.iter_mut().zip(cells) {
        *value = read::<S, V, LANES>(simd, cell);
    }
    values
}

/// Vectors as neighbouring cells.
#[inline(always)]
fn write_all<S: Simd, V: Vector<S>, const LANES: usize, const LEN: usize>(
    values: [[V; 2]; LEN],
    cells: &mut [Cell<V::Element, LANES>; LEN],
) {
    for (value, cell) in values.into_iter().zip(cells) {
        write::<S, V, LANES>(value, cell);
    }
}

/// The roots from those on that the pass over parts of `part` multiplies by, in a transform of `size` elements.
#[inline(always)]
fn begin(size: usize, part: usize) -> usize {
    let mut begin = 0;
    let mut before = size;
    if size.is_multiple_of(3) && part < size {
        (begin, before) = (size / 3 * 2, size / 3);
    }
    while before > part {
        begin += before / 4 * 3;
        before /= 4;
    }
    begin
}

/// The passes of a transform of `size` elements over parts of `cells`, from all of them down to those larger than `least`.
#[inline(always)]
pub(super) fn forwards<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    size: usize,
    least: usize,
    roots: &[[V::Element; 2]],
) {
    let mut part = cells.len();
    let mut roots = &roots[begin(size, part)..];
    if part.is_multiple_of(3) {
        part /= 3;
        let (own, rest) = roots.split_at(2 * part);
        thirds::<S, V, LANES>(simd, cells, own);
        roots = rest;
    }
    while part > least {
        let (own, rest) = roots.split_at(part / 4 * 3);
        for cells in cells.chunks_exact_mut(part) {
            quarters::<S, V, LANES>(simd, cells, own);
        }
        roots = rest;
        part /= 4;
    }
}

/// Those passes the other way round: a transform back times the size.
#[inline(always)]
pub(super) fn backwards<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    size: usize,
    least: usize,
    roots: &[[V::Element; 2]],
) {
    let has_thirds = cells.len().is_multiple_of(3);
    let most = if has_thirds { cells.len() / 3 } else { cells.len() };
    let mut part = least;
    while part < most {
        part *= 4;
        let own = &roots[begin(size, part)..][..part / 4 * 3];
        for cells in cells.chunks_exact_mut(part) {
            quarters_back::<S, V, LANES>(simd, cells, own);
        }
    }
    if has_thirds {
        thirds_back::<S, V, LANES>(simd, cells, &roots[..2 * most]);
    }
}

/// The last pass, over parts of so many cells, which multiplies by nothing.
#[inline(always)]
pub(super) fn ends<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    last: usize,
) {
    if last == 4 {
        for cells in cells.as_chunks_mut().0 {
            write_all::<S, V, LANES, 4>(four(read_each::<S, V, LANES, 4>(simd, cells.each_ref())), cells);
        }
    } else {
        for cells in cells.as_chunks_mut().0 {
            write_all::<S, V, LANES, 2>(two(read_each::<S, V, LANES, 2>(simd, cells.each_ref())), cells);
        }
    }
}

/// The first pass back.
#[inline(always)]
pub(super) fn ends_back<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    last: usize,
) {
    if last == 4 {
        for cells in cells.as_chunks_mut().0 {
            write_all::<S, V, LANES, 4>(four_back(read_each::<S, V, LANES, 4>(simd, cells.each_ref())), cells);
        }
    } else {
        ends::<S, V, LANES>(simd, cells, last);
    }
}

/// The last pass, the products with a single spectrum, and the first pass back.
#[inline(always)]
pub(super) fn multiply_one<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    last: usize,
    spectrum: &[[V::Element; 2]],
) {
    if last == 4 {
        for (cells, [e, f, g, h]) in cells.as_chunks_mut().0.iter_mut().zip(spectrum.as_chunks().0) {
            let [a, b, c, d] = four(read_each::<S, V, LANES, 4>(simd, cells.each_ref()));
            let products = [times(simd, a, e), times(simd, b, f), times(simd, c, g), times(simd, d, h)];
            write_all::<S, V, LANES, 4>(four_back(products), cells);
        }
    } else {
        for (cells, [e, f]) in cells.as_chunks_mut().0.iter_mut().zip(spectrum.as_chunks().0) {
            let [a, b] = two(read_each::<S, V, LANES, 2>(simd, cells.each_ref()));
            write_all::<S, V, LANES, 2>(two([times(simd, a, e), times(simd, b, f)]), cells);
        }
    }
}

/// A product of complex numbers, of which the second is the same in all lanes.
#[inline(always)]
fn times<S: Simd, V: Vector<S>>(simd: S, [a, b]: [V; 2], [c, d]: &[V::Element; 2]) -> [V; 2] {
    let (c, d) = (V::splat(simd, *c), V::splat(simd, *d));
    [a.mul_add(c, -(b * d)), a.mul_add(d, b * c)]
}

/// A product with the conjugate of the second.
#[inline(always)]
fn times_conjugate<S: Simd, V: Vector<S>>(simd: S, [a, b]: [V; 2], [c, d]: &[V::Element; 2]) -> [V; 2] {
    let (c, d) = (V::splat(simd, *c), V::splat(simd, *d));
    [a.mul_add(c, b * d), b.mul_add(c, -(a * d))]
}

#[inline(always)]
fn sum<S: Simd, V: Vector<S>>([a, b]: [V; 2], [c, d]: [V; 2]) -> [V; 2] {
    [a + c, b + d]
}

#[inline(always)]
fn difference<S: Simd, V: Vector<S>>([a, b]: [V; 2], [c, d]: [V; 2]) -> [V; 2] {
    [a - c, b - d]
}

/// The transform of two numbers, forwards as well as backwards.
#[inline(always)]
fn two<S: Simd, V: Vector<S>>([a, b]: [[V; 2]; 2]) -> [[V; 2]; 2] {
    [sum(a, b), difference(a, b)]
}

/// The transform of four numbers, of which the second sum and the third change places.
#[inline(always)]
fn four<S: Simd, V: Vector<S>>([a, b, c, d]: [[V; 2]; 4]) -> [[V; 2]; 4] {
    let (even, odd, across) = (sum(a, c), difference(a, c), sum(b, d));
    let turned = [b[1] - d[1], d[0] - b[0]];
    [sum(even, across), difference(even, across), sum(odd, turned), difference(odd, turned)]
}

/// Back from there.
#[inline(always)]
fn four_back<S: Simd, V: Vector<S>>([a, b, c, d]: [[V; 2]; 4]) -> [[V; 2]; 4] {
    let (even, odd, along) = (sum(a, b), difference(a, b), sum(c, d));
    let turned = [d[1] - c[1], c[0] - d[0]];
    [sum(even, along), sum(odd, turned), difference(even, along), difference(odd, turned)]
}

/// The transform of three numbers.
#[inline(always)]
fn three<S: Simd, V: Vector<S>>(simd: S, [a, b, c]: [[V; 2]; 3]) -> [[V; 2]; 3] {
    let (both, apart) = (sum(b, c), difference(b, c));
    let (half, sine) = (V::splat(simd, V::Element::ONE_HALF), V::splat(simd, V::Element::SIN_60));
    let middle = [a[0] - both[0] * half, a[1] - both[1] * half];
    let turned = [apart[1] * sine, -(apart[0] * sine)];
    [sum(a, both), sum(middle, turned), difference(middle, turned)]
}

/// One pass over the quarters of a part.
#[inline(always)]
fn quarters<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    roots: &[[V::Element; 2]],
) {
    let (low, high) = cells.split_at_mut(cells.len() / 2);
    let ((a, b), (c, d)) = (low.split_at_mut(low.len() / 2), high.split_at_mut(high.len() / 2));
    for ((((a, b), c), d), [second, first, third]) in a.iter_mut().zip(b).zip(c).zip(d).zip(roots.as_chunks::<3>().0) {
        let [all, halves, one, three] = four(read_each::<S, V, LANES, 4>(simd, [a, b, c, d]));
        write::<S, V, LANES>(all, a);
        write::<S, V, LANES>(times(simd, halves, second), b);
        write::<S, V, LANES>(times(simd, one, first), c);
        write::<S, V, LANES>(times(simd, three, third), d);
    }
}

/// Back from there.
#[inline(always)]
fn quarters_back<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    roots: &[[V::Element; 2]],
) {
    let (low, high) = cells.split_at_mut(cells.len() / 2);
    let ((a, b), (c, d)) = (low.split_at_mut(low.len() / 2), high.split_at_mut(high.len() / 2));
    for ((((a, b), c), d), [second, first, third]) in a.iter_mut().zip(b).zip(c).zip(d).zip(roots.as_chunks::<3>().0) {
        let [all, halves, one, three] = read_each::<S, V, LANES, 4>(simd, [a, b, c, d]);
        let halves = times_conjugate(simd, halves, second);
        let one = times_conjugate(simd, one, first);
        let three = times_conjugate(simd, three, third);
        let back = four_back([all, halves, one, three]);
        write::<S, V, LANES>(back[0], a);
        write::<S, V, LANES>(back[1], b);
        write::<S, V, LANES>(back[2], c);
        write::<S, V, LANES>(back[3], d);
    }
}

/// One pass over the thirds of all cells.
#[inline(always)]
fn thirds<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    roots: &[[V::Element; 2]],
) {
    let (a, rest) = cells.split_at_mut(cells.len() / 3);
    let (b, c) = rest.split_at_mut(a.len());
    for (((a, b), c), [first, second]) in a.iter_mut().zip(b).zip(c).zip(roots.as_chunks::<2>().0) {
        let [x, y, z] = three(simd, read_each::<S, V, LANES, 3>(simd, [a, b, c]));
        write::<S, V, LANES>(x, a);
        write::<S, V, LANES>(times(simd, y, first), b);
        write::<S, V, LANES>(times(simd, z, second), c);
    }
}

/// Back from there.
#[inline(always)]
fn thirds_back<S: Simd, V: Vector<S>, const LANES: usize>(
    simd: S,
    cells: &mut [Cell<V::Element, LANES>],
    roots: &[[V::Element; 2]],
) {
    let (a, rest) = cells.split_at_mut(cells.len() / 3);
    let (b, c) = rest.split_at_mut(a.len());
    for (((a, b), c), [first, second]) in a.iter_mut().zip(b).zip(c).zip(roots.as_chunks::<2>().0) {
        let [x, y, z] = read_each::<S, V, LANES, 3>(simd, [a, b, c]);
        let back = three(simd, [x, times_conjugate(simd, y, first), times_conjugate(simd, z, second)]);
        write::<S, V, LANES>(back[0], a);
        write::<S, V, LANES>(back[2], b);
        write::<S, V, LANES>(back[1], c);
    }
}
