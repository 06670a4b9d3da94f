//! Whatever the tokens, expansion does not panic, comes to an end, and gives something that parses.

mod well_formed;

use proc_macro2::{TokenStream, TokenTree};
use proptest::prelude::*;
use proptest::sample::select;
use std::time::{Duration, Instant};
use toeplitz_codegen::{Operator, expand, expand_source, source};

/// Far more than any expansion takes, on a slow machine, unoptimised.
const PATIENCE: Duration = Duration::from_secs(20);

/// Calls to take apart and put together wrongly.
const CALLS: &[&str] = &[
    "in : 28x28x1 , kernel : 5x5x32 , padding : same , stride : 1 , activation : relu",
    "# [ doc = \"text\" ] pub ( crate ) struct Conv1 < in : 28x28x1 , kernel : 5x5x32 > ;",
    "< in : 8 x 8 x 3 , kernel : 3x3x4 , padding : [ 1 , 2 ] x [ 0 , 1 ] , dilation : 2x1 , bias : false , >",
    "struct Pool1 < in : 9x9x3 , window : 3x2 , stride : 2 , padding : same_lower , unroll : none > ;",
    "in : 7x7x64 , units : 10 , activation : leaky_relu ( 0.1 ) , crate : :: toeplitz",
    "in : 4x4x1 , kernel : 3x3x1 , padding : full , unroll : full , stride : 3",
];

/// Words, numbers and signs, most of which mean something somewhere in a call.
fn word() -> impl Strategy<Value = String> {
    let known = select(vec![
        "in",
        "kernel",
        "window",
        "units",
        "padding",
        "padding_mode",
        "ceil_mode",
        "stride",
        "dilation",
        "bias",
        "activation",
        "unroll",
        "crate",
        "same",
        "reflect",
        "valid",
        "full",
        "none",
        "auto",
        "true",
        "relu",
        "leaky_relu",
        "pub",
        "struct",
        "enum",
        "fn",
        "Conv1",
        "x",
        "x3",
        "_",
        "r#in",
        "größe",
        "'a",
        "::",
        ":",
        ",",
        ";",
        "<",
        ">",
        "=",
        "-",
        "#",
        "!",
        "$",
        "..",
        "{}",
        "()",
        "[]",
        "[1, 2]",
        "(0.1)",
        "\"4x4x1\"",
        "\"same\"",
        "\"in\"",
        "\"\"",
        "=>",
        "->",
        "4*4*1",
        "((1, 2), (0, 1))",
        "kernal",
        "filters",
        "gelu",
        "'x'",
        "b\"x\"",
        "0x28x1",
        "2.5x5",
        "1e3x5",
        "1.",
        "0b1x3",
        "1_0x1_0x1_",
        "3x",
        "4x4x1",
        "3x3",
        "2x2x2x2",
        "1u8",
        "/* comment */",
        "/// doc\n",
    ])
    .prop_map(str::to_owned);
    // Small, or beyond the limit of a number: what lies between is for `any_size`, in shapes that expand fast.
    let number = select(vec![0u128, 1, 2, 3, 7, 1 << 32, u64::MAX.into(), u128::MAX]);
    let numbers = prop::collection::vec(number, 1..5)
        .prop_map(|numbers| numbers.iter().map(u128::to_string).collect::<Vec<_>>().join("x"));
    prop_oneof![4 => known, 1 => numbers]
}

/// Words in brackets in brackets.
fn tokens() -> impl Strategy<Value = String> {
    let leaf = prop::collection::vec(word(), 0..12).prop_map(|words| words.join(" "));
    leaf.prop_recursive(4, 40, 4, |inner| {
        (prop::collection::vec(inner, 1..4), select(vec![("(", ")"), ("[", "]"), ("{", "}"), ("<", ">")]))
            .prop_map(|(inner, (open, close))| format!("{open} {} {close}", inner.join(" ")))
    })
}

/// A call with some of its words removed, doubled, swapped or replaced.
fn mutated() -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4, word());
    (select(CALLS), prop::collection::vec(edit, 0..4)).prop_map(|(call, edits)| {
        let mut words: Vec<String> = call.split(' ').map(str::to_owned).collect();
        for (at, other, kind, word) in edits {
            let (at, other) = (at.index(words.len()), other.index(words.len()));
            match kind {
                0 if words.len() > 1 => drop(words.remove(at)),
                1 => words.insert(at, words[other].clone()),
                2 => words.swap(at, other),
                _ => words[at] = word,
            }
        }
        words.join(" ")
    })
}

