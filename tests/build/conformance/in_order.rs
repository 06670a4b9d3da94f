//! The cases computed with `PyTorch` and with TensorFlow, whose axes are in the operators' order as they are, in either layout.
//!
//! Comes in: a `case.json`. Goes out: a `Case`. Must not know: the cases of ONNX.

use super::operator::{Kind, Operator, Padding};
use super::{Case, Tensor, numbers, text};
use serde_json::Value;
use std::fmt::Write as _;

/// A case computed with `PyTorch`, channels last.
pub(super) fn torch_nhwc(json: &Value) -> Case {
    let weights = match text(&json["kind"]) {
        "transposed" => "w_hwoi",
        "depthwise" => "w_hwcm",
        _ => "w_hwio",
    };
    torch(json, ["x_nhwc", weights, "b", "y_nhwc"])
}

/// The same with channels in front.
pub(super) fn torch_nchw(json: &Value) -> Case {
    let weights = if json["kind"] == "transposed" { "w_iohw" } else { "w_oihw" };
    let mut case = torch(json, ["x_nchw", weights, "b", "y_nchw"]);
    case.call += ", layout: nchw";
    case
}

/// The case whose data is in the files of these names.
fn torch(json: &Value, names: [&str; 4]) -> Case {
    // The steepest slope of a curve, rounded up, and units in the last place that it may be off by itself.
    let (activation, slope, units) = match text(&json["activation"]) {
        "leaky_relu" => (format!("leaky_relu({})", json["alpha"]), 1.0, 0.0),
        "silu" => ("silu".to_owned(), 1.1, 6.0),
        "sigmoid" => ("sigmoid".to_owned(), 0.25, 6.0),
        "tanh" => ("tanh".to_owned(), 1.0, 6.0),
        straight => (straight.to_owned(), 1.0, 0.0),
    };
    let relative = units * f64::from(f32::EPSILON);
    let exact = json["exact"] == true;
    let tolerance = match text(&json["kind"]) {
        "avgpool" => "RelativeToOneOrMore(1e-5)".to_owned(),
        "maxpool" => "Exact".to_owned(),
        _ if exact && units == 0.0 => "Exact".to_owned(),
        _ if exact => format!("Relative({relative:.3e})"),
        _ => {
            let terms = json["terms"].as_f64().expect("a number of products") + 4.0;
            let magnitude = json["abs_sum_max"].as_f64().expect("a sum");
            format!("Sum({:.3e}, {relative:.3e})", terms * 2f64.powi(-24) * magnitude * slope)
        }
    };
    let operator = operator(json, amounts(json));
    let mut case = case(json, &operator, names, tolerance);
    if !operator.kind.is_pool() {
        write!(case.call, ", activation: {activation}").expect("writing to a string");
    }
    case
}

/// A case computed with TensorFlow, padded by rule.
pub(super) fn tf(json: &Value) -> Case {
    let exact = json["kind"] == "maxpool" || json["exact"] == true;
    let tolerance = if exact { "Exact" } else { "Relative(1e-5)" };
    let mut operator = operator(json, Padding::Rule("same"));
    // The output's size of a transposed convolution is given, and only one of the sizes is that of `same`.
    let other_size = operator.kind == Kind::Transposed
        && operator
            .input
            .iter()
            .zip(&operator.stride)
            .map(|(input, stride)| input * stride)
            .ne(operator.output.clone());
    if json["padding"] == "VALID" || other_size {
        operator.padding = amounts(json);
    }
    case(json, &operator, ["x", "w", "b", "y"], tolerance.to_owned())
}

fn amounts(json: &Value) -> Padding {
    Padding::Amounts { begin: numbers(&json["pad_begin"]), end: numbers(&json["pad_end"]) }
}

fn operator(json: &Value, padding: Padding) -> Operator {
    let channels = |key: &str| json[key].as_u64().expect("a number of channels") as usize;
    Operator {
        kind: match text(&json["kind"]) {
            "conv" | "pointwise" | "grouped" => Kind::Conv,
            "depthwise" => Kind::Depthwise,
            "transposed" => Kind::Transposed,
            "maxpool" => Kind::MaxPool,
            "avgpool" => Kind::AvgPool { count_include_pad: json["count_include_pad"] == true },
            other => panic!("{}: no operator is a {other}", json["name"]),
        },
        input: numbers(&json["input"]),
        output: numbers(&json["output"]),
        in_channels: channels("in_channels"),
        out_channels: channels("out_channels"),
        groups: json["groups"].as_u64().unwrap_or(1) as usize,
        kernel: numbers(&json["kernel"]),
        stride: numbers(&json["stride"]),
        dilation: numbers(&json["dilation"]),
        padding,
        bias: json["bias"] == true,
        ceil_mode: false,
    }
}

/// `names` are those of the input, the weights, the bias and the output.
fn case(json: &Value, operator: &Operator, names: [&str; 4], tolerance: String) -> Case {
    let [input, weights, bias, output] = names.map(|name| -> Option<Tensor> {
        let file = &json["files"][name];
        file.is_object().then(|| (text(&file["file"]).to_owned(), (0..numbers(&file["shape"]).len()).collect()))
    });
    // Products of transformed numbers are no integers.
    let direct = tolerance == "Exact" && operator.kind == Kind::Conv;
    Case {
        call: operator.call() + if direct { ", accuracy: exact" } else { "" },
        shape: operator.shape(),
        input: input.expect("every case has an input"),
        weights: weights.into_iter().map(Some).collect(),
        bias,
        negated: false,
        output: output.expect("every case has an output"),
        tolerance,
    }
}
