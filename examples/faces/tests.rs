//! Both detectors against what other programs find in the same photo, step by step, and the program as a whole.
//!
//! Comes in: the photo, the expected detections, files made for the purpose. Goes out: nothing.

use std::{fs, path::PathBuf};

use clap::Parser;
use image::{RgbImage, imageops};
use serde_json::Value;
use tempfile::TempDir;
use toeplitz_examples::pictures;

use crate::{
    args::{Args, MinFace},
    blazeface::BlazeFace,
    boxes::Edges,
    detection::Times,
    mtcnn::{Mtcnn, Proposal, SIDE, corners, scales, whole},
    picture::{Picture, Window},
    run::{run, shipped},
};

/// How far boxes and landmarks may be off, in pixels, and scores.
const PIXELS: f64 = 1e-3;
const SCORE: f64 = 1e-5;

fn expected(name: &str) -> Value {
    let path = shipped().with_file_name(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn photo() -> RgbImage {
    pictures::load(&shipped()).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// That numbers are the same ones to within `most`.
fn close(found: &[f64], expected: &[f64], most: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= most, "{what}: {found}, expected {expected}");
    }
}

/// That boxes are the same ones, to within `most`, and their scores if the file has them in fifth place.
fn same_boxes(found: &[(Edges, f64)], expected: &Value, most: f64, what: &str) {
    assert_eq!(found.len(), list(expected).len(), "{what}");
    for (&(edges, score), expected) in found.iter().zip(list(expected)) {
        let expected = numbers(expected);
        close(&corners(edges), &expected[..4], most, what);
        close(&[score; 1][..expected.len() - 4], &expected[4..], SCORE, what);
    }
}

fn best(scores: &[f64]) -> f64 {
    scores.iter().copied().fold(0.0, f64::max)
}

/// Proposals in the order that is expected of them: of two scores that differ by rounding alone either may come first.
fn in_order(mut found: Vec<Proposal>, expected: &Value, what: &str) -> Vec<Proposal> {
    let mut ordered: Vec<Proposal> = Vec::new();
    for expected in list(expected) {
        let corners_of = &numbers(expected)[..4];
        let is_this =
            |found: &Proposal| corners(found.edges).iter().zip(corners_of).all(|(a, b)| a.total_cmp(b).is_eq());
        let at = found.iter().position(is_this);
        let at = at.unwrap_or_else(|| panic!("{what}: no box {corners_of:?}"));
        assert!((found[at].score - found[0].score).abs() <= SCORE, "{what}: {corners_of:?} comes too late");
        ordered.push(found.remove(at));
    }
    ordered.extend(found);
    ordered
}

/// A run of MTCNN, every step of it.
fn check_mtcnn(mtcnn: &mut Mtcnn, picture: &Picture, expected: &Value, what: &str) {
    let (rows, proposals) = mtcnn.propose(picture);
    let levels = list(&expected["pyramid"]);
    assert_eq!(rows.len(), levels.len() + 1, "{what}");
    for (row, level) in rows.iter().zip(levels) {
        let cells = level["cells"].as_u64().unwrap() as usize;
        let found = [row.side.unwrap(), row.scores.len(), row.passed, row.kept].map(|count| count as f64);
        let expected =
            ["side", "", "passed", "after_nms"].map(|key| level[key].as_f64().unwrap_or((cells * cells) as f64));
        close(&found, &expected, 0.0, what);
        close(&[best(&row.scores)], &[number(&level["max_score"])], SCORE, what);
    }
    let proposals = in_order(proposals, &expected["stage1"]["boxes"], what);
    let boxes: Vec<_> = proposals.iter().map(|found| (found.edges, found.score)).collect();
    same_boxes(&boxes, &expected["stage1"]["boxes"], 0.0, what);

    let refined = mtcnn.refine(picture, &proposals);
    close(&refined.row.scores, &numbers(&expected["stage2"]["scores"]), SCORE, what);
    let boxes: Vec<_> = refined.kept.iter().map(|found| (found.edges, found.score)).collect();
    same_boxes(&boxes, &expected["stage2"]["boxes"], PIXELS, what);

    let shown: Vec<Vec<f64>> = refined.kept.iter().map(|found| whole(found.edges).to_vec()).collect();
    assert_eq!(shown, list(&expected["stage3"]["boxes"]).iter().map(numbers).collect::<Vec<_>>(), "{what}");
    let located = mtcnn.locate(picture, &refined.kept);
    close(&located.row.scores, &numbers(&expected["stage3"]["scores"]), SCORE, what);
    let faces = list(&expected["faces"]);
    assert_eq!(located.kept.len(), faces.len(), "{what}");
    for (found, face) in located.kept.iter().zip(faces) {
        close(&corners(found.edges), &numbers(&face["box"]), PIXELS, what);
        close(&[found.score], &[number(&face["score"])], SCORE, what);
        let points: Vec<f64> = list(&face["landmarks"]).iter().flat_map(numbers).collect();
        close(found.more.as_flattened(), &points, PIXELS, what);
    }
}

#[test]
fn mtcnn_finds_at_every_step_what_it_finds_elsewhere() {
    let (expected, picture) = (expected("mtcnn.json"), Picture::of(&photo(), [SIDE; 2]));
    let runs = list(&expected["runs"]);
    assert_eq!(runs.len(), 2);
    for (min_face, run) in [MinFace::Small, MinFace::Large].into_iter().zip(runs) {
        close(&[min_face.pixels()], &[number(&run["min_face"])], 0.0, "smallest face");
        check_mtcnn(&mut Mtcnn::new(min_face), &picture, run, &format!("faces of {}", min_face.pixels()));
    }
}

#[test]
fn a_pyramid_has_the_sizes_of_its_scales() {
    let expected = expected("mtcnn.json");
    for run in list(&expected["runs"]) {
        let pyramid = list(&run["pyramid"]);
        let [found, sides] =
            ["scale", "side"].map(|key| pyramid.iter().map(|level| number(&level[key])).collect::<Vec<_>>());
        let scales = scales(number(&run["min_face"]));
        close(&scales, &found, 1e-9, "scales");
        close(&scales.iter().map(|scale| (scale * SIDE as f64).ceil()).collect::<Vec<_>>(), &sides, 0.0, "sides");
    }
}

#[test]
fn blazeface_finds_what_it_finds_elsewhere() {
    // The outputs' tolerance is relative to the largest of an array, 226 and 204: a middle and half a size are off by 1.5 times that, and
    // a sigmoid is at its steepest a quarter.
    let (place, score) = (1.5 * 226e-5, 204e-5 / 4.0);
    let (expected, picture) = (expected("blazeface.json"), Picture::of(&photo(), [SIDE; 2]));
    let views = list(&expected["views"]);
    assert_eq!(views.len(), 3);
    let mut blazeface = BlazeFace::new();
    for view in views {
        let [x, y, side] = ["x", "y", "side"].map(|key| view[key].as_i64().unwrap() as isize);
        let what = format!("{x}, {y}");
        let size = [side as usize; 2];
        let part = picture.part(Window { at: [x, y], size }, size);
        let (scores, mut found) = blazeface.look(&part, &mut { Times::NONE });
        let sigmoid = 1.0 / (1.0 + (-number(&view["highest_raw_score"])).exp());
        close(&[best(&scores)], &[sigmoid], score, &what);
        found.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
        let faces = list(&view["detections"]);
        assert_eq!(found.len(), faces.len(), "{what}");
        for ((anchor, found), face) in found.iter().zip(faces) {
            assert_eq!(*anchor as u64, face["anchor"].as_u64().unwrap(), "{what}");
            close(&[found.score], &[number(&face["score"])], score, &what);
            let corner = [x, y, x, y].map(|at| at as f64);
            let edges = [0, 1, 2, 3].map(|edge| found.edges[edge] + corner[edge]);
            let most = place * side as f64 / 128.0;
            close(&edges, &numbers(&face["box"]), most, &what);
            let points: Vec<f64> = list(&face["keypoints"]).iter().flat_map(numbers).collect();
            let found: Vec<f64> =
                found.more.iter().flat_map(|point| [0, 1].map(|axis| point[axis] + corner[axis])).collect();
            close(&found, &points, most, &what);
        }
        assert_eq!(blazeface.detect(&part).faces.len(), usize::from(!faces.is_empty()), "all of them are one face");
    }
}

/// What is printed for these words, or the error.
fn text(words: &[&str]) -> Result<String, String> {
    let mut args = Args::try_parse_from(["faces"].iter().chain(words)).map_err(|error| error.to_string())?;
    args.repetitions = 1;
    let mut out = Vec::new();
    run(&args, &mut out).map_err(|error| format!("{error:#}"))?;
    Ok(String::from_utf8(out).unwrap())
}

/// The edges of the faces that a text tells.
fn told(text: &str) -> Vec<Vec<f64>> {
    let faces = text.lines().filter_map(|line| line.trim().strip_prefix("from "));
    faces
        .map(|line| {
            let line = line.split(", score").next().unwrap().replace(" to ", ", ");
            line.split(", ").map(|number| number.parse().unwrap()).collect()
        })
        .collect()
}

fn saved(folder: &TempDir, name: &str, picture: &RgbImage) -> PathBuf {
    let path = folder.path().join(name);
    picture.save(&path).unwrap();
    path
}

#[test]
fn faces_are_drawn_where_they_are() {
    let folder = TempDir::new().unwrap();
    let photo = photo();
    // The face is at the same place of the photo, whatever the photo was fitted into.
    let doubled = imageops::resize(&photo, 1024, 1024, imageops::FilterType::Nearest);
    let upper = imageops::crop_imm(&photo, 0, 0, 512, 300).to_image();
    let left = imageops::crop_imm(&photo, 60, 0, 300, 512).to_image();
    for (name, photo, at, scale, most) in [
        ("whole.png", &photo, 0.0, 1.0, 0.1),
        ("doubled.png", &doubled, 0.0, 2.0, 0.2),
        ("upper.png", &upper, 0.0, 1.0, 10.0),
        ("left.png", &left, 60.0, 1.0, 10.0),
    ] {
        let path = saved(&folder, name, photo);
        for (detector, expected) in [("mtcnn", [182.1, 61.5, 266.4, 174.3]), ("blazeface", [180.1, 82.3, 274.2, 176.4])]
        {
            let result = folder.path().join("new/results.png");
            let (path, out) = (path.to_str().unwrap(), result.to_str().unwrap());
            let text = text(&[path, out, "--detector", detector, "--min-face", "100"]).unwrap();
            let faces = told(&text);
            assert_eq!(faces.len(), 1, "{name} {detector}: {text}");
            let expected = [0, 1, 2, 3].map(|edge| (expected[edge] - if edge % 2 == 0 { at } else { 0.0 }) * scale);
            // What is around the photo is black and not more of the photo.
            close(
                &faces[0],
                &expected,
                if detector == "mtcnn" { most } else { most.max(8.0) },
                &format!("{name} {detector}"),
            );

            let drawn = image::open(&result).unwrap().into_rgb8();
            assert_eq!(drawn.dimensions(), photo.dimensions());
            let changed = |x: f64, y: f64| {
                let [x, y] = [x, y].map(|at| at.round() as u32);
                drawn.get_pixel(x, y) != photo.get_pixel(x, y)
            };
            let [left, top, right, bottom] = faces[0][..] else { panic!("four edges") };
            let [x, y] = [left.midpoint(right), top.midpoint(bottom)];
            assert!(changed(left, y) && changed(right, y) && changed(x, top) && changed(x, bottom), "four lines");
            assert!(!changed(left - 12.0 * scale, y) && !changed(x, bottom + 12.0 * scale), "nothing around them");
        }
    }
}

#[test]
fn photos_without_faces_and_of_any_form_are_searched() {
    let folder = TempDir::new().unwrap();
    let mut random = fastrand::Rng::with_seed(3);
    for (width, height) in [(1, 1), (3, 700), (640, 2)] {
        let photo = RgbImage::from_fn(width, height, |_, _| image::Rgb([0; 3].map(|_| random.u8(..))));
        let (path, result) = (saved(&folder, "photo.png", &photo), folder.path().join("result.png"));
        for detector in ["mtcnn", "blazeface"] {
            let text = text(&[path.to_str().unwrap(), result.to_str().unwrap(), "--detector", detector]).unwrap();
            assert!(text.contains("\nfaces found: 0\n"), "{text}");
            assert_eq!(image::open(&result).unwrap().into_rgb8(), photo);
        }
    }
}

#[test]
fn each_pyramid_has_a_row_for_each_of_its_levels() {
    let folder = TempDir::new().unwrap();
    let result = folder.path().join("result.png");
    let shipped = shipped();
    for (min_face, levels, row) in
        [("20", 10, "R-Net      24x24          137 0.9991"), ("100", 5, "R-Net      24x24           12 0.9985")]
    {
        let text = text(&[shipped.to_str().unwrap(), result.to_str().unwrap(), "--min-face", min_face]).unwrap();
        assert_eq!(text.matches("P-Net ").count(), levels + 1, "{text}");
        assert!(text.contains(row), "{text}");
    }
}

#[test]
fn bad_files_and_arguments_are_told_what_is_allowed() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (photo, good) = (shipped().to_str().unwrap().to_owned(), path("result.png"));
    let error = |words: &[&str]| text(words).unwrap_err();
    let found = error(&[&path("missing.png"), &good]);
    assert!(found.contains("missing.png: No such file or directory"), "{found}");
    fs::write(path("notes.png"), "a text").unwrap();
    let found = error(&[&path("notes.png"), &good]);
    assert!(found.ends_with("notes.png: found a text file, expected a PNG or JPEG"), "{found}");
    let found = error(&[folder.path().to_str().unwrap(), &good]);
    assert!(found.contains("found a folder, expected a PNG or JPEG"), "{found}");

    let found = error(&[&photo, &path("result.jpg")]);
    assert!(found.ends_with("result.jpg: the result is a PNG, expected a name that ends in `.png`"), "{found}");
    fs::create_dir(path("folder.png")).unwrap();
    let found = error(&[&photo, &path("folder.png")]);
    assert!(found.ends_with("folder.png: found a folder, expected the name of a PNG"), "{found}");
    let found = error(&[&photo, &path("notes.png/result.png")]);
    assert!(found.contains("notes.png cannot be made a folder: "), "{found}");

    for (words, expected) in [
        (["--detector", "eyes"], "possible values: mtcnn, blazeface"),
        (["--min-face", "30"], "possible values: 20, 100"),
        (["--repetitions", "0"], "0 is not in 1..=1000"),
        (["--faces", "3"], "unexpected argument '--faces'"),
    ] {
        let found = error(&words);
        assert!(found.contains(expected), "{found}");
    }
}
