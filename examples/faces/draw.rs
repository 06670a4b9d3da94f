//! Faces in a photo.
//!
//! Comes in: a photo, and faces in its pixels. Goes out: the photo with them. Must not know: how they were found.

use image::{Rgb, RgbImage};
use imageproc::{
    drawing::{draw_filled_circle_mut, draw_filled_rect_mut},
    rect::Rect,
};
use toeplitz_examples::font;

use crate::boxes::{Edges, Found};

const LINE: Rgb<u8> = Rgb([64, 255, 96]);
const POINT: Rgb<u8> = Rgb([255, 214, 10]);
/// Around lines and points, so that they can be seen on anything.
const RIM: Rgb<u8> = Rgb([12, 20, 16]);

/// Draws a box with its score, and points, of each face. What reaches beyond the photo is left out.
pub(crate) fn faces(photo: &mut RgbImage, faces: &[Found<Vec<[f64; 2]>>]) {
    // Lines as wide as can be seen when the whole photo is.
    let width = (photo.width().max(photo.height()) / 256).max(2).cast_signed();
    for face in faces {
        frame(photo, face.edges, width);
        for &[x, y] in &face.more {
            // The pixel that the point lies in.
            let middle = (x.floor() as i32, y.floor() as i32);
            draw_filled_circle_mut(photo, middle, width + width / 2, RIM);
            draw_filled_circle_mut(photo, middle, width, POINT);
        }
        label(photo, face.edges, face.score, width);
    }
}

/// Four lines, outside and inside of which there is a rim.
fn frame(photo: &mut RgbImage, edges: Edges, width: i32) {
    let [left, top, right, bottom] = edges.map(|edge| edge.round() as i32);
    let rim = width / 2;
    for (wider, ink) in [(rim, RIM), (0, LINE)] {
        let [from, width] = [width / 2 + wider, width + 2 * wider];
        for y in [top, bottom] {
            fill(photo, [left - from, y - from], [right - left + width, width], ink);
        }
        for x in [left, right] {
            fill(photo, [x - from, top - from], [width, bottom - top + width], ink);
        }
    }
}

/// The score above the box, or inside where there is no room above.
fn label(photo: &mut RgbImage, edges: Edges, score: f64, width: i32) {
    let text = format!("{score:.3}");
    let margin = width + width / 2;
    let size = |dot: i32| font::size(&text, dot as u32).map(|len| len.cast_signed() + 2 * margin);
    // Smaller letters for a small face, so that faces beside each other have their own.
    let dot = if f64::from(size(width)[0]) <= edges[2] - edges[0] { width } else { width / 2 };
    let size = size(dot);
    let [left, top] = [edges[0], edges[1]].map(|edge| edge.round() as i32 - width / 2);
    let top = if top >= size[1] { top - size[1] } else { top };
    fill(photo, [left, top], size, LINE);
    font::write(photo, &text, [left + margin, top + margin], dot as u32, RIM);
}

fn fill(photo: &mut RgbImage, [left, top]: [i32; 2], size: [i32; 2], ink: Rgb<u8>) {
    let [width, height] = size.map(|len| len.max(1) as u32);
    draw_filled_rect_mut(photo, Rect::at(left, top).of_size(width, height), ink);
}
