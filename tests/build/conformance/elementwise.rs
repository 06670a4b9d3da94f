//! The cases of ONNX that apply a function to each element: a depthwise convolution whose kernel is a single 1, with the function as
//! its activation.
//!
//! Comes in: a `case.json`. Goes out: a `Case`. Must not know: operators with a window.

use super::onnx::{tensor, with_role};
use super::{Case, numbers};
use serde_json::Value;

/// Whether `op` is a function of one element.
pub(super) fn is_function(op: &str) -> bool {
    matches!(op, "Relu" | "LeakyRelu" | "PRelu" | "Elu" | "Sigmoid" | "Tanh" | "HardSigmoid" | "HardSwish" | "Gelu")
}

/// A case of one of the functions.
pub(super) fn read(json: &Value, op: &str) -> Case {
    let [input, slope, output] = ["input", "slope", "output"].map(|role| with_role(json, role));
    let (shape, slopes) = (numbers(&input["shape"]), slope["shape"].as_array().map(|_| numbers(&slope["shape"])));
    // Slopes are for the second axis, or of later versions, which broadcast, for the last.
    let last = json["opset"]["ai.onnx"].as_u64().expect("a version") > 6;
    let axis = if last { shape.len() - 1 } else { 1 };
    let axes: Vec<usize> = (0..shape.len()).filter(|&at| at != axis).chain([axis]).collect();
    let channels = shape[axis];
    let elements: usize = shape.iter().product();
    let mut weights = vec![None];
    if let Some(slopes) = slopes {
        assert!(slopes == [1] || slopes == [channels], "{}: a slope a channel", json["name"]);
        weights.push(Some(tensor(slope, vec![0])));
    }
    let pixels = elements / channels;
    Case {
        call: format!(
            "depthwise_conv1d! in: {pixels}x{channels}, kernel: 1, bias: false, activation: {}",
            activation(json, op)
        ),
        shape: format!("{pixels}x{channels}"),
        input: tensor(input, axes.clone()),
        weights,
        bias: None,
        negated: false,
        output: tensor(output, axes),
        tolerance: "RelativeToOneOrMore(1e-6)".to_owned(),
    }
}

/// The key's value; ONNX has defaults of its own.
fn activation(json: &Value, op: &str) -> String {
    let number = |name: &str, default: f64| json["attributes"][name].as_f64().unwrap_or(default);
    match op {
        "Relu" => "relu".to_owned(),
        "LeakyRelu" => format!("leaky_relu({})", number("alpha", 0.01)),
        "PRelu" => "prelu".to_owned(),
        "Elu" => format!("elu({})", number("alpha", 1.0)),
        "Sigmoid" => "sigmoid".to_owned(),
        "Tanh" => "tanh".to_owned(),
        "HardSigmoid" => format!("hard_sigmoid({}, {})", number("alpha", 0.2), number("beta", 0.5)),
        "HardSwish" => "hard_swish".to_owned(),
        _ if json["attributes"]["approximate"] == "tanh" => "gelu(tanh)".to_owned(),
        _ => "gelu".to_owned(),
    }
}
