//! A convolution as the bytes of an ONNX model, for the libraries that read no other form.
//!
//! Comes in: a problem. Goes out: a model with one `Conv` or `ConvTranspose` node from `x` to `y`, weights and bias as initializers. The
//! numbers in the code are the field numbers of `onnx.proto`.

use crate::problem::{Direction, Problem};

/// ONNX's number for 32-bit floats.
const FLOAT: u64 = 1;

/// The model.
pub fn model(problem: &Problem) -> Vec<u8> {
    let operator = match problem.direction {
        Direction::Forward => "Conv",
        Direction::Transposed => "ConvTranspose",
    };
    let pads = [problem.each(|axis| axis.before), problem.each(|axis| axis.after)].concat();
    let node = Message::default()
        .text(1, "x")
        .text(1, "weights")
        .text(1, "bias")
        .text(2, "y")
        .text(3, "conv")
        .text(4, operator)
        .message(5, &integers("kernel_shape", &problem.each(|axis| axis.kernel)))
        .message(5, &integers("strides", &problem.each(|axis| axis.stride)))
        .message(5, &integers("pads", &pads))
        .message(5, &integer("group", problem.groups));
    let graph = Message::default()
        .message(1, &node)
        .text(2, "graph")
        .message(5, &tensor("weights", &problem.weights_shape(), &problem.weights_channels_first()))
        .message(5, &tensor("bias", &[problem.out_c], &problem.bias))
        .message(11, &value("x", &problem.input_shape()))
        .message(12, &value("y", &problem.output_shape()));
    // IR version 8 and operator set 13: old enough for everyone.
    Message::default().integer(1, 8).message(7, &graph).message(8, &Message::default().integer(2, 13)).0
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

/// A constant.
fn tensor(name: &str, dims: &[usize], values: &[f32]) -> Message {
    let shape = dims.iter().fold(Message::default(), |tensor, &dim| tensor.integer(1, dim as u64));
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    shape.integer(2, FLOAT).text(8, name).bytes(9, &raw)
}

/// A named value of the graph and its shape.
fn value(name: &str, dims: &[usize]) -> Message {
    let dim = |&dim: &usize| Message::default().integer(1, dim as u64);
    let shape = dims.iter().map(dim).fold(Message::default(), |shape, dim| shape.message(1, &dim));
    let tensor = Message::default().integer(1, FLOAT).message(2, &shape);
    Message::default().text(1, name).message(2, &Message::default().message(1, &tensor))
}

/// A protobuf message under construction.
#[derive(Default)]
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
