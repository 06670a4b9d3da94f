//! The cases of the ONNX project: channels before the spatial axes (NCHW; weights OIHW, of a transposed convolution IOHW).
//!
//! Comes in: a `case.json`, with every default and `auto_pad` filled in under `resolved`. Goes out: a `Case`. Must not know: the
//! other sets.

use super::operator::{Kind, Operator, Padding, times};
use super::{Case, Tensor, elementwise, numbers, text};
use serde_json::Value;

/// Any case: an operator with a window, or a product of matrices.
pub(super) fn read(json: &Value) -> Case {
    match text(&json["op"]) {
        "Gemm" | "MatMul" => matrix(json),
        "BatchNormalization" => batch_norm(json),
        "Softmax" => softmax(json, "softmax"),
        "LogSoftmax" => softmax(json, "log_softmax"),
        op if elementwise::is_function(op) => elementwise::read(json, op),
        op => windowed(json, op),
    }
}

fn windowed(json: &Value, op: &str) -> Case {
    let [input, weights, bias, output] = ["input", "weight", "bias", "output"].map(|role| with_role(json, role));
    let (input_shape, output_shape) = (numbers(&input["shape"]), numbers(&output["shape"]));
    let rank = input_shape.len() - 2;
    let groups = json["resolved"]["group"].as_u64().unwrap_or(1) as usize;
    let operator = Operator {
        kind: kind(json, op, groups > 1 && groups == input_shape[1]),
        input: input_shape[2..].to_vec(),
        output: output_shape[2..].to_vec(),
        in_channels: input_shape[1],
        out_channels: output_shape[1],
        groups,
        kernel: an_axis_each(json, "kernel_shape", &input_shape[2..]),
        stride: an_axis_each(json, "strides", &vec![1; rank]),
        dilation: an_axis_each(json, "dilations", &vec![1; rank]),
        padding: padding(json, rank),
        bias: bias.is_object(),
        ceil_mode: json["resolved"]["ceil_mode"] == 1,
    };
    let images: Vec<usize> = [0].into_iter().chain(2..rank + 2).chain([1]).collect();
    Case {
        call: operator.call(),
        shape: operator.shape(),
        input: tensor(input, images.clone()),
        weights: if weights.is_object() {
            vec![Some(tensor(weights, (2..rank + 2).chain([1, 0]).collect()))]
        } else {
            Vec::new()
        },
        bias: bias.is_object().then(|| tensor(bias, vec![0])),
        negated: false,
        output: tensor(output, images),
        tolerance: match operator.kind {
            Kind::MaxPool => "Exact",
            // Its golden values have four decimals.
            _ if json["name"] == "averagepool_2d_ceil_last_window_starts_on_pad" => "Absolute(1e-4)",
            _ => "RelativeToOneOrMore(1e-5)",
        }
        .to_owned(),
    }
}

fn kind(json: &Value, op: &str, depthwise: bool) -> Kind {
    match op {
        "Conv" if depthwise => Kind::Depthwise,
        "Conv" => Kind::Conv,
        "ConvTranspose" => Kind::Transposed,
        "MaxPool" | "GlobalMaxPool" => Kind::MaxPool,
        "AveragePool" | "GlobalAveragePool" => {
            Kind::AvgPool { count_include_pad: json["resolved"]["count_include_pad"] == 1 }
        }
        _ => panic!("{}: no operator is a {op}", json["name"]),
    }
}

fn padding(json: &Value, rank: usize) -> Padding {
    match json["resolved"]["auto_pad"].as_str() {
        Some("SAME_UPPER") => Padding::Rule("same"),
        Some("SAME_LOWER") => Padding::Rule("same_lower"),
        _ => {
            let [begin, end] = ["pads_begin", "pads_end"].map(|key| an_axis_each(json, key, &vec![0; rank]));
            Padding::Amounts { begin, end }
        }
    }
}

/// Numbers for the axes, from `resolved`.
///
/// That is missing for a global pool, whose window is the whole input, and for a pool of a signal that has a second axis,
/// of one element, for the time of the pool.
fn an_axis_each(json: &Value, key: &str, default: &[usize]) -> Vec<usize> {
    let stated = if json["resolved"].is_null() { &json["attributes"][key] } else { &json["resolved"][key] };
    let Some(stated) = stated.as_array() else { return default.to_vec() };
    // A negative end makes the output of a transposed convolution longer; by how much, its size says.
    let number = |number: &Value| number.as_i64().expect("a whole number").max(0) as usize;
    stated.iter().map(number).take(default.len()).collect()
}

