//! Pictures of any size through a layer of one size.
//!
//! Comes in: a picture and a layer over a tile of it. Goes out: the filtered picture, and the time that the layer took.
//! Must not know: what the layer computes.
//!
//! ```text
//!                  +-------------+
//!                  | +---------+ |   A layer takes a tile with a margin, as wide as its windows reach beyond the pixel
//!   picture  ...   | | 128x128 | |   they belong to, and pads nothing. Neighbouring tiles share their margins, and
//!                  | +---------+ |   where one lies outside the picture it repeats the picture's edge.
//!                  +-------------+
//! ```

use std::time::{Duration, Instant};

use toeplitz::{Buffer, Layer, reference};

/// Height and width of what a tile adds to a filtered picture of the same size: large enough that margins cost little,
/// small enough that input and output of a layer stay in the caches.
pub(crate) const SIDE: usize = 128;

/// Pixels of one or three channels, row-major and channels last, as pictures are stored.
pub(crate) struct Pixels<'a> {
    pub(crate) samples: &'a [u8],
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// A layer that filters tiles, channels first: `[channels][SIDE + 2 * margin][SIDE + 2 * margin]` to
/// `[channels][SIDE * scale][SIDE * scale]`.
pub(crate) struct Tiled<L: Layer<Element = f32>> {
    layer: Box<L>,
    margin: usize,
    /// How many times as wide and high as its input the output is.
    pub(crate) scale: usize,
    in_channels: usize,
    /// Channels of the picture made of the outputs.
    out_channels: usize,
    /// What becomes of the layer's outputs before they are rounded; the first channels count.
    finish: fn(&mut [f32]),
}

impl<L: Layer<Element = f32>> Tiled<L> {
    /// A layer with these weights; its first outputs are the `channels` of a picture, once `finish` is through with them.
    ///
    /// # Panics
    ///
    /// If there are not as many weights as the layer has.
    pub(crate) fn new(weights: &[f32], channels: usize, finish: fn(&mut [f32])) -> Self {
        let [height, width, _] = reference::output_shape(&L::SPEC).expect("the layer's own shape")[..] else {
            unreachable!("filters have two axes")
        };
        debug_assert!(height == width && width.is_multiple_of(SIDE));
        Self {
            layer: L::boxed(L::Weights::from_slice(weights).expect("as many as the layer has"), &L::Bias::zeroed()),
            margin: (L::SPEC.axes[1].input - SIDE) / 2,
            scale: width / SIDE,
            in_channels: L::SPEC.in_channels,
            out_channels: channels,
            finish,
        }
    }

    /// The filtered picture's samples, channels last, rounded to the nearest of 0 to 255; and the time in the layer alone.
    pub(crate) fn apply(&self, picture: &Pixels) -> (Vec<u8>, Duration) {
        let (mut input, mut output) = (L::Input::zeroed(), L::Output::zeroed());
        let mut samples = vec![0; picture.width * picture.height * self.scale * self.scale * self.out_channels];
        let mut time = Duration::ZERO;
        for y in (0..picture.height).step_by(SIDE) {
            for x in (0..picture.width).step_by(SIDE) {
                self.cut(picture, [y, x], input.as_mut_slice());
                let start = Instant::now();
                self.layer.forward(&input, &mut output);
                time += start.elapsed();
                (self.finish)(output.as_mut_slice());
                self.paste(output.as_slice(), picture, [y, x], &mut samples);
            }
        }
        (samples, time)
    }

    /// The tile that begins at a pixel, with its margin.
    fn cut(&self, picture: &Pixels, [top, left]: [usize; 2], tile: &mut [f32]) {
        let side = SIDE + 2 * self.margin;
        let channels = self.in_channels;
        // Columns before the picture, in it, and behind it.
        let before = self.margin.saturating_sub(left);
        let first = left.saturating_sub(self.margin);
        let inside = (side - before).min(picture.width - first);
        for (at, row) in tile.chunks_exact_mut(side).enumerate() {
            let (channel, y) = (at / side, top + at % side);
            let y = y.saturating_sub(self.margin).min(picture.height - 1);
            let source = &picture.samples[y * picture.width * channels..][..picture.width * channels];
            // Compiled for each, so that the distance of a channel's samples is a constant.
            match channels {
                3 => read::<3>(&source[first * 3..], channel, &mut row[before..]),
                _ => read::<1>(&source[first..], channel, &mut row[before..]),
            }
            row[..before].fill(f32::from(source[channel]));
            row[before + inside..].fill(f32::from(source[source.len() - channels + channel]));
        }
    }

    /// A tile's outputs where they belong; those beyond the picture are dropped.
    fn paste(&self, tile: &[f32], picture: &Pixels, [top, left]: [usize; 2], samples: &mut [u8]) {
        let side = SIDE * self.scale;
        let (channels, width) = (self.out_channels, picture.width * self.scale);
        let (top, left) = (top * self.scale, left * self.scale);
        let height = side.min(picture.height * self.scale - top);
        let pixels = side.min(width - left);
        for (channel, plane) in tile.chunks_exact(side * side).take(channels).enumerate() {
            for (y, row) in plane.chunks_exact(side).take(height).enumerate() {
                let target = &mut samples[((top + y) * width + left) * channels..][..pixels * channels];
                match channels {
                    3 => write::<3>(row, target, channel),
                    _ => write::<1>(row, target, channel),
                }
            }
        }
    }
}

/// One of `CHANNELS` of as many pixels as both have.
fn read<const CHANNELS: usize>(samples: &[u8], channel: usize, row: &mut [f32]) {
    for (value, pixel) in row.iter_mut().zip(samples.as_chunks::<CHANNELS>().0) {
        *value = f32::from(pixel[channel]);
    }
}

/// The other way round, rounded. Whatever is below 0 or above 255 becomes that.
fn write<const CHANNELS: usize>(row: &[f32], samples: &mut [u8], channel: usize) {
    for (value, pixel) in row.iter().zip(samples.as_chunks_mut::<CHANNELS>().0) {
        pixel[channel] = (value + 0.5) as u8;
    }
}
