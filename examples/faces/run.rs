//! What the program does, from arguments to the last line it prints.
//!
//! Comes in: the arguments and where to print. Goes out: the photo with its faces, or an error if a file is bad. Must not know: how a
//! face is found, how a table or a box looks.

use std::{
    ffi::OsStr,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use image::RgbImage;
use toeplitz_examples::pictures;

use crate::{
    args::{Args, Detector},
    blazeface::BlazeFace,
    boxes::Found,
    detection::Detection,
    draw,
    mtcnn::{Mtcnn, SIDE},
    picture::{Picture, Window},
    table,
};

/// Finds faces, draws them, and reports on `out`.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let path = args.photo.clone().unwrap_or_else(shipped);
    let mut photo = pictures::load(&path)?;
    // Before the work, so that a bad path is known at once.
    prepare(&args.out)?;

    let (picture, scale) = fitted(&photo);
    let mut detection = match args.detector {
        Detector::Mtcnn => {
            let mut mtcnn = Mtcnn::new(args.min_face);
            repeated(args.repetitions, || mtcnn.detect(&picture))
        }
        Detector::Blazeface => {
            let mut blazeface = BlazeFace::new();
            repeated(args.repetitions, || blazeface.detect(&picture))
        }
    };
    for Found { edges, more, .. } in &mut detection.faces {
        *edges = [0, 1, 2, 3].map(|edge| edges[edge] * scale[edge % 2]);
        for point in more {
            *point = [0, 1].map(|axis| point[axis] * scale[axis]);
        }
    }

    let (width, height) = photo.dimensions();
    draw::faces(&mut photo, &detection.faces);
    // Before anything is printed, for whoever reads that may stop, as in `faces | head`.
    pictures::save(&photo.into(), &args.out)?;
    writeln!(out, "{}: {width}x{height} pixels\n", path.display())?;
    table::print(out, &detection.rows)?;
    table::faces(out, &detection.faces)?;
    writeln!(out, "\ndrawn into {}", args.out.display())?;
    Ok(())
}

/// The photo that comes with the program.
pub(crate) fn shipped() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "data", "faces", "photo.png"].iter().collect()
}

/// Makes the folder of the result, if it has a name that fits what is in it.
fn prepare(path: &Path) -> Result<()> {
    ensure!(
        path.extension().and_then(OsStr::to_str).is_some_and(|ending| ending.eq_ignore_ascii_case("png")),
        "{}: the result is a PNG, expected a name that ends in `.png`",
        path.display()
    );
    ensure!(!path.is_dir(), "{}: found a folder, expected the name of a PNG", path.display());
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made a folder", folder.display()))
}

/// The photo, as large as it fits into the upper left of the square that is searched, the rest black; and how many of the photo's
/// pixels one of it is, in width and in height.
fn fitted(photo: &RgbImage) -> (Picture, [f64; 2]) {
    let size = [photo.width(), photo.height()].map(f64::from);
    let longest = size[0].max(size[1]);
    let fitted = size.map(|len| ((len / longest * SIDE as f64).round() as usize).max(1));
    let picture = Picture::of(photo, fitted).part(Window { at: [0; 2], size: [SIDE; 2] }, [SIDE; 2]);
    (picture, [0, 1].map(|axis| size[axis] / fitted[axis] as f64))
}

/// Detects so often, with the fastest times of all.
fn repeated(times: u32, mut detect: impl FnMut() -> Detection) -> Detection {
    let mut best = detect();
    for _ in 1..times {
        for (row, again) in best.rows.iter_mut().zip(detect().rows) {
            row.times = row.times.or(again.times);
        }
    }
    best
}
