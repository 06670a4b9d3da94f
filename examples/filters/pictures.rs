//! The picture that filters work on.
//!
//! Comes in: a path. Goes out: the picture in colours and in grey. Must not know: filters.

use std::path::Path;

use anyhow::Result;
use image::{DynamicImage, GrayImage, RgbImage};
use toeplitz_examples::pictures;

/// What filters work on.
pub(crate) struct Source {
    pub(crate) colour: RgbImage,
    /// The same in grey, for filters that look at brightness alone.
    pub(crate) grey: GrayImage,
}

impl Source {
    pub(crate) fn new(colour: RgbImage) -> Self {
        let colour = DynamicImage::ImageRgb8(colour);
        Self { grey: colour.to_luma8(), colour: colour.into_rgb8() }
    }

    /// The picture of a file.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        pictures::load(path).map(Self::new)
    }
}
