//! Every filter against plain loops, the other crates on pictures of odd sizes, and the program as a whole.
//!
//! Comes in: random pictures, files made for the purpose. Goes out: nothing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Parser;
use fastrand::Rng;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use tempfile::TempDir;

use crate::{
    args::Args,
    filters::{self, BILINEAR, EMBOSS, SHARPEN, SOBEL, WINDOW, disc, gaussian},
    peers,
    pictures::Source,
    run::{differences, run, shipped},
    table::times,
};

fn random(width: u32, height: u32) -> Source {
    let mut random = Rng::with_seed(u64::from(width * 1000 + height));
    Source::new(RgbImage::from_fn(width, height, |_, _| Rgb([0; 3].map(|_| random.u8(..)))))
}

/// The sample at a place of a picture, or at the nearest that it has.
fn sample(picture: &DynamicImage, x: i64, y: i64, channel: usize) -> f64 {
    let [x, y] = [(x, picture.width()), (y, picture.height())].map(|(at, size)| at.clamp(0, i64::from(size) - 1));
    let channels = usize::from(picture.color().channel_count());
    let at = (y * i64::from(picture.width()) + x) as usize;
    f64::from(picture.as_bytes()[at * channels + channel])
}

/// The sum of a square window's products with a kernel, about a pixel.
fn window(picture: &DynamicImage, kernel: &[f32], x: u32, y: u32, channel: usize) -> f64 {
    let side = kernel.len().isqrt() as u32;
    let mut sum = 0.0;
    for (at, &weight) in (0..).zip(kernel) {
        let [dx, dy] = [at % side, at / side].map(|at| i64::from(at) - i64::from(side / 2));
        sum += f64::from(weight) * sample(picture, i64::from(x) + dx, i64::from(y) + dy, channel);
    }
    sum
}

/// The picture between pixels, at a quarter and three quarters from one to the next.
fn between(picture: &DynamicImage, x: u32, y: u32, channel: usize) -> f64 {
    let neighbours = |at: u32| {
        let near = i64::from(at / 2);
        [(near, 0.75), (near + if at.is_multiple_of(2) { -1 } else { 1 }, 0.25)]
    };
    let row = |y| neighbours(x).map(|(x, part)| part * sample(picture, x, y, channel)).iter().sum::<f64>();
    neighbours(y).map(|(y, part)| part * row(y)).iter().sum()
}

/// The exact value of a filter's sample.
fn exact(file: &str, source: &Source, x: u32, y: u32, channel: usize) -> f64 {
    let (colour, grey) = (DynamicImage::from(source.colour.clone()), DynamicImage::from(source.grey.clone()));
    match file {
        "gaussian" => window(&colour, &gaussian(), x, y, channel),
        "sobel" => window(&grey, &SOBEL[..9], x, y, 0).hypot(window(&grey, &SOBEL[9..], x, y, 0)),
        "sharpen" => window(&colour, &SHARPEN, x, y, channel),
        "emboss" => window(&grey, &EMBOSS, x, y, 0),
        "upsample" => between(&colour, x, y, channel),
        "disc" => window(&colour, &disc(), x, y, channel),
        _ => unreachable!("no filter of that name"),
    }
}

#[test]
fn every_filter_is_that_of_plain_loops() {
    // Smaller than a window, one tile and a bit, and tiles whose margins reach beyond both edges.
    for (width, height) in [(1, 1), (5, 2), (131, 20), (9, 257)] {
        let source = random(width, height);
        for filter in filters::all() {
            let (result, _) = (filter.apply)(&source);
            let scale = if filter.file == "upsample" { 2 } else { 1 };
            assert_eq!((result.width(), result.height()), (scale * width, scale * height), "{}", filter.name);
            for y in 0..result.height() {
                for x in 0..result.width() {
                    for channel in 0..usize::from(result.color().channel_count()) {
                        let found = sample(&result, x.into(), y.into(), channel);
                        let exact = exact(filter.file, &source, x, y, channel).clamp(0.0, 255.0);
                        // Rounded to the nearest, of a sum that is off by far less than a thousandth.
                        assert!((found - exact).abs() < 0.501, "{} at {x}, {y}: {found} for {exact}", filter.name);
                    }
                }
            }
        }
    }
}

#[test]
fn other_crates_agree_on_any_picture() {
    for (width, height) in [(2, 2), (3, 9), (150, 131)] {
        let source = random(width, height);
        for filter in filters::all() {
            let (result, _) = (filter.apply)(&source);
            let peers = peers::of(filter.file);
            assert!(!peers.is_empty(), "{}", filter.name);
            for peer in peers {
                let [inside, edge] = differences(&result, &(peer.apply)(&source), filter.edge);
                let largest = if peer.edges { inside.max(edge) } else { inside };
                assert!(largest <= peer.tolerance, "{} by {}: {largest} levels", filter.name, peer.name);
            }
        }
    }
}

#[test]
fn differences_inside_and_at_the_edge_are_told_apart() {
    let picture = random(9, 8).colour;
    let mut other = picture.clone();
    other.get_pixel_mut(4, 4)[1] ^= 3;
    other.get_pixel_mut(7, 2)[2] ^= 64;
    let [picture, other] = [picture, other].map(DynamicImage::from);
    let [inside, edge] = differences(&picture, &other, 2);
    assert!((1..=3).contains(&inside) && edge == 64, "{inside}, {edge}");
    assert_eq!(differences(&picture, &other, 1)[1], 0);
}

