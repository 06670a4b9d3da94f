//! The same filters by the crates `image` and `imageproc`.
//!
//! Comes in: a filter's name. Goes out: who else computes it, and how far their results may be from ours. Must not know:
//! how ours are computed.

use image::{
    DynamicImage,
    imageops::{self, FilterType, GaussianBlurParameters},
};
use imageproc::{
    filter::{filter, filter_clamped, gaussian_blur_f32},
    gradients::sobel_gradients,
    kernel::Kernel,
};

use crate::{
    filters::{EMBOSS, SHARPEN, SIGMA, WINDOW, disc},
    pictures::Source,
};

/// A filter of another crate.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) apply: fn(&Source) -> DynamicImage,
    /// Largest difference from ours that its roundings explain, in levels of 255.
    pub(crate) tolerance: u16,
    /// Whether it repeats the picture's edge, as we do.
    pub(crate) edges: bool,
}

/// Who else computes the filter of that file name.
pub(crate) fn of(file: &str) -> Vec<Peer> {
    match file {
        "gaussian" => vec![
            // Rows and then columns, each rounded down to bytes.
            Peer {
                name: "imageproc gaussian_blur_f32",
                apply: |source| gaussian_blur_f32(&source.colour, SIGMA).into(),
                tolerance: 2,
                edges: true,
            },
            Peer {
                name: "image blur_advanced",
                // Of the same window and deviation.
                apply: |source| imageops::blur_advanced(&source.colour, GaussianBlurParameters::SMOOTHING_7).into(),
                tolerance: 1,
                edges: true,
            },
        ],
        // Rounds down.
        "sobel" => vec![Peer {
            name: "imageproc sobel_gradients",
            apply: |source| DynamicImage::ImageLuma16(sobel_gradients(&source.grey)),
            tolerance: 1,
            edges: true,
        }],
        "sharpen" => vec![
            Peer {
                name: "imageproc filter_clamped",
                apply: |source| {
                    let kernel = SHARPEN.map(|weight| weight as i32);
                    filter_clamped::<_, _, u8>(&source.colour, Kernel::new(&kernel, 3, 3)).into()
                },
                tolerance: 0,
                edges: true,
            },
            Peer {
                name: "image filter3x3",
                apply: |source| imageops::filter3x3(&source.colour, &SHARPEN).into(),
                tolerance: 0,
                edges: false,
            },
        ],
        "emboss" => vec![
            Peer {
                name: "imageproc filter_clamped",
                apply: |source| {
                    let kernel = EMBOSS.map(|weight| weight as i32);
                    filter_clamped::<_, _, u8>(&source.grey, Kernel::new(&kernel, 3, 3)).into()
                },
                tolerance: 0,
                edges: true,
            },
            Peer {
                name: "image filter3x3",
                apply: |source| imageops::filter3x3(&source.grey, &EMBOSS).into(),
                tolerance: 0,
                edges: false,
            },
        ],
        "upsample" => vec![Peer {
            name: "image resize, Triangle",
            apply: |source| {
                let (width, height) = source.colour.dimensions();
                imageops::resize(&source.colour, 2 * width, 2 * height, FilterType::Triangle).into()
            },
            tolerance: 1,
            edges: true,
        }],
        "disc" => vec![Peer {
            name: "imageproc filter",
            apply: |source| {
                let kernel = disc();
                let kernel = Kernel::new(&kernel, WINDOW as u32, WINDOW as u32);
                filter::<_, f32, _, image::Rgb<u8>>(&source.colour, kernel, |sum| (sum + 0.5) as u8).into()
            },
            // A sum so near a half that its order decides.
            tolerance: 1,
            edges: true,
        }],
        _ => Vec::new(),
    }
}
