//! `BlazeFace`: one network that looks at a whole picture once.
//!
//! Comes in: a square picture. Goes out: faces with eyes, nose, mouth and ears. Must not know: files, what the network is made of.
//!
//! The network gives 896 boxes, each relative to a place of its own: its anchor.

use std::time::Instant;

use crate::{
    boxes::{Found, of_union, suppress},
    detection::{Detection, Row, Times},
    networks::{self, Network},
    picture::Picture,
};

/// Cells along a side of the picture, and how many anchors are in the middle of each.
const ANCHORS: [(usize, usize); 2] = [(16, 2), (8, 6)];
/// Outputs an anchor: middle and size of the box, and six points.
const VALUES: usize = 4 + 2 * 6;
/// The least score of a face.
const LEAST: f64 = 0.5;
/// The most that two faces may overlap.
const OVERLAP: f64 = 0.3;

/// An anchor that is a face, and left eye, right eye, nose, mouth, left and right ear, as the viewer sees them.
pub(crate) type Face = Found<Vec<[f64; 2]>>;

/// The network.
pub(crate) struct BlazeFace {
    network: Box<dyn Network>,
}

impl BlazeFace {
    /// With trained weights.
    pub(crate) fn new() -> Self {
        Self { network: networks::blazeface() }
    }

    /// The faces of a square picture.
    pub(crate) fn detect(&mut self, picture: &Picture) -> Detection {
        let start = Instant::now();
        let mut times = Times::NONE;
        let (scores, found) = self.look(picture, &mut times);
        let found: Vec<Face> = found.into_iter().map(|(_, face)| face).collect();
        let passed = found.len();
        let faces = suppress(found, OVERLAP, of_union);
        times.step = start.elapsed();
        let side = Some(self.network.side());
        let row = Row { network: "BlazeFace", side, scores, passed, kept: faces.len(), times };
        Detection { rows: vec![row], faces }
    }

    /// The scores of all anchors, and those that are faces, by their index, in pixels of the picture.
    pub(crate) fn look(&mut self, picture: &Picture, times: &mut Times) -> (Vec<f64>, Vec<(usize, Face)>) {
        let side = self.network.side();
        let small = picture.resized([side, side]);
        for (values, pixel) in self.network.input().as_chunks_mut::<3>().0.iter_mut().zip(&small.pixels) {
            *values = pixel.map(|value| (value / 127.5 - 1.0) as f32);
        }
        let outputs = times.call(|| self.network.run());
        let (regressors, classificators) = outputs.split_at(outputs.len() / (VALUES + 1) * VALUES);
        let scores = classificators.iter().map(|&value| 1.0 / (1.0 + (-f64::from(value)).exp())).collect::<Vec<_>>();
        let mut found = Vec::new();
        for (index, (anchor, &score)) in anchors().zip(&scores).enumerate() {
            if score > LEAST {
                let values = regressors[VALUES * index..][..VALUES].as_chunks::<2>().0;
                // All values are in pixels of what the network was shown.
                let sized = |value: f32| f64::from(value) / side as f64 * picture.width as f64;
                let place =
                    |values: [f32; 2]| [0, 1].map(|axis| anchor[axis] * picture.width as f64 + sized(values[axis]));
                let ([x, y], [width, height]) = (place(values[0]), values[1].map(sized));
                let edges = [x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0];
                let more = values[2..].iter().map(|&point| place(point)).collect();
                found.push((index, Found { edges, score, more }));
            }
        }
        (scores, found)
    }
}

/// The anchors, in parts of the picture's side: cells of each grid row by row, and in the middle of each so many.
fn anchors() -> impl Iterator<Item = [f64; 2]> {
    ANCHORS.into_iter().flat_map(|(side, anchors)| {
        (0..side * side * anchors).map(move |index| {
            let cell = index / anchors;
            [cell % side, cell / side].map(|place| (place as f64 + 0.5) / side as f64)
        })
    })
}