#[test]
fn kernels_leave_an_even_picture_as_it_is() {
    // An output of the enlarged picture meets every second weight of an axis.
    let upsample = BILINEAR.iter().step_by(2).copied().collect();
    for kernel in [gaussian(), disc(), SHARPEN.to_vec(), EMBOSS.to_vec(), upsample] {
        assert!((kernel.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{kernel:?}");
    }
    assert_eq!(disc().len(), WINDOW * WINDOW);
}

/// What is printed for this picture, or the error in words.
fn text(image: &Path, folder: &Path) -> Result<String, String> {
    let (image, folder) = (image.to_str().unwrap(), folder.to_str().unwrap());
    let args = Args::try_parse_from(["filters", image, folder, "--seconds", "0"]).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    run(&args, &mut out).map_err(|error| format!("{error:#}"))?;
    Ok(String::from_utf8(out).unwrap())
}

fn file(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn results_and_a_sheet_are_written() {
    let folder = TempDir::new().unwrap();
    let results = folder.path().join("new/results");
    for (picture, width) in [(shipped(), 480), (file(&folder, "small.jpg", &jpeg(&random(3, 1).colour)), 3)] {
        let text = text(&picture, &results).unwrap();
        for filter in filters::all() {
            assert!(text.contains(&format!("\n{} ", filter.name)), "{text}");
            let result = image::open(results.join(format!("{}.png", filter.file))).unwrap();
            assert_eq!(result.width(), if filter.file == "upsample" { 2 * width } else { width });
        }
        assert!(image::open(results.join("sheet.png")).unwrap().width() > 4 * width);
    }
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

#[test]
fn a_jpeg_is_turned_the_way_it_was_held() {
    let folder = TempDir::new().unwrap();
    let picture = RgbImage::from_fn(40, 24, |x, _| if x < 20 { Rgb([250, 20, 20]) } else { Rgb([20, 20, 250]) });
    let mut bytes = jpeg(&picture);
    // Exif, big-endian, one entry: tag 0x112 (orientation), a short, 6: to be turned clockwise by 90 degrees.
    let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    bytes.splice(2..2, exif.iter().copied());
    let source = Source::load(&file(&folder, "held.jpg", &bytes)).unwrap();
    assert_eq!(source.colour.dimensions(), (24, 40));
    let [top, bottom] = [[12, 2], [12, 37]].map(|[x, y]| source.colour.get_pixel(x, y).0);
    assert!(top[0] > 200 && top[2] < 60 && bottom[2] > 200 && bottom[0] < 60, "{top:?} {bottom:?}");
}

#[test]
fn what_is_transparent_lies_on_white() {
    let folder = TempDir::new().unwrap();
    let picture = RgbaImage::from_fn(3, 1, |x, _| Rgba([90, 0, 255, [0, 51, 255][x as usize]]));
    let path = folder.path().join("glass.png");
    picture.save(&path).unwrap();
    let source = Source::load(&path).unwrap();
    assert_eq!(source.colour.as_raw()[..], [255, 255, 255, 222, 204, 255, 90, 0, 255]);
}

#[test]
fn no_time_is_zero_times_another() {
    assert_eq!([0.004, 0.099, 0.1, 2.96, 31.0].map(times), ["<0.1x", "<0.1x", "0.1x", "3.0x", "31.0x"]);
}

#[test]
fn bad_files_and_arguments_are_told_what_is_allowed() {
    let folder = TempDir::new().unwrap();
    let results = folder.path().join("results");
    let error = |path: &Path| text(path, &results).unwrap_err();

    let missing = error(&folder.path().join("missing.png"));
    assert!(missing.contains("missing.png: No such file or directory"), "{missing}");
    let found = error(folder.path());
    assert!(found.contains("found a folder, expected a PNG or JPEG"), "{found}");
    let found = error(&file(&folder, "notes.png", b"a text"));
    assert!(found.ends_with("notes.png: found a text file, expected a PNG or JPEG"), "{found}");
    let found = error(&file(&folder, "empty.png", b""));
    assert!(found.ends_with("empty.png: found an empty file, expected a PNG or JPEG"), "{found}");
    let found = error(&file(&folder, "bytes.png", b"\x01\x02\0\xff"));
    assert!(found.ends_with("bytes.png: found a file of no known picture format, expected a PNG or JPEG"), "{found}");
    let found = error(&file(&folder, "moving.gif", b"GIF89a\x01\0\x01\0"));
    assert!(found.ends_with("found GIF, expected PNG or JPEG: save the picture as one of them"), "{found}");
    let whole = fs::read(shipped()).unwrap();
    let found = error(&file(&folder, "cut.png", &whole[..whole.len() / 2]));
    assert!(found.contains("cut.png: found a damaged PNG, expected a whole one: "), "{found}");
    let wide = folder.path().join("wide.png");
    RgbImage::new(8193, 1).save(&wide).unwrap();
    let found = error(&wide);
    assert!(found.contains("found a picture of 8193x1 pixels, expected at most 8192x8192"), "{found}");
    let found = text(&shipped(), &file(&folder, "results", b"")).unwrap_err();
    assert!(found.contains("results cannot be made a folder: "), "{found}");

    for words in ["-1", "61", "long", "NaN"] {
        let error = Args::try_parse_from(["filters", "--seconds", words]).unwrap_err().to_string();
        assert!(error.contains(words) && error.contains("expected a number from 0 to 60"), "{error}");
    }
}
