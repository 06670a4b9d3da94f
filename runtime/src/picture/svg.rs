//! A graph as an SVG document.
//!
//! Comes in: a [`Graph`], and where its nodes stand. Goes out: text. All lengths are pixels.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::graph::{Edge, Graph, Kind, Node};
use super::rows::Rows;

/// Height of a box: three lines.
const BOX: usize = 58;
/// Between rows: room for arrows to bend.
const GAP: usize = 38;
/// Around everything.
const MARGIN: usize = 24;
/// Above the first row, for the title.
const HEAD: usize = 30;
/// Between columns, besides tracks.
const GUTTER: usize = 20;
/// Between neighbouring tracks.
const TRACK: usize = 12;
/// Between the ends of arrows at one box.
const PORT: usize = 26;
/// Widths of characters, wide ones: of a line, and of the larger name.
const LETTER: usize = 7;
const LARGE: usize = 9;
/// Between a box and its text.
const INSET: usize = 12;

/// Where things are.
struct Places<'a> {
    graph: &'a Graph,
    rows: Rows,
    /// The left end of each column, and the end of the last.
    columns: Vec<usize>,
    /// Width of a box.
    width: usize,
}

pub(super) fn draw(graph: &Graph) -> String {
    let rows = Rows::new(graph);
    let width = graph.nodes.iter().map(text_width).max().unwrap_or(0) + 2 * INSET;
    let mut columns = Vec::from([MARGIN]);
    for tracks in &rows.widths {
        columns.push(columns[columns.len() - 1] + width + GUTTER + tracks * TRACK);
    }
    let title = &graph.title;
    let count = rows.places.iter().map(|&(row, _)| row + 1).max().unwrap_or(0);
    let places = Places { graph, rows, columns, width };
    let full_width = places.columns[places.columns.len() - 1].max(title.len() * LARGE + MARGIN) + MARGIN;
    let full_height = MARGIN + HEAD + count * (BOX + GAP) - GAP + MARGIN;
    let title = escaped(title);
    let arrows: String = (0..graph.edges.len()).map(|at| places.arrow(at)).collect();
    let boxes: String = (0..graph.nodes.len()).map(|at| places.node(at)).collect();
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{full_width}" height="{full_height}" font-family="sans-serif" font-size="12">
<title>{title}</title>
<rect width="{full_width}" height="{full_height}" fill="#fff"/>
<text x="{MARGIN}" y="32" font-size="15" fill="#222">{title}</text>
<g stroke="#667" stroke-width="1.3" fill="none">
{arrows}</g>
<g stroke="#889">
{boxes}</g>
</svg>
"##
    )
}

/// Width of the widest line of a node.
fn text_width(node: &Node) -> usize {
    let [name, what, shape, numbers] =
        [&node.name, &node.what, &node.shape, &node.numbers].map(|text| text.chars().count());
    (name * LARGE + 2 * INSET + shape * LETTER).max(what * LETTER).max(numbers * LETTER)
}

impl Places<'_> {
    fn top(&self, node: usize) -> usize {
        MARGIN + HEAD + self.rows.places[node].0 * (BOX + GAP)
    }

    fn left(&self, node: usize) -> usize {
        self.columns[self.rows.places[node].1]
    }

    fn middle(&self, node: usize) -> usize {
        self.left(node) + self.width / 2
    }

    /// Where an edge comes from: its track, or the middle of its node.
    fn origin(&self, edge: usize) -> usize {
        match self.rows.tracks[edge] {
            Some(track) => self.columns[track.column] + self.width + GUTTER / 2 + track.index * TRACK + TRACK / 2,
            None => self.middle(self.graph.edges[edge].from),
        }
    }

    /// Where an edge ends, across: the ends at one box stand side by side, in the order in which they come.
    fn port(&self, edge: usize) -> usize {
        let Edge { to, .. } = self.graph.edges[edge];
        let mut ends: Vec<usize> = (0..self.graph.edges.len()).filter(|&at| self.graph.edges[at].to == to).collect();
        ends.sort_by_key(|&at| self.origin(at));
        let (count, index) = (ends.len(), ends.iter().position(|&at| at == edge).unwrap_or(0));
        let step = PORT.min((self.width - 2 * INSET) / count);
        self.middle(to) + index * step - (count - 1) * step / 2
    }

    /// An arrow: from the bottom of a box to the top of another, by a track where there are boxes between.
    fn arrow(&self, at: usize) -> String {
        let Edge { from, to } = self.graph.edges[at];
        let (x, y, port, end) = (self.middle(from), self.top(from) + BOX, self.port(at), self.top(to));
        let curve = |x: usize, to: usize, end: usize| {
            let half = end - GAP / 2;
            format!("C{x} {half} {to} {half} {to} {end}")
        };
        let path = if self.rows.tracks[at].is_some() {
            let track = self.origin(at);
            format!("M{x} {y}{}V{}{}", curve(x, track, y + GAP), end - GAP, curve(track, port, end))
        } else {
            format!("M{x} {y}{}", curve(x, port, end))
        };
        let (left, above) = (port - 4, end - 8);
        format!("<path d=\"{path}\"/><path d=\"M{port} {end}L{left} {above}h8z\" fill=\"#667\" stroke=\"none\"/>\n")
    }

    /// A box and what stands in it.
    fn node(&self, at: usize) -> String {
        let Node { kind, name, what, shape, numbers } = &self.graph.nodes[at];
        let (left, top, width) = (self.left(at), self.top(at), self.width);
        let (text, right) = (left + INSET, left + width - INSET);
        let radius = if *kind == Kind::End { BOX / 2 } else { 6 };
        let (colour, [name, what, shape, numbers]) =
            (kind.colour(), [name, what, shape, numbers].map(|text| escaped(text)));
        if *kind == Kind::End {
            let (middle, first, second) = (self.middle(at), top + 25, top + 43);
            return format!(
                "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{BOX}\" rx=\"{radius}\" fill=\"{colour}\"/>\
                 <g stroke=\"none\" fill=\"#222\" text-anchor=\"middle\"><text x=\"{middle}\" y=\"{first}\" font-size=\"14\" \
                 font-weight=\"bold\">{name}</text><text x=\"{middle}\" y=\"{second}\">{shape}</text></g>\n"
            );
        }
        let [first, second, third] = [18, 35, 51].map(|below| top + below);
        format!(
            "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{BOX}\" rx=\"{radius}\" fill=\"{colour}\"/>\
             <g stroke=\"none\" fill=\"#222\"><text x=\"{text}\" y=\"{first}\" font-size=\"14\" font-weight=\"bold\">{name}</text>\
             <text x=\"{right}\" y=\"{first}\" text-anchor=\"end\">{shape}</text><text x=\"{text}\" y=\"{second}\">{what}</text>\
             <text x=\"{text}\" y=\"{third}\" fill=\"#556\">{numbers}</text></g>\n"
        )
    }
}

/// Text between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
