//! Boxes, and which of several that overlap stays.
//!
//! Comes in: boxes with scores. Goes out: the best of them. Must not know: where they come from, pictures.

/// The edges of a box: left, top, right, bottom. A pixel covers `i..i + 1`.
pub(crate) type Edges = [f64; 4];

/// Something found, and how sure that is.
#[derive(Clone, Debug)]
pub(crate) struct Found<T> {
    pub(crate) edges: Edges,
    /// From 0 to 1.
    pub(crate) score: f64,
    /// What else is known of it.
    pub(crate) more: T,
}

/// The part of two boxes together that both of them cover.
pub(crate) fn of_union(a: Edges, b: Edges) -> f64 {
    let both = intersection(a, b);
    both / (area(a) + area(b) - both)
}

/// The part of the smaller of two boxes that both of them cover.
pub(crate) fn of_smaller(a: Edges, b: Edges) -> f64 {
    intersection(a, b) / area(a).min(area(b))
}

fn area([left, top, right, bottom]: Edges) -> f64 {
    (right - left) * (bottom - top)
}

fn intersection(a: Edges, b: Edges) -> f64 {
    let width = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
    let height = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
    width * height
}

/// Non-maximum suppression: the best first, and of the others those that overlap with none that stays by more than `most`. What is
/// equally good stays in order.
pub(crate) fn suppress<T>(mut found: Vec<Found<T>>, most: f64, overlap: fn(Edges, Edges) -> f64) -> Vec<Found<T>> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Found<T>> = Vec::new();
    for candidate in found {
        if kept.iter().all(|better| overlap(better.edges, candidate.edges) <= most) {
            kept.push(candidate);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(boxes: &[(Edges, f64, char)], most: f64, overlap: fn(Edges, Edges) -> f64) -> String {
        let found = boxes.iter().map(|&(edges, score, more)| Found { edges, score, more }).collect();
        suppress(found, most, overlap).iter().map(|found| found.more).collect()
    }

    #[test]
    fn the_better_of_two_that_overlap_stays() {
        // `b` covers half of `a` and a third of both together; `c` is apart, `d` inside `b`.
        let boxes = [
            ([0.0, 0.0, 4.0, 2.0], 0.8, 'a'),
            ([2.0, 0.0, 6.0, 2.0], 0.9, 'b'),
            ([7.0, 0.0, 8.0, 9.0], 0.1, 'c'),
            ([3.0, 0.5, 4.0, 1.5], 0.7, 'd'),
        ];
        assert_eq!(names(&boxes, 0.3, of_union), "bdc");
        // Not above a third.
        assert_eq!(names(&boxes, 1.0 / 3.0, of_union), "badc");
        assert_eq!(names(&boxes, 0.5, of_smaller), "bac");
        assert_eq!(names(&boxes, 0.4, of_smaller), "bc");
    }

    #[test]
    fn what_was_dropped_drops_nothing() {
        let boxes =
            [([0.0, 0.0, 6.0, 3.0], 0.9, 'a'), ([2.0, 0.0, 8.0, 3.0], 0.8, 'b'), ([4.0, 0.0, 10.0, 3.0], 0.7, 'c')];
        assert_eq!(names(&boxes, 0.4, of_union), "ac");
    }

    #[test]
    fn of_equals_the_first_stays() {
        let boxes = [([0.0, 0.0, 5.0, 3.0], 1.0, 'a'), ([0.0, 1.0, 5.0, 3.0], 1.0, 'b')];
        assert_eq!(names(&boxes, 0.5, of_union), "a");
    }
}
