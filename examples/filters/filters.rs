//! The filters: six macro calls, and their weights.
//!
//! Comes in: nothing. Goes out: [`Filter`]s. Must not know: how a picture is cut, who else can do the same.
//!
//! All layers have their channels in front (`layout: nchw`), so that a vector holds neighbours of a row; a filter that
//! treats red, green and blue alike is a depthwise convolution. Padding is left to the margins of tiles.

use std::time::Duration;

use image::{DynamicImage, GrayImage, RgbImage};
use toeplitz::{Layer, conv_transpose2d, conv2d, depthwise_conv2d};

use crate::{
    pictures::Source,
    tiles::{Pixels, SIDE, Tiled},
};

depthwise_conv2d! { struct Gaussian < in: 134x134x3, kernel: 7x7, layout: nchw, bias: false >; }
conv2d! { struct Sobel < in: 130x130x1, kernel: 3x3x2, layout: nchw, bias: false >; }
depthwise_conv2d! { struct Sharpen < in: 130x130x3, kernel: 3x3, layout: nchw, bias: false >; }
conv2d! { struct Emboss < in: 130x130x1, kernel: 3x3x1, layout: nchw, bias: false >; }
conv_transpose2d! { struct Upsample < in: 130x130x3, kernel: 4x4x3, groups: 3, stride: 2, padding: 3, layout: nchw, bias: false >; }
depthwise_conv2d! { struct Disc < in: 134x134x3, kernel: 7x7, layout: nchw, bias: false >; }

/// Height and width of the two blurs' windows.
pub(crate) const WINDOW: usize = 7;
/// Standard deviation of the Gaussian, in pixels: beyond three pixels, where the window ends, lie 1.2 % of it.
pub(crate) const SIGMA: f32 = 1.4;
/// Differences from left to right and from top to bottom, smoothed across (Sobel and Feldman, 1968).
pub(crate) const SOBEL: [f32; 18] = [
    -1.0, 0.0, 1.0, -2.0, 0.0, 2.0, -1.0, 0.0, 1.0, //
    -1.0, -2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 1.0,
];
/// The picture less its Laplacian.
pub(crate) const SHARPEN: [f32; 9] = [0.0, -1.0, 0.0, -1.0, 5.0, -1.0, 0.0, -1.0, 0.0];
/// The picture and its slope towards the upper left, where the light seems to come from.
pub(crate) const EMBOSS: [f32; 9] = [-2.0, -1.0, 0.0, -1.0, 1.0, 1.0, 0.0, 1.0, 2.0];
/// What an input pixel adds to the outputs about it, along one axis: outputs lie at a quarter and three quarters between
/// inputs (bilinear interpolation).
pub(crate) const BILINEAR: [f32; 4] = [0.25, 0.75, 0.75, 0.25];

/// The filtered picture, and the time spent in the layer alone.
pub(crate) type Apply = Box<dyn Fn(&Source) -> (DynamicImage, Duration)>;

/// A filter of pictures.
pub(crate) struct Filter {
    pub(crate) name: &'static str,
    /// File name of its result, without `.png`.
    pub(crate) file: &'static str,
    /// What the layer is.
    pub(crate) layer: &'static str,
    /// How far from the picture's edge what lies beyond it matters, in pixels of the result.
    pub(crate) edge: u32,
    pub(crate) apply: Apply,
}

