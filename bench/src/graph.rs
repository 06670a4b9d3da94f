//! A network in the terms of other libraries: channels in front, activations, padding and flattening as nodes of their own.
//!
//! Comes in: the `Spec` of a network and its numbers. Goes out: nodes with weights in the order that ONNX and those who
//! follow it take, and where our output lies in theirs. Must not know: any library.
//!
//! Lists are flattened from `[channels][height][width]`, as these libraries do, and not from ours: the rows of a dense layer behind
//! are put in that order instead, so that nobody has to transpose an image.

use anyhow::{Result, bail, ensure};
use toeplitz::{Activation, DataFormat, Operator, Spec, Step, Work};

use crate::problem::{Axis, Direction, Numbers, transposed};

/// A network.
pub struct Graph {
    /// The input's shape: `[channels, height, width]`.
    pub shape: Vec<usize>,
    /// The input, row-major.
    pub input: Vec<f32>,
    /// In the order in which they are computed.
    pub nodes: Vec<Node>,
    /// Which values leave: 0 is the input, `n` what the `n`-th node gives, counted from 1.
    pub outputs: Vec<usize>,
    /// Where each element of our output lies in these, one behind the other.
    pub order: Vec<usize>,
}

/// What is computed, from which values, and the shape of what comes out: `[channels, height, width]` or `[elements]`.
pub struct Node {
    /// What is computed.
    pub operation: Operation,
    /// From which values, counted as [`Graph::outputs`].
    pub inputs: Vec<usize>,
    /// Of the output.
    pub shape: Vec<usize>,
}

/// What a node computes.
pub enum Operation {
    /// A convolution.
    Convolution {
        /// Windows along height and width.
        axes: [Axis; 2],
        /// Groups of channels.
        groups: usize,
        /// `[out][in / groups][kernel_h][kernel_w]`
        weights: Vec<f32>,
        /// `[out]`
        bias: Vec<f32>,
    },
    /// The product of a list and a matrix.
    Dense {
        /// `[in][out]`
        weights: Vec<f32>,
        /// `[out]`
        bias: Vec<f32>,
    },
    /// The largest element of each window.
    MaxPool([Axis; 2]),
    /// `max(x, 0)`
    Relu,
    /// `x` where positive, `slope * x` elsewhere, with a slope for each channel or element of a list.
    Prelu(Vec<f32>),
    /// A list as probabilities.
    Softmax,
    /// The sum of all inputs.
    Add,
    /// All inputs' channels, or lists, behind each other.
    Concat,
    /// So many channels of zeros behind the input's own.
    PadChannels(usize),
    /// `[channels, height, width]` as a list.
    Flatten,
}

impl Graph {
    /// The network of `spec`.
    ///
    /// # Errors
    ///
    /// If it has a layer that is not benchmarked, which is named.
    pub fn new(spec: &Spec, numbers: &Numbers) -> Result<Self> {
        let Operator::Network { steps, outputs, .. } = spec.operator else {
            bail!("{:?} is no network", spec.operator)
        };
        let &[h, w] = spec.axes else { bail!("only networks on images are benchmarked") };
        let shape = vec![spec.in_channels, h.input, w.input];
        let mut builder = Builder {
            values: vec![Value::image(&shape)],
            nodes: Vec::new(),
            weights: &numbers.weights,
            bias: &numbers.bias,
        };
        let mut given = vec![0];
        for step in steps {
            let inputs: Vec<usize> = step.inputs.iter().map(|&input| given[input]).collect();
            given.push(builder.step(step, inputs).map_err(|error| error.context(format!("layer `{}`", step.name)))?);
        }
        let outputs: Vec<usize> = outputs.iter().map(|&output| given[output]).collect();
        let Builder { values, nodes, .. } = builder;
        let mut order = Vec::new();
        for &output in &outputs {
            let start = order.len();
            order.extend(values[output].order.iter().map(|place| start + place));
        }
        let input = transposed(&numbers.input, spec.in_channels);
        Ok(Self { shape, input, nodes, outputs, order })
    }

