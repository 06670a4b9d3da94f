//! One operator and one test for each case of `data/`.
//!
//! Comes in: the `case.json` of every folder below `data`. Goes out: `conformance.rs`, which `tests/conformance.rs` includes
//! and whose functions and types it names. Must not know: the numbers in the arrays; the test reads those.

use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of a case, and its axes in the order in which the operators want them.
type Tensor = (String, Vec<usize>);

/// What the test of one case needs.
struct Case {
    /// The macro's name and, between its brackets, its keys.
    call: String,
    /// What `OUTPUT` must print.
    shape: String,
    input: Tensor,
    weights: Option<Tensor>,
    bias: Option<Tensor>,
    output: Tensor,
    /// A variant of the test's `Tolerance`.
    tolerance: String,
    /// What the test still has to apply: a variant of its `Activation`.
    activation: &'static str,
}

/// Writes the generated test source into `out`.
pub(crate) fn write(out: &Path) {
    let mut text = String::new();
    let mut count = 0;
    for (set, read) in [("onnx_node", onnx as fn(&Value) -> Case), ("torch_cases", torch), ("tf_same_cases", tf)] {
        for folder in folders(&Path::new("data").join(set)) {
            let json = fs::read_to_string(folder.join("case.json")).expect("every folder has a case.json");
            let case = read(&serde_json::from_str(&json).expect("case.json is JSON"));
            write_test(&mut text, &folder, set, &case);
            count += 1;
        }
    }
    writeln!(text, "/// Number of tests above.\nconst CASES: usize = {count};").expect("writing to a string");
    fs::write(out.join("conformance.rs"), text).expect("OUT_DIR is writable");
}

/// The folders in `dir`, sorted, so that the tests do not depend on the file system.
fn folders(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let mut found: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a readable entry").path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn write_test(text: &mut String, folder: &Path, set: &str, case: &Case) {
    let name = folder.file_name().and_then(|name| name.to_str()).expect("names are ASCII");
    let function = format!("{}_{name}", set.split('_').next().expect("a first word")).to_lowercase();
    let (macro_name, keys) = case.call.split_once('!').expect("a macro call");
    let tensor = |(file, axes): &Tensor| format!("Tensor {{ file: {file:?}, axes: &{axes:?} }}");
    let optional = |found: &Option<Tensor>| {
        found.as_ref().map_or_else(|| "None".to_owned(), |found| format!("Some({})", tensor(found)))
    };
    write!(
        text,
        "#[test]
fn {function}() {{
    {macro_name}! {{ struct Operator < {keys} >; }}
    assert_eq!(Operator::OUTPUT.to_string(), {shape:?});
    check::<Operator>(&Case {{
        folder: {folder:?},
        input: {input},
        weights: {weights},
        bias: {bias},
        output: {output},
        tolerance: Tolerance::{tolerance},
        activation: Activation::{activation},
    }});
}}

",
        shape = case.shape,
        folder = format!("data/{set}/{name}"),
        input = tensor(&case.input),
        weights = optional(&case.weights),
        bias = optional(&case.bias),
        output = tensor(&case.output),
        tolerance = case.tolerance,
        activation = case.activation,
    )
    .expect("writing to a string");
}

