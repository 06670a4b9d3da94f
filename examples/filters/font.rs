//! Labels in pictures.
//!
//! Comes in: a few words. Goes out: pixels. Must not know: what they label.

use image::{Rgb, RgbImage};

/// Height and width of a glyph.
const GLYPH: [u32; 2] = [7, 5];
/// Pixels a dot of a glyph is wide and high.
const DOT: u32 = 2;

/// The characters there are, and rows of each from top to bottom: the lowest bit is the rightmost dot.
const GLYPHS: &[(char, [u8; 7])] = &[
    ('2', [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111]),
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

/// Writes `text` in capitals, its upper left corner at a pixel. A character without a glyph is a space.
pub(crate) fn write(picture: &mut RgbImage, text: &str, [left, top]: [u32; 2], ink: Rgb<u8>) {
    for (place, character) in (0..).zip(text.chars()) {
        let glyph = GLYPHS.iter().find(|glyph| glyph.0 == character.to_ascii_uppercase());
        for (y, row) in
            (0..GLYPH[0] * DOT).zip(glyph.iter().flat_map(|glyph| glyph.1).flat_map(|row| [row; DOT as usize]))
        {
            for x in (0..GLYPH[1] * DOT).filter(|x| row >> (GLYPH[1] - 1 - x / DOT) & 1 == 1) {
                picture.put_pixel(left + place * (GLYPH[1] + 1) * DOT + x, top + y, ink);
            }
        }
    }
}
