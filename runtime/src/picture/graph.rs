//! A network as nodes and edges.
//!
//! Comes in: a [`Layer`]. Goes out: a [`Graph`]. Must not know: how it is drawn.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::words;
use crate::reference::network::{arrays, shapes};
use crate::{Layer, Operator, Step, Work};

/// What is drawn.
pub(super) struct Graph {
    /// The type's name, without its path.
    pub(super) name: String,
    /// The same, and its parameters and multiply-adds.
    pub(super) title: String,
    /// The input, the steps in their order, the outputs in theirs.
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

/// Something that gives a value, or takes the last.
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// The operator and its keys, in words; empty of inputs and outputs.
    pub(super) what: String,
    /// Sizes of its output, in words.
    pub(super) shape: String,
    /// Parameters and multiply-adds, in words; empty where there are none.
    pub(super) numbers: String,
}

/// A value on its way.
pub(super) struct Edge {
    /// Index of the node it comes from.
    pub(super) from: usize,
    /// Index of the node that takes it, larger than `from`.
    pub(super) to: usize,
}

/// What a node does, as far as it is drawn differently.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A value that comes in or leaves.
    End,
    /// Sums of products.
    Weighted,
    /// A pool.
    Pool,
    /// Each element or pixel by itself.
    Pixelwise,
    /// What joins values.
    Joint,
    /// A network in this one.
    Nested,
}

impl Graph {
    pub(super) fn new<L: Layer>() -> Self {
        let whole = core::any::type_name::<L>();
        let name = whole.rsplit("::").next().unwrap_or(whole).to_string();
        let alone = [Step { name: "layer", work: Work::Layer(L::SPEC), inputs: &[0] }];
        let (steps, outputs, macs): (&[Step], &[usize], &[u64]) = match L::SPEC.operator {
            Operator::Network { steps, outputs, .. } => (steps, outputs, L::FACTS.macs),
            _ => (&alone, &[1], &[L::MACS]),
        };
        // Of a specification that contradicts itself the sizes are not known.
        let shapes = shapes(&L::SPEC, steps).unwrap_or_default();
        let shape = |value: usize| shapes.get(value).map_or_else(String::new, |shape| words::sizes(shape));
        let end = |name: &str, value: usize| Node {
            kind: Kind::End,
            name: name.to_string(),
            what: String::new(),
            shape: shape(value),
            numbers: String::new(),
        };
        let (mut nodes, mut edges, mut all) = (Vec::from([end("in", 0)]), Vec::new(), 0);
        for (at, step) in steps.iter().enumerate() {
            let parameters = arrays(&step.work).map_or(0, |(weights, bias)| weights + bias);
            all += parameters;
            let counted = match step.work {
                Work::Layer(spec) => words::counted(spec.operator),
                _ => "",
            };
            nodes.push(Node {
                kind: kind(&step.work),
                name: step.name.to_string(),
                what: words::work(&step.work),
                shape: shape(at + 1),
                numbers: words::numbers(parameters, macs.get(at).copied().unwrap_or(0), counted),
            });
            edges.extend(step.inputs.iter().map(|&from| Edge { from, to: at + 1 }));
        }
        for (at, &value) in outputs.iter().enumerate() {
            edges.push(Edge { from: value, to: nodes.len() });
            // In the order in which they leave.
            let name = if outputs.len() > 1 { format!("out {}", at + 1) } else { "out".to_string() };
            nodes.push(end(&name, value));
        }
        let numbers = words::numbers(all, L::MACS, words::counted(L::SPEC.operator));
        let title = if numbers.is_empty() { name.clone() } else { format!("{name}: {numbers}") };
        Self { name, title, nodes, edges }
    }
}

fn kind(work: &Work) -> Kind {
    match work {
        Work::Layer(spec) => match spec.operator {
            Operator::Convolution
            | Operator::TransposedConvolution
            | Operator::SeparableConvolution { .. }
            | Operator::Adder => Kind::Weighted,
            Operator::MaxPool { .. } | Operator::AveragePool { .. } => Kind::Pool,
            Operator::BatchNorm { .. } | Operator::Softmax { .. } => Kind::Pixelwise,
            Operator::Network { .. } => Kind::Nested,
        },
        Work::Add(_) | Work::Concat(_) | Work::Pad { .. } => Kind::Joint,
    }
}
