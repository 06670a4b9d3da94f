//! Models as the bytes of ONNX files, for the libraries that read no other form.
//!
//! Comes in: a layer's problem, or a network's graph. Goes out: a model from `x` to its outputs, weights as initializers. The numbers in
//! the code are the field numbers of `onnx.proto`.

use crate::graph::{Graph, Node, Operation};
use crate::problem::Axis;
#[cfg(feature = "peers")]
use crate::problem::{Direction, Problem};

/// ONNX's number for 32-bit floats.
const FLOAT: u64 = 1;

/// ONNX's number for 64-bit integers.
const INT64: u64 = 7;

/// A model, what it is run on, and what its output has to be compared with.
pub struct Model {
    /// The file.
    pub bytes: Vec<u8>,
    /// The input's shape, with the images in front.
    pub shape: Vec<usize>,
    /// The input.
    pub input: Vec<f32>,
    /// Where each element of our output lies in the model's outputs, one behind the other.
    pub order: Vec<usize>,
}

impl Model {
    /// The model's outputs, one behind the other, in the order of ours.
    #[cfg(feature = "peers")]
    pub fn ordered(&self, outputs: &[f32]) -> Vec<f32> {
        self.order.iter().map(|&place| outputs[place]).collect()
    }

    /// One `Conv` or `ConvTranspose`.
    #[cfg(feature = "peers")]
    pub fn of_layer(problem: &Problem) -> Self {
        let operator = match problem.direction {
            Direction::Forward => "Conv",
            Direction::Transposed => "ConvTranspose",
        };
        let mut file = File::default();
        file.constant("weights", &problem.weights_shape(), &problem.weights_channels_first());
        file.constant("bias", &[problem.out_c], &problem.bias);
        let attributes = [windows(&problem.axes), vec![integer("group", problem.groups)]].concat();
        file.node(operator, &["x", "weights", "bias"], "y", &attributes);
        let output = problem.output_shape();
        let (images, out_c) = (problem.images, problem.out_c);
        let pixels: usize = output[2..].iter().product();
        let places = (0..images).flat_map(|image| (0..pixels).map(move |pixel| (image, pixel)));
        let order =
            places.flat_map(|(image, pixel)| (0..out_c).map(move |channel| (image * out_c + channel) * pixels + pixel));
        Self {
            bytes: file.bytes("", &problem.input_shape(), &[("y".to_owned(), output)]),
            shape: problem.input_shape(),
            input: problem.input_channels_first(),
            order: order.collect(),
        }
    }

    /// A network; `description` goes into the file.
    pub fn of_network(graph: &Graph, description: &str) -> Self {
        let mut file = File::default();
        for (index, node) in graph.nodes.iter().enumerate() {
            file.graph_node(node, index + 1);
        }
        let outputs: Vec<(String, Vec<usize>)> =
            graph.outputs.iter().map(|&output| (name(output), one_of(graph.shape_of(output)))).collect();
        let shape = one_of(&graph.shape);
        Self {
            bytes: file.bytes(description, &shape, &outputs),
            shape,
            input: graph.input.clone(),
            order: graph.order.clone(),
        }
    }
}

/// A tensor as the bytes of a file of its own.
pub fn tensor_file(name: &str, shape: &[usize], values: &[f32]) -> Vec<u8> {
    floats(name, shape, values).0
}

/// What a value is called.
pub fn name(value: usize) -> String {
    if value == 0 { "x".to_owned() } else { format!("v{value}") }
}

/// A shape with one image.
pub fn one_of(shape: &[usize]) -> Vec<usize> {
    [&[1], shape].concat()
}

/// A file under construction.
#[derive(Default)]
struct File {
    nodes: Vec<Message>,
    constants: Vec<Message>,
}

impl File {
    fn node(&mut self, operator: &str, inputs: &[&str], output: &str, attributes: &[Message]) {
        let node = inputs.iter().fold(Message::default(), |node, input| node.text(1, input));
        let node = node.text(2, output).text(3, &format!("{operator}_{output}")).text(4, operator);
        self.nodes.push(attributes.iter().fold(node, |node, attribute| node.message(5, attribute)));
    }

    fn constant(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        self.constants.push(floats(name, shape, values));
    }

