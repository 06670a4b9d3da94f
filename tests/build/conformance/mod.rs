//! One operator and one test for each case of `data/`.
//!
//! Comes in: the `case.json` of every folder below `data`. Goes out: `conformance.rs`, which `tests/conformance.rs` includes
//! and whose functions and types it names. Must not know: the numbers in the arrays; the test reads those.

mod elementwise;
mod in_order;
mod onnx;
mod operator;

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
    /// The equally long parts of the layer's weights, in their order; ones where there is no file.
    weights: Vec<Option<Tensor>>,
    bias: Option<Tensor>,
    /// Whether the input has its signs changed first.
    negated: bool,
    output: Tensor,
    /// A variant of the test's `Tolerance`.
    tolerance: String,
}

/// Turns a `case.json` into a case.
type Read = fn(&Value) -> Case;

/// A folder of `data`; what reads a case of it, each with the prefix of that test's name; and whether its outputs are those of `f64`.
type Set = (&'static str, &'static [(&'static str, Read)], bool);

const SETS: [Set; 3] = [
    ("onnx_node", &[("onnx", onnx::read)], false),
    ("torch_cases", &[("torch", in_order::torch_nhwc), ("torch_nchw", in_order::torch_nchw)], true),
    ("tf_same_cases", &[("tf", in_order::tf)], true),
];

/// Of the tests whose outputs are rounded in `f64`, one in so many is there in `f64` too: all of them would take long to compile.
const IN_F64: usize = 5;

/// Writes the generated test source into `out`.
pub(crate) fn write(out: &Path) {
    let mut text = String::new();
    let (mut count, mut rounded) = (0, 0);
    for (set, tests, double) in SETS {
        for folder in folders(&Path::new("data").join(set)) {
            let json = fs::read_to_string(folder.join("case.json")).expect("every folder has a case.json");
            let json = serde_json::from_str(&json).expect("case.json is JSON");
            for (prefix, read) in tests {
                let case = read(&json);
                write_test(&mut text, &folder, set, prefix, &case);
                if !double || case.tolerance == "Exact" {
                    continue;
                }
                rounded += 1;
                if rounded % IN_F64 == 0 {
                    let call = format!("{}, dtype: f64", case.call);
                    let case = Case { call, tolerance: "RelativeToOneOrMore(1e-12)".to_owned(), ..case };
                    write_test(&mut text, &folder, set, &format!("{prefix}_f64"), &case);
                }
            }
            count += 1;
        }
    }
    writeln!(text, "/// Number of folders that have their tests above.\nconst CASES: usize = {count};")
        .expect("writing to a string");
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

fn write_test(text: &mut String, folder: &Path, set: &str, prefix: &str, case: &Case) {
    let name = folder.file_name().and_then(|name| name.to_str()).expect("names are ASCII");
    let function = format!("{prefix}_{name}").to_lowercase();
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
        weights: &[{weights}],
        bias: {bias},
        negated: {negated},
        output: {output},
        tolerance: Tolerance::{tolerance},
    }});
}}

",
        shape = case.shape,
        folder = format!("data/{set}/{name}"),
        input = tensor(&case.input),
        weights = case.weights.iter().map(optional).collect::<Vec<_>>().join(", "),
        bias = optional(&case.bias),
        negated = case.negated,
        output = tensor(&case.output),
        tolerance = case.tolerance,
    )
    .expect("writing to a string");
}

fn numbers(json: &Value) -> Vec<usize> {
    let numbers = json.as_array().expect("a list");
    numbers.iter().map(|number| number.as_u64().expect("a whole number") as usize).collect()
}

fn text(json: &Value) -> &str {
    json.as_str().expect("a string")
}
