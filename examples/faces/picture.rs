//! Pictures as networks are shown them: cut out, made larger or smaller without rounding.
//!
//! Comes in: pixels. Goes out: pixels in `f64`. Must not know: what a network wants.

use std::ops::Range;

use image::RgbImage;

/// Pixels, row by row: red, green, blue, each from 0 to 255.
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) pixels: Vec<[f64; 3]>,
}

/// A part of a picture: the pixel in its upper left corner, which need not be inside, width and height.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) at: [isize; 2],
    pub(crate) size: [usize; 2],
}

impl Picture {
    /// A photo in this size.
    pub(crate) fn of(photo: &RgbImage, size: [usize; 2]) -> Self {
        let [width, height] = [photo.width() as usize, photo.height() as usize];
        area_mean(photo.as_raw().as_chunks().0, width, Window { at: [0; 2], size: [width, height] }, size)
    }

    /// Rows.
    pub(crate) fn height(&self) -> usize {
        self.pixels.len() / self.width
    }

    /// A part of it in another size; black where the part reaches beyond the picture.
    pub(crate) fn part(&self, window: Window, size: [usize; 2]) -> Self {
        area_mean(&self.pixels, self.width, window, size)
    }

    /// All of it in another size.
    pub(crate) fn resized(&self, size: [usize; 2]) -> Self {
        self.part(Window { at: [0; 2], size: [self.width, self.height()] }, size)
    }
}

/// Every pixel of the result is the mean of the area that it covers, whether it is larger or smaller than those of the window.
fn area_mean<T: Copy + Into<f64>>(pixels: &[[T; 3]], width: usize, window: Window, size: [usize; 2]) -> Picture {
    let height = pixels.len() / width;
    let [columns, rows] = [0, 1].map(|axis| shares(window.size[axis], size[axis]));
    let inside = clipped(window.at[0], window.size[0], width);
    let mut result = Vec::with_capacity(size[0] * size[1]);
    // A row of the window: the mean of those that a row of the result covers.
    let mut row = vec![[0.0; 3]; window.size[0]];
    for (first, shares) in rows {
        row.fill([0.0; 3]);
        for (y, share) in (window.at[1] + first.cast_signed()..).zip(shares) {
            if inside.is_empty() || !(0..height.cast_signed()).contains(&y) {
                continue;
            }
            let begin = y as usize * width + (window.at[0] + inside.start.cast_signed()) as usize;
            for (sums, pixel) in row[inside.clone()].iter_mut().zip(&pixels[begin..]) {
                *sums = [0, 1, 2].map(|channel| sums[channel] + share * pixel[channel].into());
            }
        }
        result.extend(columns.iter().map(|(first, shares)| {
            row[*first..]
                .iter()
                .zip(shares)
                .fold([0.0; 3], |sums, (pixel, share)| [0, 1, 2].map(|channel| sums[channel] + share * pixel[channel]))
        }));
    }
    Picture { width: size[0], pixels: result }
}

/// The part of `len` pixels from `at` on that lies inside `0..end`, counted from `at`; empty where none does.
fn clipped(at: isize, len: usize, end: usize) -> Range<usize> {
    let [first, behind] = [0, end.cast_signed()].map(|edge| (edge - at).clamp(0, len.cast_signed()) as usize);
    first..behind
}

/// For each of `to` pixels along an axis that has `from`: the first that it covers, and which part of it is of that one and of
/// those behind it.
fn shares(from: usize, to: usize) -> Vec<(usize, Vec<f64>)> {
    let step = from as f64 / to as f64;
    let of = |place: usize| {
        let [begin, end] = [place, place + 1].map(|place| place as f64 * step);
        let covered = begin as usize..(end.ceil() as usize).min(from);
        let share = |pixel: usize| ((pixel + 1) as f64).min(end) - (pixel as f64).max(begin);
        (covered.start, covered.map(|pixel| share(pixel) / step).collect())
    };
    (0..to).map(of).collect()
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    /// The mean of a pixel's area by the definition: every pixel of the window, by how much of it is covered.
    fn exact(picture: &Picture, window: Window, size: [usize; 2], [x, y]: [usize; 2], channel: usize) -> f64 {
        let overlap = |axis: usize, place: usize, pixel: usize| {
            let step = window.size[axis] as f64 / size[axis] as f64;
            let [begin, end] = [place as f64 * step, (place + 1) as f64 * step];
            (end.min(pixel as f64 + 1.0) - begin.max(pixel as f64)).max(0.0) / step
        };
        let mut sum = 0.0;
        for dy in 0..window.size[1] {
            for dx in 0..window.size[0] {
                let (left, top) = (window.at[0] + dx.cast_signed(), window.at[1] + dy.cast_signed());
                if (0..picture.width.cast_signed()).contains(&left)
                    && (0..picture.height().cast_signed()).contains(&top)
                {
                    let pixel = picture.pixels[top as usize * picture.width + left as usize];
                    sum += overlap(0, x, dx) * overlap(1, y, dy) * pixel[channel];
                }
            }
        }
        sum
    }

    #[test]
    fn every_pixel_is_the_mean_of_its_area() {
        let mut random = Rng::with_seed(7);
        let photo = RgbImage::from_fn(13, 9, |_, _| image::Rgb([0; 3].map(|_| random.u8(..))));
        let picture = Picture::of(&photo, [13, 9]);
        let samples: Vec<f64> = photo.as_raw().iter().copied().map(f64::from).collect();
        assert_eq!(picture.pixels.as_flattened(), samples);
        // Smaller, larger, both, inside, beyond each edge and beyond all of them.
        for (at, window, size) in [
            ([0, 0], [13, 9], [5, 4]),
            ([2, 1], [7, 5], [17, 11]),
            ([-4, 3], [9, 9], [3, 20]),
            ([6, -5], [12, 8], [12, 5]),
            ([-3, -2], [20, 14], [6, 6]),
            ([40, 2], [3, 3], [2, 2]),
            ([1, -30], [3, 3], [2, 2]),
            ([-9, 0], [4, 4], [3, 3]),
        ] {
            let window = Window { at, size: window };
            let found = picture.part(window, size);
            assert_eq!([found.width, found.height()], size);
            for (place, pixel) in found.pixels.iter().enumerate() {
                let [x, y] = [place % size[0], place / size[0]];
                for (channel, found) in pixel.iter().enumerate() {
                    let exact = exact(&picture, window, size, [x, y], channel);
                    assert!((found - exact).abs() < 1e-9, "{window:?} to {size:?} at {x}, {y}: {found} for {exact}");
                }
            }
        }
        let whole = picture.resized([4, 3]);
        assert!(
            (whole.pixels[5][1] - exact(&picture, Window { at: [0; 2], size: [13, 9] }, [4, 3], [1, 1], 1)).abs()
                < 1e-9
        );
    }
}
