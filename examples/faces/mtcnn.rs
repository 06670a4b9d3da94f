//! MTCNN: three networks, each of which looks more closely at what the one before left.
//!
//! Comes in: a picture of 512x512 pixels. Goes out: faces with eyes, nose and corners of the mouth. Must not know: files, what a network
//! is made of.
//!
//! Boxes are, as in the original, left, top, right and bottom in pixels that are counted from 1, both ends included: [`Corners`]. All is
//! computed in `f64` but the networks.

use std::time::Instant;

use crate::{
    args::MinFace,
    boxes::{Edges, Found, of_smaller, of_union, suppress},
    detection::{Detection, Row, Times},
    networks::{self, Network},
    picture::{Picture, Window},
};

/// Width and height of the picture that is searched.
pub(crate) const SIDE: usize = 512;
/// The square that P-Net looks at.
const CELL: f64 = 12.0;
/// From one level of the pyramid to the next.
const SHRINK: f64 = 0.709;
/// What a score of P-Net has to reach, and what those of R-Net and O-Net have to exceed.
const PROPOSE: f64 = 0.6;
const JUDGE: f64 = 0.7;
/// The most that boxes may overlap that a level of the pyramid gives, and those of later steps.
const OVERLAP_IN_LEVEL: f64 = 0.5;
const OVERLAP: f64 = 0.7;

/// Left, top, right, bottom; pixels are counted from 1, and both ends are included.
pub(crate) type Corners = [f64; 4];
/// A box that may be a face, and how P-Net would move its corners, in parts of its sides.
pub(crate) type Proposal = Found<[f64; 4]>;
/// A face with left eye, right eye, nose, left and right corner of the mouth, as the viewer sees them.
pub(crate) type Face = Found<Vec<[f64; 2]>>;

/// The networks.
pub(crate) struct Mtcnn {
    /// P-Nets, each with how much smaller than the picture its level is.
    pyramid: Vec<(f64, Box<dyn Network>)>,
    rnet: Box<dyn Network>,
    onet: Box<dyn Network>,
}

/// What a step gives.
pub(crate) struct Step<T> {
    pub(crate) kept: Vec<T>,
    pub(crate) row: Row,
}

impl Mtcnn {
    /// With trained weights, for faces of a size and larger.
    pub(crate) fn new(min_face: MinFace) -> Self {
        let pyramid = match min_face {
            MinFace::Small => networks::pyramid_from_20(),
            MinFace::Large => networks::pyramid_from_100(),
        };
        Self {
            pyramid: scales(min_face.pixels()).into_iter().zip(pyramid).collect(),
            rnet: networks::rnet(),
            onet: networks::onet(),
        }
    }

    /// The faces of a picture of [`SIDE`] x [`SIDE`] pixels.
    pub(crate) fn detect(&mut self, picture: &Picture) -> Detection {
        let (mut rows, proposals) = self.propose(picture);
        let refined = self.refine(picture, &proposals);
        let located = self.locate(picture, &refined.kept);
        rows.extend([refined.row, located.row]);
        Detection { rows, faces: located.kept }
    }

    /// The first step: every place of the picture, in all sizes.
    pub(crate) fn propose(&mut self, picture: &Picture) -> (Vec<Row>, Vec<Proposal>) {
        let (mut rows, mut proposals) = (Vec::new(), Vec::new());
        for (scale, pnet) in &mut self.pyramid {
            let start = Instant::now();
            let side = pnet.side();
            let mut times = Times::NONE;
            let outputs = look(&mut **pnet, &picture.resized([side, side]), &mut times);
            let (scores, found) = cells(outputs, *scale);
            let passed = found.len();
            let found = suppress(found, OVERLAP_IN_LEVEL, of_union);
            times.step = start.elapsed();
            rows.push(Row { network: "P-Net", side: Some(side), scores, passed, kept: found.len(), times });
            proposals.extend(found);
        }
        let start = Instant::now();
        let passed = proposals.len();
        let mut kept = suppress(proposals, OVERLAP, of_union);
        for proposal in &mut kept {
            let corners = square(moved(corners(proposal.edges), proposal.more, 0.0)).map(f64::trunc);
            proposal.edges = edges(corners);
        }
        let join = Times { step: start.elapsed(), ..Times::NONE };
        let times = rows.iter().fold(join, |times, row| times.and(row.times));
        let scores = rows.iter().flat_map(|row| &row.scores).copied().collect();
        rows.push(Row { network: "P-Net", side: None, scores, passed, kept: kept.len(), times });
        (rows, kept)
    }

    /// The second step: the boxes that stay, moved and square, with nothing more to know of them.
    pub(crate) fn refine(&mut self, picture: &Picture, proposals: &[Proposal]) -> Step<Found<()>> {
        let boxes = proposals.iter().map(|found| corners(found.edges));
        let judged = judge("R-Net", &mut *self.rnet, picture, boxes, of_union, |corners, outputs| {
            (edges(corners), offsets(outputs))
        });
        let place = |Found { edges: old, score, more }: Proposal| {
            let edges = edges(square(moved(corners(old), more, 1.0)));
            Found { edges, score, more: () }
        };
        Step { kept: judged.kept.into_iter().map(place).collect(), row: judged.row }
    }

