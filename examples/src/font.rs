//! Labels in pictures.
//!
//! Comes in: a few words. Goes out: pixels. Must not know: what they label.

use image::{Rgb, RgbImage};
use imageproc::{drawing::draw_filled_rect_mut, rect::Rect};

/// Width and height of a glyph, in dots.
const GLYPH: [u32; 2] = [5, 7];

/// The characters there are, and rows of each from top to bottom: the lowest bit is the rightmost dot.
const GLYPHS: &[(char, [u8; 7])] = &[
    ('.', [0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b01100]),
    ('0', [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110]),
    ('1', [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110]),
    ('2', [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111]),
    ('3', [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110]),
    ('4', [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010]),
    ('5', [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110]),
    ('6', [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110]),
    ('7', [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000]),
    ('8', [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110]),
    ('9', [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100]),
    ('A', [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001]),
    ('B', [0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110]),
    ('C', [0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110]),
    ('D', [0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110]),
    ('E', [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111]),
    ('G', [0b01110, 0b10001, 0b10000, 0b10111, 0b10001, 0b10001, 0b01110]),
    ('H', [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001]),
    ('I', [0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110]),
    ('L', [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111]),
    ('M', [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001]),
    ('N', [0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001]),
    ('O', [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110]),
    ('P', [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000]),
    ('R', [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001]),
    ('S', [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110]),
    ('T', [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100]),
    ('U', [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110]),
    ('X', [0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b01010, 0b10001]),
];

/// Width and height of `text` in pixels, of which a dot takes `dot` in each direction.
pub fn size(text: &str, dot: u32) -> [u32; 2] {
    let glyphs = text.chars().count() as u32;
    [(glyphs * (GLYPH[0] + 1)).saturating_sub(1) * dot, GLYPH[1] * dot]
}

/// Writes `text` in capitals, its upper left corner at a pixel, as much of it as lies inside the picture. A character without a glyph
/// is a space.
pub fn write(picture: &mut RgbImage, text: &str, [left, top]: [i32; 2], dot: u32, ink: Rgb<u8>) {
    for (place, character) in (0..).zip(text.chars()) {
        let Some((_, rows)) = GLYPHS.iter().find(|glyph| glyph.0 == character.to_ascii_uppercase()) else { continue };
        for (row, bits) in (0..).zip(rows) {
            for column in (0..GLYPH[0]).filter(|column| bits >> (GLYPH[0] - 1 - column) & 1 == 1) {
                let (x, y) = ((place * (GLYPH[0] + 1) + column) * dot, row * dot);
                let square = Rect::at(left + x.cast_signed(), top + y.cast_signed()).of_size(dot, dot);
                draw_filled_rect_mut(picture, square, ink);
            }
        }
    }
}