/// All of them, ready to be used.
pub(crate) fn all() -> [Filter; 6] {
    [
        Filter {
            name: "Gaussian blur",
            file: "gaussian",
            layer: "depthwise_conv2d! 7x7",
            edge: 3,
            apply: colour::<Gaussian>(&gaussian()),
        },
        Filter {
            name: "Sobel magnitude",
            file: "sobel",
            layer: "conv2d! 3x3x2",
            edge: 1,
            apply: grey(Tiled::<Sobel>::new(&SOBEL, 1, magnitude)),
        },
        Filter {
            name: "sharpen",
            file: "sharpen",
            layer: "depthwise_conv2d! 3x3",
            edge: 1,
            apply: colour::<Sharpen>(&SHARPEN),
        },
        Filter {
            name: "emboss",
            file: "emboss",
            layer: "conv2d! 3x3x1",
            edge: 1,
            apply: grey(Tiled::<Emboss>::new(&EMBOSS, 1, |_| {})),
        },
        Filter {
            name: "upsample 2x",
            file: "upsample",
            layer: "conv_transpose2d! 4x4x3",
            edge: 1,
            apply: colour::<Upsample>(&product(BILINEAR)),
        },
        Filter {
            name: "disc blur",
            file: "disc",
            layer: "depthwise_conv2d! 7x7",
            edge: 3,
            apply: colour::<Disc>(&disc()),
        },
    ]
}

/// A layer with the same kernel for red, green and blue.
fn colour<L: Layer<Element = f32> + 'static>(kernel: &[f32]) -> Apply {
    let tiled = Tiled::<L>::new(&kernel.repeat(3), 3, |_| {});
    Box::new(move |Source { colour, .. }| {
        let (width, height) = colour.dimensions();
        let scale = tiled.scale as u32;
        let (samples, time) = tiled.apply(&pixels(colour, colour.dimensions()));
        let picture = RgbImage::from_raw(scale * width, scale * height, samples);
        (picture.expect("three samples a pixel").into(), time)
    })
}

/// A layer for pictures in grey.
fn grey<L: Layer<Element = f32> + 'static>(tiled: Tiled<L>) -> Apply {
    Box::new(move |Source { grey, .. }| {
        let (width, height) = grey.dimensions();
        let (samples, time) = tiled.apply(&pixels(grey, grey.dimensions()));
        (GrayImage::from_raw(width, height, samples).expect("one sample a pixel").into(), time)
    })
}

fn pixels(samples: &[u8], (width, height): (u32, u32)) -> Pixels<'_> {
    Pixels { samples, width: width as usize, height: height as usize }
}

/// Sobel's two outputs become one, the length of the gradient.
fn magnitude(outputs: &mut [f32]) {
    let (across, down) = outputs.split_at_mut(SIDE * SIDE);
    for (x, y) in across.iter_mut().zip(down) {
        *x = (*x * *x + *y * *y).sqrt();
    }
}

/// The kernel whose rows and columns are both `axis`.
pub(crate) fn product<const N: usize>(axis: [f32; N]) -> Vec<f32> {
    axis.iter().flat_map(|y| axis.map(|x| x * y)).collect()
}

/// `exp(-r^2 / (2 sigma^2))`, scaled so that an even picture stays as it is.
pub(crate) fn gaussian() -> Vec<f32> {
    let axis: [f32; WINDOW] = std::array::from_fn(|at| {
        let distance = at as f32 - (WINDOW / 2) as f32;
        (-distance * distance / (2.0 * SIGMA * SIGMA)).exp()
    });
    let sum: f32 = axis.iter().sum();
    product(axis.map(|value| value / sum))
}

/// A disc that fills the window, as a lens out of focus draws a point: each weight is the part of its pixel inside, counted
/// on a grid of 16x16 points.
pub(crate) fn disc() -> Vec<f32> {
    const GRID: usize = 16;
    let radius = WINDOW as f32 / 2.0;
    // Distance of a point of the grid from the window's centre, along one axis.
    let distance = |at: usize| (at as f32 + 0.5) / GRID as f32 - radius;
    let mut weights = [0.0; WINDOW * WINDOW];
    for y in 0..WINDOW * GRID {
        for x in 0..WINDOW * GRID {
            if distance(x).hypot(distance(y)) <= radius {
                weights[y / GRID * WINDOW + x / GRID] += 1.0;
            }
        }
    }
    let sum: f32 = weights.iter().sum();
    weights.map(|weight| weight / sum).to_vec()
}
