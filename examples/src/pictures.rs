//! Picture files.
//!
//! Comes in: a path. Goes out: the picture's pixels, or what is wrong with the file; and the other way round. Must not
//! know: what they show.

use std::{fs, io::Cursor, path::Path};

use anyhow::{Context, Result, bail, ensure};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage, guess_format};

/// Longest side of a picture taken: one that is enlarged, and copies beside it, then fit into a few gigabytes.
const MAX_SIDE: u32 = 8192;

/// Reads a PNG or JPEG, the right way up and on white where it is transparent.
///
/// # Errors
///
/// If there is no such file, or it is damaged, too large, or something else.
pub fn load(path: &Path) -> Result<RgbImage> {
    parse(path).with_context(|| path.display().to_string())
}

fn parse(path: &Path) -> Result<RgbImage> {
    ensure!(!path.is_dir(), "found a folder, expected a PNG or JPEG; where results go comes second");
    let bytes = fs::read(path)?;
    let format = match guess_format(&bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) => format,
        Ok(other) => bail!("found {}, expected PNG or JPEG: save the picture as one of them", name(other)),
        Err(_) => bail!("found {}, expected a PNG or JPEG", unknown(&bytes)),
    };
    let damaged = || format!("found a damaged {}, expected a whole one", name(format));
    let mut decoder = ImageReader::with_format(Cursor::new(&bytes), format).into_decoder().with_context(damaged)?;
    // Before anything that needs memory for the pixels.
    let (width, height) = decoder.dimensions();
    ensure!(
        width.max(height) <= MAX_SIDE,
        "found a picture of {width}x{height} pixels, expected at most {MAX_SIDE}x{MAX_SIDE}: make it smaller first"
    );
    // Cameras store which way up they were held.
    let orientation = decoder.orientation().with_context(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).with_context(damaged)?;
    picture.apply_orientation(orientation);
    Ok(on_white(picture))
}

/// What a file that is no picture seems to be, by its beginning.
fn unknown(bytes: &[u8]) -> &'static str {
    // What is beyond ASCII may be text.
    let is_text = |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
    match bytes {
        [] => "an empty file",
        _ if bytes.iter().take(256).all(is_text) => "a text file",
        _ => "a file of no known picture format",
    }
}

/// A format as people write it.
fn name(format: ImageFormat) -> String {
    format!("{format:?}").to_uppercase()
}

fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        image::Rgb([r, g, b].map(|value| ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8))
    })
}

/// Writes a PNG.
///
/// # Errors
///
/// If the file cannot be written.
pub fn save(picture: &DynamicImage, path: &Path) -> Result<()> {
    picture.save_with_format(path, ImageFormat::Png).with_context(|| format!("{} cannot be written", path.display()))
}