    /// The third step: faces.
    pub(crate) fn locate(&mut self, picture: &Picture, refined: &[Found<()>]) -> Step<Face> {
        let boxes = refined.iter().map(|found| whole(found.edges));
        judge("O-Net", &mut *self.onet, picture, boxes, of_smaller, |corners, outputs| {
            let [left, top, right, bottom] = edges(corners);
            let landmark = |i: usize| {
                let [x, y] = [outputs[4 + i], outputs[9 + i]].map(f64::from);
                [x * (right - left) + left, y * (bottom - top) + top]
            };
            (edges(moved(corners, offsets(outputs), 1.0)), (0..5).map(landmark).collect())
        })
    }
}

/// Shows a network what is in each box. Of those that are faces, by the last of its outputs, `found` tells from the others what the network
/// says; the best stay.
fn judge<T>(
    name: &'static str,
    network: &mut dyn Network,
    picture: &Picture,
    boxes: impl Iterator<Item = Corners>,
    overlap: fn(Edges, Edges) -> f64,
    found: impl Fn(Corners, &[f32]) -> (Edges, T),
) -> Step<Found<T>> {
    let start = Instant::now();
    let mut times = Times::NONE;
    let side = network.side();
    let (mut scores, mut faces) = (Vec::new(), Vec::new());
    for corners in boxes {
        let [left, top, right, bottom] = edges(corners).map(|edge| edge as isize);
        // Whatever the network before said, a box is a pixel wide at least.
        let size = [right - left, bottom - top].map(|size| size.max(1) as usize);
        let outputs = look(network, &picture.part(Window { at: [left, top], size }, [side, side]), &mut times);
        let score = f64::from(outputs[outputs.len() - 1]);
        scores.push(score);
        if score > JUDGE {
            let (edges, more) = found(corners, outputs);
            faces.push(Found { edges, score, more });
        }
    }
    let passed = faces.len();
    let kept = suppress(faces, OVERLAP, overlap);
    times.step = start.elapsed();
    let row = Row { network: name, side: Some(side), scores, passed, kept: kept.len(), times };
    Step { kept, row }
}

/// How much smaller than the picture each level of the pyramid is: so that the smallest face fills P-Net's square, and then
/// smaller and smaller, as long as there is room for one square.
pub(crate) fn scales(min_face: f64) -> Vec<f64> {
    let (mut scale, mut scales) = (CELL / min_face, Vec::new());
    let mut least = SIDE as f64 * scale;
    while least >= CELL {
        scales.push(scale);
        scale *= SHRINK;
        least *= SHRINK;
    }
    scales
}

/// Runs a network on a picture of its size.
fn look<'a>(network: &'a mut dyn Network, picture: &Picture, times: &mut Times) -> &'a [f32] {
    let side = network.side();
    // The networks want the picture transposed: their first axis is x.
    for (place, values) in network.input().as_chunks_mut::<3>().0.iter_mut().enumerate() {
        let [x, y] = [place / side, place % side];
        *values = picture.pixels[y * side + x].map(|value| ((value - 127.5) / 128.0) as f32);
    }
    times.call(|| network.run())
}

/// P-Net's outputs for a level, `[x][y][4]` offsets and `[x][y][2]` scores: the scores of all places, and the boxes that may be
/// faces, row by row.
fn cells(outputs: &[f32], scale: f64) -> (Vec<f64>, Vec<Proposal>) {
    let count = outputs.len() / 6;
    let side = count.isqrt();
    let (offsets, probabilities) = outputs.split_at(4 * count);
    let (mut scores, mut found) = (Vec::with_capacity(count), Vec::new());
    for y in 0..side {
        for x in 0..side {
            let at = x * side + y;
            let score = f64::from(probabilities[2 * at + 1]);
            scores.push(score);
            if score >= PROPOSE {
                let [left, top] = [x, y].map(|place| (2 * place) as f64);
                let corners = [left + 1.0, top + 1.0, left + CELL, top + CELL].map(|end| (end / scale).trunc());
                found.push(Found { edges: edges(corners), score, more: self::offsets(&offsets[4 * at..]) });
            }
        }
    }
    (scores, found)
}

/// A network's first four outputs.
fn offsets(outputs: &[f32]) -> [f64; 4] {
    [0, 1, 2, 3].map(|end| outputs[end].into())
}

pub(crate) fn edges([left, top, right, bottom]: Corners) -> Edges {
    [left - 1.0, top - 1.0, right, bottom]
}

pub(crate) fn corners([left, top, right, bottom]: Edges) -> Corners {
    [left + 1.0, top + 1.0, right, bottom]
}

/// The box as a whole number of pixels, which O-Net is shown.
pub(crate) fn whole(edges: Edges) -> Corners {
    corners(edges).map(f64::trunc)
}

/// A box, its corners moved by parts of its sides, which are `end` longer than from corner to corner.
fn moved([left, top, right, bottom]: Corners, by: [f64; 4], end: f64) -> Corners {
    let [width, height] = [right - left + end, bottom - top + end];
    [left + by[0] * width, top + by[1] * height, right + by[2] * width, bottom + by[3] * height]
}

/// A square with the same middle, as wide as the box is at its longer side.
fn square([left, top, right, bottom]: Corners) -> Corners {
    let [width, height] = [right - left, bottom - top];
    let side = width.max(height);
    let [left, top] = [left + width / 2.0 - side / 2.0, top + height / 2.0 - side / 2.0];
    [left, top, left + side, top + side]
}
