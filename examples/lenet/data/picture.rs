//! A picture as shades of ink, from a PNG.
//!
//! Comes in: the bytes of a PNG of any colour type, light on dark or dark on light. Goes out: how much ink lies on each
//! pixel. Must not know: what the picture shows.

use std::io::Cursor;

use anyhow::{Context, Result, ensure};
use png::{Decoder, Transformations};

/// Longest side of a picture taken, so that a small file cannot unpack to gigabytes.
const MAX_SIDE: u32 = 4096;
/// Least difference between ink and paper, of 255; below it there is nothing to read.
const CONTRAST: u8 = 16;

/// A picture's ink, row-major: 0 is paper, the most is 255.
///
/// Floats, because a thin stroke that is scaled down a hundredfold is fainter than the least grey.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ink {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Vec<f32>,
}

/// The ink of a PNG.
pub(super) fn parse(bytes: &[u8]) -> Result<Ink> {
    let damaged = "found a damaged PNG, expected a whole one";
    let mut decoder = Decoder::new(Cursor::new(bytes));
    // Palettes become colours, and samples bytes.
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    // Before anything that needs memory for a row.
    let (width, height) = decoder.read_header_info().context(damaged)?.size();
    ensure!(
        width.max(height) <= MAX_SIDE,
        "found a picture of {width}x{height} pixels, expected at most {MAX_SIDE}x{MAX_SIDE}"
    );
    let mut reader = decoder.read_info().context(damaged)?;
    let mut samples = vec![0; reader.output_buffer_size().context(damaged)?];
    let frame = reader.next_frame(&mut samples).context(damaged)?;
    let samples = samples[..frame.buffer_size()].chunks_exact(frame.color_type.samples());
    let greys = opaque(&samples.map(grey_and_alpha).collect::<Vec<_>>());
    let (width, height) = (width as usize, height as usize);
    Ok(Ink { width, height, values: ink(&greys, width)? })
}

/// Brightness and cover of a pixel given as grey, grey and alpha, RGB, or RGBA.
fn grey_and_alpha(pixel: &[u8]) -> [u8; 2] {
    // The eye's weights of red, green and blue (ITU-R BT.601), in thousandths.
    let grey = |r: u8, g: u8, b: u8| ((299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)) / 1000) as u8;
    match *pixel {
        [grey] => [grey, 255],
        [grey, alpha] => [grey, alpha],
        [r, g, b] => [grey(r, g, b), 255],
        [r, g, b, alpha] => [grey(r, g, b), alpha],
        _ => [0, 0],
    }
}

/// Greys of the picture laid on a ground that its strokes stand out from: white under dark ones, black under light ones.
fn opaque(pixels: &[[u8; 2]]) -> Vec<u8> {
    let (light, cover) = pixels.iter().fold((0, 0), |(light, cover), pixel| {
        let [grey, alpha] = pixel.map(u64::from);
        (light + grey * alpha, cover + alpha)
    });
    let ground = if light > cover * 127 { 0 } else { 255 };
    let on_ground = |&pixel: &[u8; 2]| {
        let [grey, alpha] = pixel.map(u32::from);
        ((grey * alpha + ground * (255 - alpha)) / 255) as u8
    };
    pixels.iter().map(on_ground).collect()
}

/// How far every pixel is from the paper, in the direction of the strokes.
///
/// The paper is the middle grey of the picture's edge; the strokes are lighter or darker, whichever goes further.
fn ink(greys: &[u8], width: usize) -> Result<Vec<f32>> {
    let sides = greys.chunks_exact(width).flat_map(|row| [row[0], row[width - 1]]);
    let ends = greys[..width].iter().chain(&greys[greys.len() - width..]).copied();
    let mut edge: Vec<u8> = sides.chain(ends).collect();
    edge.sort_unstable();
    let paper = edge[edge.len() / 2];
    let (dark, light) = greys.iter().fold((paper, paper), |(dark, light), &grey| (dark.min(grey), light.max(grey)));
    ensure!(
        light - dark >= CONTRAST,
        "found greys from {dark} to {light} only, expected a digit darker or lighter than its ground"
    );
    let dark_ink = paper - dark > light - paper;
    let distance = |&grey: &u8| if dark_ink { paper.saturating_sub(grey) } else { grey.saturating_sub(paper) };
    Ok(greys.iter().map(|grey| f32::from(distance(grey))).collect())
}

#[cfg(test)]
pub(super) mod tests {
    use png::{BitDepth, ColorType, Encoder};

    use super::*;

    /// A PNG of these samples.
    pub(in super::super) fn png(width: u32, height: u32, color: ColorType, samples: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        encoder.set_depth(BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(samples).unwrap();
        bytes
    }

    /// Three by three pixels with one in the middle that differs.
    fn dot<const N: usize>(ground: [u8; N], ink: [u8; N]) -> Vec<u8> {
        (0..9).flat_map(|index| if index == 4 { ink } else { ground }).collect()
    }

    #[test]
    fn ink_is_the_distance_from_the_paper_whatever_the_colours() {
        let cases = [
            (ColorType::Grayscale, dot([255], [55]), 200.0),
            (ColorType::Grayscale, dot([20], [220]), 200.0),
            (ColorType::Rgb, dot([255, 255, 255], [0, 0, 255]), 226.0),
            (ColorType::GrayscaleAlpha, dot([0, 0], [0, 255]), 255.0),
            (ColorType::GrayscaleAlpha, dot([0, 0], [255, 255]), 255.0),
            (ColorType::Rgba, dot([9, 9, 9, 0], [255, 255, 255, 255]), 255.0),
        ];
        for (color, samples, expected) in cases {
            let ink = parse(&png(3, 3, color, &samples)).unwrap();
            assert_eq!((ink.width, ink.height), (3, 3));
            assert_eq!(ink.values, [0.0, 0.0, 0.0, 0.0, expected, 0.0, 0.0, 0.0, 0.0], "{color:?} {samples:?}");
        }
    }

    #[test]
    fn blank_cut_and_oversized_pictures_are_errors() {
        let blank = parse(&png(3, 3, ColorType::Grayscale, &dot([120], [125]))).unwrap_err().to_string();
        assert_eq!(blank, "found greys from 120 to 125 only, expected a digit darker or lighter than its ground");
        let wide = parse(&png(MAX_SIDE + 1, 1, ColorType::Grayscale, &[0; 4097])).unwrap_err().to_string();
        assert_eq!(wide, "found a picture of 4097x1 pixels, expected at most 4096x4096");
        let mut huge = png(1, 1, ColorType::Grayscale, &[0]);
        // The width, and the checksum of the header with it.
        huge[16..20].copy_from_slice(&2_000_000_000u32.to_be_bytes());
        huge[29..33].copy_from_slice(&0xf77f_4975u32.to_be_bytes());
        let huge = format!("{:#}", parse(&huge).unwrap_err());
        assert_eq!(huge, "found a picture of 2000000000x1 pixels, expected at most 4096x4096");
        let whole = png(3, 3, ColorType::Grayscale, &dot([0], [255]));
        // The last twelve bytes only say that the file ends.
        for len in 8..whole.len() - 12 {
            assert!(parse(&whole[..len]).is_err(), "cut to {len} bytes");
        }
    }
}
