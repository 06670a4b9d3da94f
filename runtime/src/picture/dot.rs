//! A graph in the language of Graphviz.
//!
//! Comes in: a [`Graph`]. Goes out: text. Takes no decisions about places: Graphviz does.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::graph::{Graph, Kind, Node};

pub(super) fn draw(graph: &Graph) -> String {
    let Graph { name, title, nodes, edges } = graph;
    let mut text = format!(
        "digraph {} {{\n  label={};\n  labelloc=t;\n  fontname=\"Helvetica\";\n  \
         node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11];\n  \
         edge [fontname=\"Helvetica\", fontsize=9];\n",
        quoted(name),
        quoted(title),
    );
    for (at, Node { kind, name, what, shape, numbers }) in nodes.iter().enumerate() {
        let lines = [name, what, shape, numbers];
        let lines: Vec<&str> = lines.into_iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
        let label = quoted(&lines.join("\n"));
        let form = if *kind == Kind::End { ", shape=oval" } else { "" };
        text.extend([format!("  n{at} [label={label}, fillcolor=\"{}\"{form}];\n", kind.colour())]);
    }
    text.extend(
        edges
            .iter()
            .map(|edge| format!("  n{} -> n{} [label={}];\n", edge.from, edge.to, quoted(&nodes[edge.from].shape))),
    );
    text + "}\n"
}

/// Text in quotes.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{text}\"")
}

impl Kind {
    /// The colour of a box.
    pub(super) fn colour(self) -> &'static str {
        match self {
            Self::End => "#ffffff",
            Self::Weighted => "#dbe8f8",
            Self::Pool => "#dcf0dc",
            Self::Pixelwise => "#ececec",
            Self::Joint => "#fdeccb",
            Self::Nested => "#e8def5",
        }
    }
}