/// A case of the ONNX project: channels before the spatial axes (NCHW, OIHW), every default and `auto_pad` filled in under
/// `resolved`.
fn onnx(json: &Value) -> Case {
    let op = text(&json["op"]);
    if op != "Conv" && op != "MaxPool" {
        return onnx_matrix(json);
    }
    let pool = op == "MaxPool";
    let (input, output) = (with_role(json, "input"), with_role(json, "output"));
    let (weights, bias) = (with_role(json, "weight"), with_role(json, "bias"));
    let resolved = &json["resolved"];
    let (size, kernel) = (&numbers(&input["shape"])[2..], numbers(&resolved["kernel_shape"]));
    let (stride, dilation) = (numbers(&resolved["strides"]), numbers(&resolved["dilations"]));
    let shape = numbers(&output["shape"]);
    let padding = match text(&resolved["auto_pad"]) {
        "SAME_UPPER" => "same".to_owned(),
        "SAME_LOWER" => "same_lower".to_owned(),
        _ => {
            let (begin, mut end) = (numbers(&resolved["pads_begin"]), numbers(&resolved["pads_end"]));
            if resolved["ceil_mode"] == 1 {
                // A window that hangs over the end is one more unit of padding: it never wins either.
                for axis in 0..kernel.len() {
                    let last = (shape[axis + 2] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
                    end[axis] = end[axis].max(last.saturating_sub(size[axis] + begin[axis]));
                }
            }
            explicit(&begin, &end)
        }
    };
    let channels = numbers(&input["shape"])[1];
    let spatial = 2..shape.len();
    let images: Vec<usize> = [0].into_iter().chain(spatial.clone()).chain([1]).collect();
    let window = window(pool, &kernel, shape[1]);
    let bias_key = if pool { String::new() } else { format!(", bias: {}", bias.is_object()) };
    Case {
        call: format!(
            "{}! in: {}x{channels}, {window}, padding: {padding}, stride: {}, dilation: {}{bias_key}",
            macro_name(pool, kernel.len()),
            times(size),
            times(&stride),
            times(&dilation)
        ),
        shape: format!("{}x{}", times(&shape[2..]), shape[1]),
        input: (text(&input["file"]).to_owned(), images.clone()),
        weights: weights.is_object().then(|| (text(&weights["file"]).to_owned(), spatial.chain([1, 0]).collect())),
        bias: bias.is_object().then(|| (text(&bias["file"]).to_owned(), vec![0])),
        output: (text(&output["file"]).to_owned(), images),
        tolerance: if pool { "Exact" } else { "RelativeToOneOrMore(1e-5)" }.to_owned(),
        activation: "None",
    }
}

/// `Gemm` and `MatMul`: a dense layer, the rows of A as a batch.
fn onnx_matrix(json: &Value) -> Case {
    let attributes = &json["attributes"];
    let scaled = ["alpha", "beta"].iter().any(|&name| !(attributes[name].is_null() || attributes[name] == 1.0));
    assert!(!scaled, "{}: a dense layer has no scale", json["name"]);
    let [a, b, c, output] = ["A", "B", "C", "output"].map(|role| with_role(json, role));
    let axes = |flag: &str| if attributes[flag] == 1 { vec![1, 0] } else { vec![0, 1] };
    let (a_axes, b_axes) = (axes("transA"), axes("transB"));
    let (inputs, units) = (numbers(&a["shape"])[a_axes[1]], numbers(&b["shape"])[b_axes[1]]);
    let bias_axes = 0..c["shape"].as_array().map_or(0, Vec::len);
    Case {
        call: format!("dense! in: {inputs}, units: {units}, bias: {}", c.is_object()),
        shape: units.to_string(),
        input: (text(&a["file"]).to_owned(), a_axes),
        weights: Some((text(&b["file"]).to_owned(), b_axes)),
        bias: c.is_object().then(|| (text(&c["file"]).to_owned(), bias_axes.collect())),
        output: (text(&output["file"]).to_owned(), vec![0, 1]),
        tolerance: "RelativeToOneOrMore(1e-5)".to_owned(),
        activation: "None",
    }
}

/// A case computed with `PyTorch`, of whose two layouts the one with channels last is here.
fn torch(json: &Value) -> Case {
    let pool = json["kind"] == "maxpool";
    let padding = explicit(&numbers(&json["pad_begin"]), &numbers(&json["pad_end"]));
    let (inside, outside) = match text(&json["activation"]) {
        "none" => ("none", "None"),
        "relu" => ("relu", "None"),
        "relu6" => ("relu6", "None"),
        "silu" => ("none", "Silu"),
        "sigmoid" => ("none", "Sigmoid"),
        other => panic!("{}: no activation {other}", json["name"]),
    };
    let tolerance = if pool || json["exact"] == true {
        "Exact".to_owned()
    } else {
        let terms = json["terms"].as_f64().expect("a number of products") + 4.0;
        let magnitude = json["abs_sum_max"].as_f64().expect("a sum");
        format!("Absolute({:.3e})", terms * 2f64.powi(-24) * magnitude)
    };
    let files = ["x_nhwc", "w_hwio", "b", "y_nhwc"];
    let mut case = channels_last(json, &padding, files, tolerance, outside);
    if !pool {
        write!(case.call, ", activation: {inside}").expect("writing to a string");
    }
    case
}

/// A case computed with TensorFlow: channels last, and padding by rule.
fn tf(json: &Value) -> Case {
    let exact = json["kind"] == "maxpool" || json["exact"] == true;
    let tolerance = if exact { "Exact" } else { "Relative(1e-5)" };
    let padding = text(&json["padding"]).to_lowercase();
    channels_last(json, &padding, ["x", "w", "b", "y"], tolerance.to_owned(), "None")
}

/// What `torch` and `tf` have in common; `names` are those of the input, the weights, the bias and the output.
fn channels_last(json: &Value, padding: &str, names: [&str; 4], tolerance: String, activation: &'static str) -> Case {
    let pool = json["kind"] == "maxpool";
    // The axes are in the operators' order as they are.
    let file = |name: &str| {
        let file = &json["files"][name];
        file.is_object().then(|| (text(&file["file"]).to_owned(), (0..numbers(&file["shape"]).len()).collect()))
    };
    let out_channels = json["out_channels"].as_u64().expect("a number of channels") as usize;
    let shape = |key: &str| times(&numbers(&json[key]));
    let kernel = numbers(&json["kernel"]);
    let window = window(pool, &kernel, out_channels);
    let bias = if pool { String::new() } else { format!(", bias: {}", json["bias"]) };
    Case {
        call: format!(
            "{}! in: {}x{}, {window}, padding: {padding}, stride: {}, dilation: {}{bias}",
            macro_name(pool, kernel.len()),
            shape("input"),
            json["in_channels"],
            shape("stride"),
            shape("dilation")
        ),
        shape: format!("{}x{out_channels}", shape("output")),
        input: file(names[0]).expect("every case has an input"),
        weights: file(names[1]),
        bias: file(names[2]),
        output: file(names[3]).expect("every case has an output"),
        tolerance,
        activation,
    }
}

fn macro_name(pool: bool, rank: usize) -> String {
    format!("{}{rank}d", if pool { "max_pool" } else { "conv" })
}

/// The key `kernel` of a convolution, or `window` of a pool.
fn window(pool: bool, kernel: &[usize], out_channels: usize) -> String {
    if pool { format!("window: {}", times(kernel)) } else { format!("kernel: {}x{out_channels}", times(kernel)) }
}

/// Padding in its shortest spelling, axis by axis.
fn explicit(begin: &[usize], end: &[usize]) -> String {
    if begin.iter().chain(end).all(|&amount| amount == 0) {
        return "valid".to_owned();
    }
    let axis = |(begin, end)| if begin == end { format!("{begin}") } else { format!("[{begin}, {end}]") };
    // Apart from each other: in `0x[1, 0]`, `0x` would begin a hexadecimal number.
    begin.iter().zip(end).map(axis).collect::<Vec<_>>().join(" x ")
}

/// The first tensor with a role; null where there is none.
fn with_role<'a>(json: &'a Value, role: &str) -> &'a Value {
    let tensors = json["tensors"].as_object().expect("tensors by name");
    tensors.values().find(|tensor| tensor["role"] == role).unwrap_or(&Value::Null)
}

/// `[28, 28]` as `28x28`.
fn times(sizes: &[usize]) -> String {
    sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

fn numbers(json: &Value) -> Vec<usize> {
    let numbers = json.as_array().expect("a list");
    numbers.iter().map(|number| number.as_u64().expect("a whole number") as usize).collect()
}

fn text(json: &Value) -> &str {
    json.as_str().expect("a string")
}
