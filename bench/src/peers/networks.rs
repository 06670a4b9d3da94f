//! Whole networks in libraries that have operators and no files: one call an operator, node by node.
//!
//! Comes in: a graph. Goes out: contenders. Must not know: how they are timed.

mod burn;
mod candle;

use anyhow::{Result, ensure};

use crate::contender::Forward;
use crate::graph::{Graph, Node};

/// A library's operators, with what they need of each node prepared.
pub trait Operators: Sized + 'static {
    /// A value, cheap to clone.
    type Value: Clone;

    /// Converts a tensor of this shape.
    ///
    /// # Errors
    ///
    /// Whatever the library reports.
    fn value(shape: &[usize], values: Vec<f32>) -> Result<Self::Value>;

    /// Prepares a node.
    ///
    /// # Errors
    ///
    /// If the library has no such operator.
    fn prepare(node: &Node) -> Result<Self>;

    /// Computes the node.
    ///
    /// # Errors
    ///
    /// Whatever the library reports.
    fn compute(&self, inputs: &[Self::Value]) -> Result<Self::Value>;

    /// The elements of a value, row-major.
    ///
    /// # Errors
    ///
    /// Whatever the library reports.
    fn elements(value: Self::Value) -> Result<Vec<f32>>;
}

/// Prepares one library.
type Prepare = fn(&Graph) -> Result<Box<dyn Forward>>;

/// Name in the tables, and how to prepare a network.
pub const PEERS: [(&str, Prepare); 2] =
    [("candle", prepare::<candle::Operator>), ("burn-flex", prepare::<burn::Operator>)];

struct Network<O: Operators> {
    nodes: Vec<Prepared<O>>,
    input: O::Value,
    /// Which values leave.
    outputs: Vec<usize>,
    order: Vec<usize>,
    results: Vec<O::Value>,
}

struct Prepared<O> {
    operator: O,
    inputs: Vec<usize>,
    /// Values that nobody takes after this node: their memory is free for the next.
    last: Vec<usize>,
}

fn prepare<O: Operators>(graph: &Graph) -> Result<Box<dyn Forward>> {
    let mut nodes = Vec::new();
    for (index, node) in graph.nodes.iter().enumerate() {
        let later = &graph.nodes[index + 1..];
        let needed =
            |value: &usize| later.iter().any(|node| node.inputs.contains(value)) || graph.outputs.contains(value);
        let last = node.inputs.iter().copied().filter(|value| !needed(value)).collect();
        nodes.push(Prepared { operator: O::prepare(node)?, inputs: node.inputs.clone(), last });
    }
    let input = O::value(&[&[1], &*graph.shape].concat(), graph.input.clone())?;
    let (outputs, order) = (graph.outputs.clone(), graph.order.clone());
    Ok(Box::new(Network { nodes, input, outputs, order, results: Vec::new() }))
}

impl<O: Operators> Forward for Network<O> {
    fn run(&mut self) -> Result<()> {
        let mut values: Vec<Option<O::Value>> = vec![Some(self.input.clone())];
        for Prepared { operator, inputs, last } in &self.nodes {
            let taken: Vec<O::Value> = inputs.iter().filter_map(|&input| values[input].clone()).collect();
            for &value in last {
                values[value] = None;
            }
            values.push(Some(operator.compute(&taken)?));
        }
        self.results = self.outputs.iter().filter_map(|&output| values[output].take()).collect();
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        ensure!(!self.results.is_empty(), "nothing was run");
        let outputs: Vec<Vec<f32>> = self.results.iter().cloned().map(O::elements).collect::<Result<_>>()?;
        let outputs = outputs.concat();
        Ok(self.order.iter().map(|&place| outputs[place]).collect())
    }
}
