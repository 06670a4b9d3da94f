//! Where the boxes of a graph stand, and where its arrows go.
//!
//! Comes in: a [`Graph`]. Goes out: a row and a column for each node, and for each arrow that passes over rows a track beside a column. Must
//! not know: pixels.

use alloc::vec;
use alloc::vec::Vec;

use super::graph::{Edge, Graph};

/// Places of nodes and arrows.
pub(super) struct Rows {
    /// Row and column of each node: nothing that a node takes is in its row or below.
    pub(super) places: Vec<(usize, usize)>,
    /// The track of each edge; none where it goes from one row to the next.
    pub(super) tracks: Vec<Option<Track>>,
    /// How many tracks there are to the right of each column.
    pub(super) widths: Vec<usize>,
}

/// A line down beside a column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Track {
    /// The column to the left of it.
    pub(super) column: usize,
    /// Which of those beside the column, from the left.
    pub(super) index: usize,
}

impl Rows {
    pub(super) fn new(graph: &Graph) -> Self {
        let places = places(graph);
        let columns = places.iter().map(|&(_, column)| column + 1).max().unwrap_or(0);
        let mut rows = Self { places, tracks: vec![None; graph.edges.len()], widths: vec![0; columns] };
        // One for each value and column, down to the last node that takes it there; of each, the row where it ends.
        let mut ends: Vec<Vec<usize>> = vec![Vec::new(); columns];
        for node in 0..graph.nodes.len() {
            for (column, ends) in ends.iter_mut().enumerate() {
                rows.place_tracks(graph, node, column, ends);
            }
        }
        rows.widths = ends.iter().map(Vec::len).collect();
        rows
    }

    /// Gives the arrows from `node` that go down beside `column` a track: one that is free by then.
    fn place_tracks(&mut self, graph: &Graph, node: usize, column: usize, ends: &mut Vec<usize>) {
        let (row, own) = self.places[node];
        let passes = |edge: &Edge| {
            let (to, other) = self.places[edge.to];
            edge.from == node && to > row + 1 && own.min(other) == column
        };
        let edges: Vec<usize> = (0..graph.edges.len()).filter(|&at| passes(&graph.edges[at])).collect();
        let Some(end) = edges.iter().map(|&at| self.places[graph.edges[at].to].0).max() else { return };
        let index = ends.iter().position(|&end| end <= row).unwrap_or(ends.len());
        if index == ends.len() {
            ends.push(end);
        } else {
            ends[index] = end;
        }
        for at in edges {
            self.tracks[at] = Some(Track { column, index });
        }
    }
}

/// Row and column of each node: below all that it takes, and below the leftmost of them where there is room.
fn places(graph: &Graph) -> Vec<(usize, usize)> {
    let mut rows = vec![0; graph.nodes.len()];
    // Nodes stand behind all that they take.
    for node in 0..graph.nodes.len() {
        let taken = graph.edges.iter().filter(|edge| edge.to == node);
        rows[node] = taken.map(|edge| rows[edge.from] + 1).max().unwrap_or(0);
    }
    let mut places: Vec<(usize, usize)> = rows.iter().map(|&row| (row, 0)).collect();
    for row in 0..=rows.iter().copied().max().unwrap_or(0) {
        let wanted = |node: usize| {
            let taken = graph.edges.iter().filter(|edge| edge.to == node);
            taken.map(|edge| places[edge.from].1).min().unwrap_or(0)
        };
        let mut here: Vec<(usize, usize)> =
            (0..rows.len()).filter(|&node| rows[node] == row).map(|node| (wanted(node), node)).collect();
        here.sort_unstable();
        let mut free = 0;
        for (wanted, node) in here {
            let column = wanted.max(free);
            places[node] = (row, column);
            free = column + 1;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::super::graph::{Edge, Graph, Kind, Node};
    use super::Rows;

    /// Nodes that each take one to three of those before them, by a counter that is mixed.
    fn random(count: usize, seed: u64) -> Graph {
        let mut state = seed;
        let mut next = move |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let node = |_| {
            let [name, what, shape, numbers] = [const { String::new() }; 4];
            Node { kind: Kind::Joint, name, what, shape, numbers }
        };
        let mut edges = Vec::new();
        for to in 1..count {
            for _ in 0..=next(3) {
                // Mostly near ones.
                edges.push(Edge { from: to - 1 - next(to).min(next(to)), to });
            }
        }
        Graph { name: String::new(), title: String::new(), nodes: (0..count).map(node).collect(), edges }
    }

    #[test]
    fn nothing_is_drawn_over_anything_else() {
        let mut passing = 0;
        for seed in 0..200 {
            let graph = random(3 + seed as usize % 40, seed);
            let rows = Rows::new(&graph);
            for (at, place) in rows.places.iter().enumerate() {
                assert!(!rows.places[..at].contains(place), "seed {seed}: two nodes at {place:?}");
            }
            for (at, edge) in graph.edges.iter().enumerate() {
                let (from, to) = (rows.places[edge.from].0, rows.places[edge.to].0);
                assert!(from < to, "seed {seed}: arrows go down");
                assert_eq!(rows.tracks[at].is_some(), to > from + 1, "seed {seed}");
                let Some(track) = rows.tracks[at] else { continue };
                assert!(track.index < rows.widths[track.column], "seed {seed}");
                for (other, before) in graph.edges[..at].iter().enumerate() {
                    let apart = || {
                        let (begin, end) = (rows.places[before.from].0, rows.places[before.to].0);
                        end <= from || to <= begin
                    };
                    let same = rows.tracks[other] == Some(track) && before.from != edge.from;
                    assert!(!same || apart(), "seed {seed}: two values in one track");
                    passing += usize::from(rows.tracks[other] == Some(track));
                }
            }
        }
        assert!(passing > 100, "tracks are used again");
    }
}