/// A call whose every key is right by itself, of any size.
fn any_size() -> impl Strategy<Value = (Operator, String)> {
    let size = || select(vec![1usize, 2, 5, 13, 64, 500, 4096, 1 << 16, 1 << 20, 1 << 31]);
    let kernel = || select(vec![1usize, 2, 3, 5, 8, 13, 64, 500, 4096, 4097, 1 << 31]);
    let out = select(vec![1usize, 2, 3, 17, 100]);
    let step = || select(vec![1usize, 1, 1, 2, 3, 500, 1 << 20, 1 << 31]);
    let padding = select(vec!["valid", "same", "same_lower", "full", "1", "0x1000", "[0, 7]x[500, 1048576]"]);
    let mode = select(vec!["zeros", "zeros", "reflect", "replicate", "circular"]);
    let unroll = select(vec!["auto", "auto", "auto", "none", "full"]);
    let sizes = (size(), size(), size(), kernel(), kernel(), out);
    (sizes, (step(), step()), (step(), step()), (padding, mode), unroll, 0..6).prop_map(
        |((h, w, channels, kernel_h, kernel_w, out), stride, dilation, (padding, mode), unroll, operator)| {
            let sliding = format!(
                "padding: {padding}, stride: {}x{}, dilation: {}x{}, unroll: {unroll}",
                stride.0, stride.1, dilation.0, dilation.1
            );
            let kernel = format!("{kernel_h}x{kernel_w}");
            match operator {
                0 => (
                    Operator::Conv2d,
                    format!("in: {h}x{w}x{channels}, kernel: {kernel}x{out}, padding_mode: {mode}, {sliding}"),
                ),
                1 => (
                    Operator::MaxPool2d,
                    format!("in: {h}x{w}x{channels}, window: {kernel}, ceil_mode: {}, {sliding}", mode == "reflect"),
                ),
                2 => (Operator::ConvTranspose2d, format!("in: {h}x{w}x{channels}, kernel: {kernel}x{out}, {sliding}")),
                3 => (
                    Operator::Conv3d,
                    format!(
                        "in: {h}x{w}x{w}x{channels}, kernel: {kernel}x{kernel_w}x{out}, stride: {}, unroll: {unroll}",
                        stride.0
                    ),
                ),
                4 => (
                    Operator::ConvTranspose1d,
                    format!(
                        "in: {h}x{channels}, kernel: {kernel_h}x{out}, stride: {}, dilation: {}, unroll: {unroll}",
                        stride.0, dilation.0
                    ),
                ),
                _ => (Operator::Dense, format!("in: {h}x{w}x{channels}, units: {out}, unroll: {unroll}")),
            }
        },
    )
}

/// What an expansion says of mistakes.
fn messages(expansion: &TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut after_name = false;
    for token in expansion.clone() {
        match token {
            TokenTree::Group(group) => {
                let inside = group.stream();
                if after_name {
                    found.push(inside.to_string());
                } else {
                    found.extend(messages(&inside));
                }
                after_name = false;
            }
            TokenTree::Punct(_) => {}
            token => after_name = token.to_string() == "compile_error",
        }
    }
    found
}

fn check(operator: Operator, text: &str) -> Result<TokenStream, TestCaseError> {
    let Ok(tokens) = text.parse::<TokenStream>() else {
        return Ok(TokenStream::new());
    };
    let start = Instant::now();
    let expansion = expand(operator, tokens);
    let elapsed = start.elapsed();
    prop_assert!(elapsed < PATIENCE, "{text}: {elapsed:?}");
    let parses =
        syn::parse2::<syn::File>(expansion.clone()).is_ok() || syn::parse2::<syn::Expr>(expansion.clone()).is_ok();
    prop_assert!(parses, "{text}: {expansion}");
    Ok(expansion)
}

fn check_source(text: &str) -> Result<(), TestCaseError> {
    if let Ok(code) = expand_source(text) {
        prop_assert!(syn::parse_file(&code).is_ok(), "{text}: {code}");
    }
    if let Ok(tokens) = text.parse::<TokenStream>() {
        let expansion = source(tokens);
        prop_assert!(syn::parse2::<syn::Expr>(expansion.clone()).is_ok(), "{text}: {expansion}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_tokens(text in tokens()) {
        for operator in Operator::all() {
            check(operator, &text)?;
        }
        check_source(&text)?;
        check_source(&format!("conv2d!{text}"))?;
    }

    #[test]
    fn any_text(text in "\\PC{0,40}") {
        for operator in Operator::all() {
            check(operator, &text)?;
        }
        check_source(&text)?;
    }
}

proptest! {
    // Few steps of shrinking: a case that takes too long takes so again at each of them.
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        max_shrink_iters: 8,
        ..ProptestConfig::default()
    })]

    #[test]
    fn mutated_calls(text in mutated()) {
        for operator in Operator::all() {
            check(operator, &text)?;
        }
        check_source(&format!("max_pool2d!({text})"))?;
    }

    #[test]
    fn sizes_of_any_magnitude((operator, text) in any_size()) {
        check(operator, &text)?;
    }

    #[test]
    fn well_formed_calls((operator, text) in well_formed::call()) {
        // What is left to be filled into a message stands in braces.
        for message in messages(&check(operator, &text)?) {
            prop_assert!(!message.contains(['{', '}']), "{operator:?} {text}: {message}");
        }
    }
}

#[test]
fn deep_nesting() {
    for depth in [1, 63, 64, 65, 5000] {
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}")] {
            let text = format!("{} {}", open.repeat(depth), close.repeat(depth));
            for call in
                [text.clone(), format!("in: {text}, kernel: 3x3x{text}"), format!("#{text} struct X < in: 1 >;")]
            {
                for operator in Operator::all() {
                    check(operator, &call).unwrap();
                }
                check_source(&format!("dense!({call})")).unwrap();
            }
        }
    }
}

#[test]
fn long_calls() {
    for word in [",", "in:", "in: 4x4x1,", "x", "4", "#[doc = \"\"]", "pub", "<", ">", ";", "-", "stride: 1,"] {
        let text = word.repeat(2000);
        for operator in Operator::all() {
            check(operator, &text).unwrap();
        }
        check_source(&format!("conv2d!({text})")).unwrap();
    }
}

/// A pool has no weights, so its channels may be as many as its elements.
#[test]
fn channels_at_the_limit_of_elements() {
    let pool = "in: 1x1x2147483648, window: 5x1, padding: same, stride: 1x1, dilation: 500x1, unroll: none";
    check(Operator::MaxPool2d, pool).unwrap();
}

/// All outputs lie in padding, so that nothing is multiplied, and straight-line code of all rows is within the budget.
#[test]
fn many_rows_of_padding() {
    let conv = "in: 4096x1x13, kernel: 64x500x2, padding: same, stride: 1x1048576, dilation: 1x500, unroll: full";
    check(Operator::Conv2d, conv).unwrap();
}