    /// The node that gives the `value`-th value.
    fn graph_node(&mut self, node: &Node, value: usize) {
        let Node { operation, inputs, shape } = node;
        let output = name(value);
        let mut inputs: Vec<String> = inputs.iter().map(|&input| name(input)).collect();
        let mut constant = |role: &str, shape: &[usize], values: &[f32]| {
            inputs.push(format!("{output}.{role}"));
            self.constant(&inputs[inputs.len() - 1], shape, values);
        };
        let (operator, attributes) = match operation {
            Operation::Convolution { axes, groups, weights, bias } => {
                let [h, w] = axes.map(|axis| axis.kernel);
                constant("weight", &[bias.len(), weights.len() / bias.len() / h / w, h, w], weights);
                constant("bias", &[bias.len()], bias);
                ("Conv", [windows(axes), vec![integer("group", *groups)]].concat())
            }
            Operation::Dense { weights, bias } => {
                constant("weight", &[weights.len() / bias.len(), bias.len()], weights);
                constant("bias", &[bias.len()], bias);
                ("Gemm", Vec::new())
            }
            Operation::MaxPool(axes) => ("MaxPool", windows(axes)),
            Operation::Relu => ("Relu", Vec::new()),
            Operation::Prelu(slopes) => {
                let each: Vec<usize> =
                    shape.iter().enumerate().map(|(axis, &n)| if axis == 0 { n } else { 1 }).collect();
                constant("slope", &each, slopes);
                ("PRelu", Vec::new())
            }
            Operation::Softmax => ("Softmax", vec![integer("axis", 1)]),
            Operation::Add => ("Add", Vec::new()),
            Operation::Concat => ("Concat", vec![integer("axis", 1)]),
            Operation::PadChannels(zeros) => {
                inputs.push(format!("{output}.pads"));
                self.constants.push(integers_of(&inputs[1], &[0, 0, 0, 0, 0, *zeros, 0, 0]));
                ("Pad", Vec::new())
            }
            Operation::Flatten => ("Flatten", vec![integer("axis", 1)]),
        };
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        self.node(operator, &inputs, &output, &attributes);
    }

    /// The file's bytes.
    fn bytes(self, description: &str, input: &[usize], outputs: &[(String, Vec<usize>)]) -> Vec<u8> {
        let graph = self.nodes.iter().fold(Message::default(), |graph, node| graph.message(1, node)).text(2, "graph");
        let graph = self.constants.iter().fold(graph, |graph, constant| graph.message(5, constant));
        let graph = graph.text(10, description).message(11, &value("x", input));
        let graph = outputs.iter().fold(graph, |graph, (name, shape)| graph.message(12, &value(name, shape)));
        // IR version 8 and operator set 13: old enough for everyone.
        Message::default().integer(1, 8).message(7, &graph).message(8, &Message::default().integer(2, 13)).0
    }
}

/// The attributes that say which windows there are.
fn windows(axes: &[Axis]) -> Vec<Message> {
    let each = |size: fn(&Axis) -> usize| axes.iter().map(size).collect::<Vec<usize>>();
    vec![
        integers("kernel_shape", &each(|axis| axis.kernel)),
        integers("strides", &each(|axis| axis.stride)),
        integers("pads", &[each(|axis| axis.before), each(|axis| axis.after)].concat()),
    ]
}

/// An attribute that is a list of integers (type 7).
fn integers(name: &str, values: &[usize]) -> Message {
    let attribute = Message::default().text(1, name).integer(20, 7);
    values.iter().fold(attribute, |attribute, &value| attribute.integer(8, value as u64))
}

/// An attribute that is an integer (type 2).
fn integer(name: &str, value: usize) -> Message {
    Message::default().text(1, name).integer(20, 2).integer(3, value as u64)
}

/// A tensor of floats.
fn floats(name: &str, dims: &[usize], values: &[f32]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    tensor(name, FLOAT, dims, &raw)
}

/// A list of integers as a tensor.
fn integers_of(name: &str, values: &[usize]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|&value| (value as u64).to_le_bytes()).collect();
    tensor(name, INT64, &[values.len()], &raw)
}

fn tensor(name: &str, kind: u64, dims: &[usize], raw: &[u8]) -> Message {
    let shape = dims.iter().fold(Message::default(), |tensor, &dim| tensor.integer(1, dim as u64));
    shape.integer(2, kind).text(8, name).bytes(9, raw)
}

/// A named value of the graph and its shape.
fn value(name: &str, dims: &[usize]) -> Message {
    let dim = |&dim: &usize| Message::default().integer(1, dim as u64);
    let shape = dims.iter().map(dim).fold(Message::default(), |shape, dim| shape.message(1, &dim));
    let tensor = Message::default().integer(1, FLOAT).message(2, &shape);
    Message::default().text(1, name).message(2, &Message::default().message(1, &tensor))
}

/// A protobuf message under construction.
#[derive(Clone, Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn integer(mut self, field: u64, value: u64) -> Self {
        self.varint(field << 3);
        self.varint(value);
        self
    }

    fn bytes(mut self, field: u64, value: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(value.len() as u64);
        self.0.extend_from_slice(value);
        self
    }

    fn text(self, field: u64, value: &str) -> Self {
        self.bytes(field, value.as_bytes())
    }

    fn message(self, field: u64, value: &Message) -> Self {
        self.bytes(field, &value.0)
    }
}