    /// The shape of a value.
    pub fn shape_of(&self, value: usize) -> &[usize] {
        value.checked_sub(1).map_or(&self.shape, |node| &self.nodes[node].shape)
    }
}

/// A value as these libraries have it.
struct Value {
    shape: Vec<usize>,
    /// Where each element of ours lies in it.
    order: Vec<usize>,
}

impl Value {
    /// `[channels, height, width]`, which we have channels last.
    fn image(shape: &[usize]) -> Self {
        let pixels: usize = shape[1..].iter().product();
        let order = (0..pixels).flat_map(|pixel| (0..shape[0]).map(move |channel| channel * pixels + pixel)).collect();
        Self { shape: shape.to_vec(), order }
    }

    /// A list in our order.
    fn list(len: usize) -> Self {
        Self { shape: vec![len], order: (0..len).collect() }
    }
}

struct Builder<'a> {
    values: Vec<Value>,
    nodes: Vec<Node>,
    /// Of all layers that are still to come.
    weights: &'a [f32],
    /// Of all layers that are still to come.
    bias: &'a [f32],
}

impl Builder<'_> {
    /// Adds the nodes of a step; returns its value.
    fn step(&mut self, step: &Step, inputs: Vec<usize>) -> Result<usize> {
        match step.work {
            Work::Layer(spec) => self.layer(&spec, inputs[0]),
            Work::Add(activation) => {
                let same = inputs.iter().all(|&input| self.values[input].order == self.values[inputs[0]].order);
                ensure!(same, "sums of an image and a list are not benchmarked");
                let value = self.like(Operation::Add, inputs);
                self.activation(activation, value)
            }
            Work::Concat(parts) => {
                let channels = inputs
                    .iter()
                    .zip(parts)
                    .all(|(&input, &part)| self.values[input].shape.len() == 3 && self.values[input].shape[0] == part);
                Ok(if channels { self.concat_channels(inputs) } else { self.concat_lists(inputs) })
            }
            Work::Pad { len, zeros } => {
                let mut shape = self.values[inputs[0]].shape.clone();
                ensure!(shape.len() == 3 && shape[0] == len, "only channels of zeros are benchmarked");
                shape[0] += zeros;
                Ok(self.push(Operation::PadChannels(zeros), inputs, Value::image(&shape)))
            }
        }
    }

    fn layer(&mut self, spec: &Spec, input: usize) -> Result<usize> {
        ensure!(spec.format == DataFormat::ChannelsLast, "only networks with channels last are benchmarked");
        let value = match (spec.operator, spec.axes) {
            (Operator::Convolution, &[h, w]) => self.convolution(spec, [&h, &w], input)?,
            (Operator::Convolution, []) => self.dense(spec, input)?,
            (Operator::MaxPool { ceil_mode: false }, &[h, w]) => {
                let axes = [Axis::new(&h, Direction::Forward)?, Axis::new(&w, Direction::Forward)?];
                let output = Value::image(&[spec.out_channels, axes[0].output, axes[1].output]);
                self.push(Operation::MaxPool(axes), vec![input], output)
            }
            (Operator::Softmax { log: false }, []) => self.like(Operation::Softmax, vec![input]),
            (other, _) => bail!("{other:?} is not benchmarked inside networks"),
        };
        // Slopes lie behind the weights of their layer.
        self.activation(spec.activation, value)
    }

    fn convolution(&mut self, spec: &Spec, axes: [&toeplitz::Axis; 2], input: usize) -> Result<usize> {
        let axes = [Axis::new(axes[0], Direction::Forward)?, Axis::new(axes[1], Direction::Forward)?];
        let taps = axes[0].kernel * axes[1].kernel;
        let (inner, outer) = (spec.in_channels / spec.groups, spec.out_channels);
        // `[taps][in / groups][out]`, and with the taps last.
        let weights = self.take_weights(taps * inner * outer);
        let taps_last = transposed(&weights, inner * outer);
        let blocks = (0..outer).flat_map(|out| (0..inner).map(move |channel| channel * outer + out));
        let weights = blocks.flat_map(|block| taps_last[block * taps..][..taps].to_vec()).collect();
        let bias = self.take_bias(spec);
        let output = Value::image(&[outer, axes[0].output, axes[1].output]);
        Ok(self.push(Operation::Convolution { axes, groups: spec.groups, weights, bias }, vec![input], output))
    }

    fn dense(&mut self, spec: &Spec, input: usize) -> Result<usize> {
        let list = self.flatten(input);
        let (inner, outer) = (spec.in_channels, spec.out_channels);
        let rows = self.take_weights(inner * outer);
        let order = &self.values[list].order;
        ensure!(order.len() == inner, "found {} elements, expected {inner}", order.len());
        let mut weights = vec![0.0; inner * outer];
        for (row, &place) in rows.chunks_exact(outer).zip(order) {
            weights[place * outer..][..outer].copy_from_slice(row);
        }
        let bias = self.take_bias(spec);
        Ok(self.push(Operation::Dense { weights, bias }, vec![list], Value::list(outer)))
    }

    fn activation(&mut self, activation: Activation, value: usize) -> Result<usize> {
        let operation = match activation {
            Activation::None => return Ok(value),
            Activation::Relu => Operation::Relu,
            Activation::Prelu => Operation::Prelu(self.take_weights(self.values[value].shape[0])),
            other => bail!("{other:?} is not benchmarked inside networks"),
        };
        Ok(self.like(operation, vec![value]))
    }

    fn concat_channels(&mut self, inputs: Vec<usize>) -> usize {
        let mut shape = self.values[inputs[0]].shape.clone();
        shape[0] = inputs.iter().map(|&input| self.values[input].shape[0]).sum();
        self.push(Operation::Concat, inputs, Value::image(&shape))
    }

    fn concat_lists(&mut self, inputs: Vec<usize>) -> usize {
        let inputs: Vec<usize> = inputs.into_iter().map(|input| self.flatten(input)).collect();
        let mut order = Vec::new();
        for &input in &inputs {
            let start = order.len();
            order.extend(self.values[input].order.iter().map(|place| start + place));
        }
        self.push(Operation::Concat, inputs, Value { shape: vec![order.len()], order })
    }

    /// The value as a list.
    fn flatten(&mut self, value: usize) -> usize {
        if self.values[value].shape.len() == 1 {
            return value;
        }
        let order = self.values[value].order.clone();
        self.push(Operation::Flatten, vec![value], Value { shape: vec![order.len()], order })
    }

    /// A node whose output is as its first input.
    fn like(&mut self, operation: Operation, inputs: Vec<usize>) -> usize {
        let Value { shape, order } = &self.values[inputs[0]];
        let output = Value { shape: shape.clone(), order: order.clone() };
        self.push(operation, inputs, output)
    }

    fn push(&mut self, operation: Operation, inputs: Vec<usize>, output: Value) -> usize {
        self.nodes.push(Node { operation, inputs, shape: output.shape.clone() });
        self.values.push(output);
        self.nodes.len()
    }

    fn take_weights(&mut self, count: usize) -> Vec<f32> {
        let (taken, rest) = self.weights.split_at(count);
        self.weights = rest;
        taken.to_vec()
    }

    /// The bias of a layer; zeros if it has none.
    fn take_bias(&mut self, spec: &Spec) -> Vec<f32> {
        let (taken, rest) = self.bias.split_at(if spec.bias { spec.out_channels } else { 0 });
        self.bias = rest;
        if spec.bias { taken.to_vec() } else { vec![0.0; spec.out_channels] }
    }
}
