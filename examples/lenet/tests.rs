//! The program as a whole, on files made for the purpose.
//!
//! Comes in: some of the shipped digits. Goes out: what is printed, or the error. Must not know: how a digit is read.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{
    args::Args,
    data::{Digit, PIXELS, SIDE, load, parse_digits, parse_labels},
    run::{run, shipped},
};

/// The output for these arguments, or the error in words.
fn output(path: &Path, labels: Option<&Path>) -> Result<String, String> {
    let args = Args { path: Some(path.to_owned()), labels: labels.map(Path::to_owned), show: 2 };
    let mut out = Vec::new();
    run(&args, &mut out).map_err(|error| format!("{error:#}"))?;
    Ok(String::from_utf8(out).unwrap())
}

fn digits() -> Vec<Digit> {
    load(&shipped("t10k-images-idx3-ubyte.gz"), parse_digits).unwrap()
}

fn labels() -> Vec<u8> {
    load(&shipped("t10k-labels-idx1-ubyte.gz"), parse_labels).unwrap()
}

/// A file of these bytes in `folder`.
fn file(folder: &TempDir, name: &str, parts: &[&[u8]]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, parts.concat()).unwrap();
    path
}

#[test]
fn plain_idx_files_are_read_with_and_without_labels() {
    let folder = TempDir::new().unwrap();
    let sizes = [20u32, 28, 28].map(u32::to_be_bytes);
    let images = file(&folder, "images", &[&[0, 0, 8, 3], sizes.as_flattened(), digits()[..20].as_flattened()]);
    let names = file(&folder, "labels", &[&[0, 0, 8, 1, 0, 0, 0, 20], &labels()[..20]]);
    let text = output(&images, Some(&names)).unwrap();
    assert!(text.contains("accuracy: 20 of 20 (100.00 %)"), "{text}");
    let text = output(&images, None).unwrap();
    assert!(text.contains("#0  72104149590690159734\n") && !text.contains("accuracy"), "{text}");
}

#[test]
fn a_large_dark_digit_anywhere_in_a_picture_is_read() {
    const SCALE: usize = 7;
    let folder = TempDir::new().unwrap();
    for (index, (digit, label)) in digits().iter().zip(labels()).enumerate().take(20) {
        let mut picture = vec![240; 400 * 300];
        for (at, pixel) in picture.iter_mut().enumerate() {
            let (x, y) = (at % 400 / SCALE, at / 400 / SCALE);
            if x < SIDE && y < SIDE {
                *pixel -= digit[y * SIDE + x] / 10 * 9;
            }
        }
        let path = folder.path().join("digit.png");
        let mut encoder = png::Encoder::new(File::create(&path).unwrap(), 400, 300);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.write_header().unwrap().write_image_data(&picture).unwrap();
        let text = output(&path, None).unwrap();
        assert!(text.contains(&format!("read as {label} (")), "digit {index}: {text}");
    }
}

#[test]
fn bad_files_are_named_with_what_was_found() {
    let folder = TempDir::new().unwrap();
    let blank = [0; PIXELS];
    let images = file(&folder, "images", &[&[0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28], &blank]);
    let names = file(&folder, "labels", &[&[0, 0, 8, 1, 0, 0, 0, 2, 4, 5]]);
    let error = output(&images, Some(&names)).unwrap_err();
    assert!(error.ends_with("labels: found 2 entries, expected 1: one for each digit"), "{error}");
    let error = output(&names, None).unwrap_err();
    assert!(
        error.contains("labels: found a file that starts with [00, 00, 08, 01], expected [00, 00, 08, 03]"),
        "{error}"
    );
    let error = output(&file(&folder, "text.png", &[b"a text"]), None).unwrap_err();
    assert!(error.contains("text.png: found a file that starts with [61, 20, 74, 65], expected"), "{error}");
    let error = output(folder.path(), None).unwrap_err();
    assert!(error.ends_with("found a directory, expected a file"), "{error}");
}
