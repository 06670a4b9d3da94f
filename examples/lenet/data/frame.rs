//! A digit of any size made like MNIST's: in a box of 20 pixels, its weight in the middle of 28.
//!
//! Comes in: the ink of a picture, some of it not 0. Goes out: 28x28 pixels. Must not know: where the picture came from.

use super::{Digit, PIXELS, SIDE, picture::Ink};

/// MNIST's digits were scaled, with their proportions, to fit a box of this side.
const BOX: usize = 20;
/// Ink below this part of the strongest is taken for paper: noise must not widen the box around the digit.
const FAINTEST: f32 = 0.2;

/// The digit of a picture; one that is framed like MNIST's already stays as it is.
pub(super) fn to_digit(ink: Ink) -> Digit {
    let ink = if is_framed(&ink) { ink } else { framed(ink) };
    let mut digit = [0; PIXELS];
    for (pixel, ink) in digit.iter_mut().zip(&ink.values) {
        *pixel = ink.round() as u8;
    }
    digit
}

fn is_framed(ink: &Ink) -> bool {
    let (_, _, width, height) = bounds(ink);
    let (x, y) = centre_of_mass(ink);
    let central = |at: f32| (at - SIDE as f32 / 2.0).abs() <= 1.0;
    let side = width.max(height);
    (ink.width, ink.height) == (SIDE, SIDE) && (BOX - 2..=BOX).contains(&side) && central(x) && central(y)
}

/// Crops to the strokes, scales them into the box and puts their centre of mass in the middle.
fn framed(mut ink: Ink) -> Ink {
    stretch(&mut ink, FAINTEST);
    let (left, top, width, height) = bounds(&ink);
    let longest = width.max(height);
    let fitting = |side: usize| ((side * BOX + longest / 2) / longest).max(1);
    let mut strokes = resize(&crop(&ink, left, top, width, height), fitting(width), fitting(height));
    stretch(&mut strokes, 0.0);

    let (x, y) = centre_of_mass(&strokes);
    let start = |centre: f32, side: usize| ((SIDE as f32 / 2.0 - centre).round() as usize).min(SIDE - side);
    let (left, top) = (start(x, strokes.width), start(y, strokes.height));
    let mut framed = Ink { width: SIDE, height: SIDE, values: vec![0.0; PIXELS] };
    for (y, row) in strokes.values.chunks_exact(strokes.width).enumerate() {
        framed.values[(top + y) * SIDE + left..][..row.len()].copy_from_slice(row);
    }
    framed
}

/// Makes the strongest ink 255, and paper of all that is below `faintest` of it.
fn stretch(ink: &mut Ink, faintest: f32) {
    let peak = ink.values.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    for value in &mut ink.values {
        *value = if *value < faintest * peak { 0.0 } else { *value / peak * 255.0 };
    }
}

/// Left, top, width and height of the smallest rectangle around all ink.
fn bounds(ink: &Ink) -> (usize, usize, usize, usize) {
    let (mut left, mut top, mut right, mut bottom) = (ink.width, ink.height, 0, 0);
    for (index, _) in ink.values.iter().enumerate().filter(|&(_, &value)| value > 0.0) {
        let (x, y) = (index % ink.width, index / ink.width);
        (left, top, right, bottom) = (left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1));
    }
    (left, top, right - left, bottom - top)
}

/// Where the ink balances, in pixels from the left and the top edge.
fn centre_of_mass(ink: &Ink) -> (f32, f32) {
    let mut sums = [0.0f64; 3];
    for (index, &value) in ink.values.iter().enumerate() {
        let mass = f64::from(value);
        sums[0] += mass * ((index % ink.width) as f64 + 0.5);
        sums[1] += mass * ((index / ink.width) as f64 + 0.5);
        sums[2] += mass;
    }
    ((sums[0] / sums[2]) as f32, (sums[1] / sums[2]) as f32)
}

fn crop(ink: &Ink, left: usize, top: usize, width: usize, height: usize) -> Ink {
    let rows = ink.values.chunks_exact(ink.width).skip(top).take(height);
    Ink { width, height, values: rows.flat_map(|row| &row[left..left + width]).copied().collect() }
}

