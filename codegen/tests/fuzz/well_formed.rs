//! Calls without a mistake in any one key, of all operators: what their keys make together may still be one.

use proptest::prelude::*;
use proptest::sample::select;
use toeplitz_codegen::Operator;

/// Sizes along an axis, or numbers of channels: small ones, and now and then one at a limit or beyond.
fn size() -> BoxedStrategy<usize> {
    let huge = select(vec![17, 33, 64, 256, 1000, 4096, 1 << 20, (1 << 20) + 1, 1 << 31]);
    prop_oneof![30 => 1usize..13, 1 => huge].boxed()
}

/// Sizes of a window, its steps and what pads it.
fn small() -> BoxedStrategy<usize> {
    prop_oneof![40 => 1usize..5, 1 => select(vec![7, 11, 65, 256, 257, 4096, 4097, 1 << 31])].boxed()
}

/// `count` numbers between `x`.
fn numbers(number: BoxedStrategy<usize>, count: usize) -> BoxedStrategy<String> {
    let texts = move |numbers: Vec<usize>| numbers.iter().map(usize::to_string).collect::<Vec<_>>().join("x");
    prop::collection::vec(number, count).prop_map(texts).boxed()
}

/// One of these words.
fn words(words: &[&'static str]) -> BoxedStrategy<String> {
    select(words.to_vec()).prop_map(str::to_owned).boxed()
}

/// A number for each of `rank` axes, or one for all.
fn each(number: BoxedStrategy<usize>, rank: usize) -> BoxedStrategy<String> {
    prop_oneof![numbers(number.clone(), 1), numbers(number, rank)].boxed()
}

/// A value that `key` of `operator` may have, taken by itself.
fn value(operator: Operator, key: &str) -> BoxedStrategy<String> {
    let name = operator.macro_name();
    let rank = name.chars().find_map(|c| c.to_digit(10)).unwrap_or(0) as usize;
    match key {
        "in" if rank == 0 => (1usize..5).prop_flat_map(|count| numbers(size(), count)).boxed(),
        "in" => numbers(size(), rank + 1),
        "kernel" if !name.starts_with("depthwise") => {
            (numbers(small(), rank), size()).prop_map(|(kernel, out)| format!("{kernel}x{out}")).boxed()
        }
        "kernel" | "window" => numbers(small(), rank),
        "units" => numbers(size(), 1),
        "padding" => {
            let end = prop_oneof![Just(0), small()].boxed();
            let pairs = prop::collection::vec((end.clone(), end.clone()), rank).prop_map(|pairs| {
                pairs.iter().map(|(before, after)| format!("[{before}, {after}]")).collect::<Vec<_>>().join("x")
            });
            let rules = words(&["valid", "same", "same_lower", "full", "causal"]);
            prop_oneof![3 => rules, 1 => each(end, rank), 1 => pairs].boxed()
        }
        "padding_mode" => words(&["zeros", "reflect", "replicate", "circular"]),
        "stride" | "dilation" => each(small(), rank),
        "output_padding" => each((0usize..4).boxed(), rank),
        "groups" | "multiplier" => numbers(small(), 1),
        "ceil_mode" | "count_include_pad" | "bias" => words(&["true", "false"]),
        "epsilon" => words(&["0.001", "1e-5", "1e-300", "1e30"]),
        "activation" => words(&[
            "none",
            "relu",
            "relu6",
            "leaky_relu(0.1)",
            "prelu",
            "elu(1)",
            "sigmoid",
            "tanh",
            "silu",
            "hard_swish",
            "hard_sigmoid",
            "hard_sigmoid(0.2, 0.5)",
            "gelu",
            "gelu(tanh)",
            "leaky_relu(1e-300)",
        ]),
        "layout" => words(&["nhwc", "nchw"]),
        "dtype" => words(&["f32", "f64"]),
        "unroll" => words(&["auto", "auto", "none", "full"]),
        "algorithm" => words(&["auto", "direct", "winograd", "fft"]),
        "accuracy" => words(&["fast", "exact"]),
        "plan" => words(&["winograd 4x4", "winograd 2x6 columns beyond", "[avx512: 2x7x2, avx2: 1x6x2 walk]"]),
        "explain" => words(&["false", "true"]),
        "crate" => words(&["::toeplitz", "crate", "self::path"]),
        _ => unreachable!("what are the values of `{key}`?"),
    }
}

/// A call whose every key is one of the operator's and right by itself, as an item or as an expression.
pub(super) fn call() -> impl Strategy<Value = (Operator, String)> {
    let required = ["in", "kernel", "window", "units"];
    select(Operator::all().collect::<Vec<_>>()).prop_flat_map(move |operator| {
        let entry = |key: &'static str| {
            let given = if required.contains(&key) { Just(true).boxed() } else { prop::bool::weighted(0.4).boxed() };
            (given, value(operator, key)).prop_map(move |(given, value)| given.then(|| format!("{key}: {value}")))
        };
        (operator.keys().map(entry).collect::<Vec<_>>(), any::<bool>()).prop_map(move |(entries, is_item)| {
            let entries = entries.into_iter().flatten().collect::<Vec<_>>().join(", ");
            (operator, if is_item { format!("pub struct Layer < {entries} >;") } else { entries })
        })
    })
}