/// `Gemm` and `MatMul`: a dense layer, the rows of A as a batch.
fn matrix(json: &Value) -> Case {
    let attributes = &json["attributes"];
    let scaled = ["alpha", "beta"].iter().any(|&name| !(attributes[name].is_null() || attributes[name] == 1.0));
    assert!(!scaled, "{}: a dense layer has no scale", json["name"]);
    // A node before the product turns the weights.
    let turned = json["nodes"][0]["op"] == "Transpose";
    let weights = if turned { "initializer" } else { "B" };
    let [a, b, c, output] = ["A", weights, "C", "output"].map(|role| with_role(json, role));
    let axes = |turned: bool| if turned { vec![1, 0] } else { vec![0, 1] };
    let (a_axes, b_axes) = (axes(attributes["transA"] == 1), axes(turned || attributes["transB"] == 1));
    let (inputs, units) = (numbers(&a["shape"])[a_axes[1]], numbers(&b["shape"])[b_axes[1]]);
    let bias_axes = 0..c["shape"].as_array().map_or(0, Vec::len);
    Case {
        call: format!("dense! in: {inputs}, units: {units}, bias: {}", c.is_object()),
        shape: units.to_string(),
        input: tensor(a, a_axes),
        weights: vec![Some(tensor(b, b_axes))],
        bias: c.is_object().then(|| tensor(c, bias_axes.collect())),
        negated: false,
        output: tensor(output, vec![0, 1]),
        tolerance: "RelativeToOneOrMore(1e-5)".to_owned(),
    }
}

/// Four numbers for each channel, of which there are as many as the second axis is long.
fn batch_norm(json: &Value) -> Case {
    let [input, output] = ["input", "output"].map(|role| with_role(json, role));
    assert!(json["attributes"]["training_mode"].as_u64().unwrap_or(0) == 0, "{}: it learns nothing", json["name"]);
    let shape = numbers(&input["shape"]);
    let epsilon = json["attributes"]["epsilon"].as_f64().unwrap_or(1e-5);
    let images: Vec<usize> = [0].into_iter().chain(2..shape.len()).chain([1]).collect();
    let sizes: Vec<usize> = images[1..].iter().map(|&axis| shape[axis]).collect();
    Case {
        call: format!("batch_norm! in: {}, epsilon: {epsilon}", times(&sizes)),
        shape: times(&sizes),
        input: tensor(input, images.clone()),
        weights: ["scale", "bias", "mean", "var"].map(|role| Some(tensor(with_role(json, role), vec![0]))).to_vec(),
        bias: None,
        negated: false,
        output: tensor(output, images),
        tolerance: "RelativeToOneOrMore(1e-5)".to_owned(),
    }
}

/// Along one axis, which is taken for the channels; all others are pixels.
fn softmax(json: &Value, name: &str) -> Case {
    let [input, output] = ["input", "output"].map(|role| with_role(json, role));
    let shape = numbers(&input["shape"]);
    // Negative ones count from the end.
    let axis = json["attributes"]["axis"].as_i64().unwrap_or(-1);
    let axis = usize::try_from(axis).unwrap_or(shape.len().wrapping_add_signed(axis as isize));
    let axes: Vec<usize> = (0..shape.len()).filter(|&at| at != axis).chain([axis]).collect();
    let pixels = shape.iter().product::<usize>() / shape[axis];
    Case {
        call: format!("{name}! in: {pixels}x{}", shape[axis]),
        shape: format!("{pixels}x{}", shape[axis]),
        input: tensor(input, axes.clone()),
        weights: Vec::new(),
        bias: None,
        // Softmin is one behind a change of signs.
        negated: json["nodes"][0]["op"] == "Neg",
        output: tensor(output, axes),
        tolerance: "RelativeToOneOrMore(1e-6)".to_owned(),
    }
}

pub(super) fn tensor(json: &Value, axes: Vec<usize>) -> Tensor {
    (text(&json["file"]).to_owned(), axes)
}

/// The first tensor with a role; null where there is none.
pub(super) fn with_role<'a>(json: &'a Value, role: &str) -> &'a Value {
    let tensors = json["tensors"].as_object().expect("tensors by name");
    tensors.values().find(|tensor| tensor["role"] == role).unwrap_or(&Value::Null)
}