/// Scales by area: a new pixel is the mean of what it covers of the old ones.
fn resize(ink: &Ink, width: usize, height: usize) -> Ink {
    let mut values = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let mut value = 0.0;
            for (old_y, rows) in cover(y, ink.height, height) {
                for (old_x, columns) in cover(x, ink.width, width) {
                    value += ink.values[old_y * ink.width + old_x] * rows * columns;
                }
            }
            values.push(value);
        }
    }
    Ink { width, height, values }
}

/// The old pixels that new pixel `at` covers when `from` of them become `to`, each with its share; shares add up to 1.
fn cover(at: usize, from: usize, to: usize) -> impl Iterator<Item = (usize, f32)> {
    // In units of `1 / to` of an old pixel all edges are whole numbers.
    let (start, end) = (at * from, (at + 1) * from);
    (start / to..end.div_ceil(to)).map(move |old| {
        let covered = end.min((old + 1) * to) - start.max(old * to);
        (old, covered as f32 / from as f32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::{load, parse_digits},
        run::shipped,
    };

    /// A square picture with rectangles of `left, top, width, height` filled with `value`.
    fn strokes(side: usize, value: f32, rectangles: &[[usize; 4]]) -> Ink {
        let mut ink = Ink { width: side, height: side, values: vec![0.0; side * side] };
        for &[left, top, width, height] in rectangles {
            for row in ink.values.chunks_exact_mut(side).skip(top).take(height) {
                row[left..left + width].fill(value);
            }
        }
        ink
    }

    fn as_ink(digit: &Digit) -> Ink {
        Ink { width: SIDE, height: SIDE, values: digit.iter().copied().map(f32::from).collect() }
    }

    #[test]
    fn strokes_fill_the_box_and_lie_in_the_middle() {
        for (side, rectangle) in [(300, [10, 180, 50, 100]), (10, [3, 1, 2, 4]), (50, [40, 0, 10, 20])] {
            let digit = as_ink(&to_digit(strokes(side, 120.0, &[rectangle])));
            assert_eq!(bounds(&digit), (9, 4, 10, 20), "{rectangle:?}");
            assert!(digit.values.iter().all(|value| [0.0, 255.0].contains(value)));
        }
    }

    #[test]
    fn a_lopsided_shape_is_centred_by_weight() {
        let shape = strokes(100, 255.0, &[[10, 10, 60, 10], [10, 20, 10, 10], [10, 30, 30, 30]]);
        let digit = as_ink(&to_digit(shape));
        let (x, y) = centre_of_mass(&digit);
        assert!((x - 14.0).abs() <= 0.5 && (y - 14.0).abs() <= 0.5, "{x} {y}");
        assert_eq!(bounds(&digit).2, 20);
    }

    #[test]
    fn a_digit_framed_already_is_left_as_it_is() {
        let ink = strokes(28, 200.0, &[[10, 4, 8, 20]]);
        assert_eq!(as_ink(&to_digit(ink.clone())), ink);
    }

    #[test]
    fn noise_is_paper_and_a_hair_is_ink() {
        let mut noisy = strokes(100, 255.0, &[[40, 30, 20, 40]]);
        noisy.values[0] = 30.0;
        assert_eq!(bounds(&as_ink(&to_digit(noisy))), (9, 4, 10, 20));
        let hair = strokes(2000, 255.0, &[[100, 100, 1, 1800], [1900, 100, 1, 1]]);
        assert_eq!(to_digit(hair).iter().max(), Some(&255));
    }

    #[test]
    fn shares_of_a_scaled_pixel_add_up() {
        for (from, to) in [(1, 20), (7, 20), (20, 20), (33, 20), (1000, 1)] {
            for at in 0..to {
                let sum: f32 = cover(at, from, to).map(|(_, share)| share).sum();
                assert!((sum - 1.0).abs() < 1e-4, "{from} to {to}: {sum}");
            }
        }
    }

    #[test]
    fn every_digit_of_the_test_set_counts_as_framed() {
        let digits = load(&shipped("t10k-images-idx3-ubyte.gz"), parse_digits).unwrap();
        for (index, digit) in digits.iter().enumerate() {
            assert!(is_framed(&as_ink(digit)), "digit {index}");
        }
    }
}
