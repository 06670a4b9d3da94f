//! All results on one sheet.
//!
//! Comes in: the picture and its filtered ones. Goes out: a picture with a labelled cell for each. Must not know: what the
//! filters do.
//!
//! A cell shows the middle of a picture pixel for pixel, for a filter's work is lost when a picture is scaled down. An
//! enlarged picture stands beside one whose pixels were merely doubled.

use image::{
    DynamicImage, GenericImageView, Rgb, RgbImage,
    imageops::{self, FilterType},
};

use toeplitz_examples::font;

use crate::pictures::Source;

/// Cells in a row.
const COLUMNS: u32 = 4;
/// Largest cell, and the narrowest, in which a label has room.
const CELL: [u32; 2] = [480, 360];
const LABEL_WIDTH: u32 = 200;
/// Height of a label's line above its cell.
const LABEL: u32 = 28;
/// Pixels a dot of a letter is wide and high.
const DOT: u32 = 2;
const GAP: u32 = 12;
const PAPER: Rgb<u8> = Rgb([24, 26, 30]);
const INK: Rgb<u8> = Rgb([236, 236, 230]);

/// The sheet.
pub(crate) fn draw(source: &Source, results: &[(&str, DynamicImage)]) -> RgbImage {
    let (width, height) = source.colour.dimensions();
    let [cell_width, cell_height] = [width.min(CELL[0]), height.min(CELL[1])];
    let doubled = imageops::resize(&source.colour, 2 * width, 2 * height, FilterType::Nearest);
    let originals = [("picture", source.colour.clone().into()), ("pixels doubled", doubled.into())];
    let cells: Vec<(&str, &DynamicImage)> =
        originals.iter().chain(results).map(|(label, picture)| (*label, picture)).collect();

    let (step_x, step_y) = (cell_width.max(LABEL_WIDTH) + GAP, cell_height + LABEL + GAP);
    let rows = (cells.len() as u32).div_ceil(COLUMNS);
    let mut sheet = RgbImage::from_pixel(GAP + COLUMNS * step_x, GAP + rows * step_y, PAPER);
    for (at, (label, picture)) in (0..).zip(cells) {
        let (x, y) = (GAP + at % COLUMNS * step_x, GAP + at / COLUMNS * step_y);
        font::write(&mut sheet, label, [x, y].map(u32::cast_signed), DOT, INK);
        let (left, top) = ((picture.width() - cell_width) / 2, (picture.height() - cell_height) / 2);
        let middle = picture.view(left, top, cell_width, cell_height).to_image();
        imageops::replace(&mut sheet, &DynamicImage::from(middle).into_rgb8(), x.into(), (y + LABEL).into());
    }
    sheet
}
