//! Values of `activation`: `relu`, `leaky_relu(0.1)`.
//!
//! Comes in: the tokens of a value. Goes out: an activation, or an error that says what is allowed. Must not know: how it is
//! computed.

use super::arguments::{self, Argument};
use super::entries::{Entry, brief};
use super::words::last_word;
use crate::diag::{Errors, closest, list};
use crate::operation::Activation;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Those that are a word.
const WORDS: &[(&str, Activation)] = &[
    ("none", Activation::None),
    ("relu", Activation::Relu),
    ("relu6", Activation::Relu6),
    ("prelu", Activation::Prelu),
    ("elu", Activation::Elu(1.0)),
    ("sigmoid", Activation::Sigmoid),
    ("tanh", Activation::Tanh),
    ("silu", Activation::Silu),
    ("hard_swish", Activation::HardSwish),
    ("hard_sigmoid", HARD_SIGMOID),
    ("gelu", Activation::Gelu),
];

/// That of `PyTorch` and Keras; ONNX has a slope of 0.2.
const HARD_SIGMOID: Activation = Activation::HardSigmoid { alpha: 1.0 / 6.0, beta: 0.5 };

/// What other tools call the slope of a `leaky_relu`.
const SLOPES: &[&str] = &["negative_slope", "alpha", "slope"];

/// Those with something in parentheses, as they may be written.
const CALLS: &[&str] = &["leaky_relu(0.1)", "elu(0.5)", "hard_sigmoid(0.2, 0.5)", "gelu(tanh)"];

/// What other tools call them, in lower case and without underscores, and how it is written here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("linear", "none"),
    ("identity", "none"),
    ("no", "none"),
    ("false", "none"),
    ("true", "relu"),
    ("rectifier", "relu"),
    ("leakyrelu", "leaky_relu(0.1)"),
    ("lrelu", "leaky_relu(0.1)"),
    ("parametricrelu", "prelu"),
    ("exponentiallinearunit", "elu"),
    ("logistic", "sigmoid"),
    ("swish", "silu"),
    ("hardswish", "hard_swish"),
    ("hardsilu", "hard_swish"),
    ("hardsigmoid", "hard_sigmoid"),
    ("gelutanh", "gelu(tanh)"),
    ("gelunew", "gelu(tanh)"),
    ("gelupytorchtanh", "gelu(tanh)"),
    ("approximategelu", "gelu(tanh)"),
];

/// Functions that one may well expect and that do not exist, in lower case and without underscores. Some are spelt much like
/// one that does, and are other functions all the same.
const OTHERS: &[&str] = &[
    "celu",
    "clip",
    "crelu",
    "elish",
    "erf",
    "exp",
    "exponential",
    "glu",
    "hardelish",
    "hardshrink",
    "hardtanh",
    "logsigmoid",
    "logsoftmax",
    "maxout",
    "mish",
    "quickgelu",
    "relu1",
    "relun",
    "rrelu",
    "selu",
    "serlu",
    "sin",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "sparsemax",
    "sqrrelu",
    "squaredrelu",
    "squareplus",
    "swiglu",
    "tanhshrink",
    "thresholdedrelu",
];

/// `relu`, `leaky_relu(0.1)`
pub(super) fn activation(entry: &Entry, cx: &mut Errors) -> Option<Activation> {
    let read = match entry.value.as_slice() {
        [TokenTree::Ident(word)] if word == "leaky_relu" => called(word, &TokenStream::new()),
        [TokenTree::Ident(word)] => {
            let found = WORDS.iter().find(|(allowed, _)| word == allowed);
            found.map(|&(_, activation)| Ok(activation))
        }
        [TokenTree::Ident(word), TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            called(word, &group.stream())
        }
        _ => None,
    };
    match read.unwrap_or_else(|| Err(unknown(entry))) {
        Ok(activation) => Some(activation),
        Err(problem) => {
            cx.push(entry.stream(), problem);
            None
        }
    }
}

/// `word(inside)`, or what is wrong with it; `None` where there is no such activation.
fn called(word: &proc_macro2::Ident, inside: &TokenStream) -> Option<Result<Activation, String>> {
    let text = brief(inside);
    let name = word.to_string();
    let meant = with_numbers(&name, inside);
    let example = |problem: String, stock: &str| {
        let example = meant.as_deref().unwrap_or(stock);
        format!("`{word}` {problem}, as in `activation: {example}`")
    };
    let read = match name.as_str() {
        "leaky_relu" => slope(inside).map(Activation::LeakyRelu).map_err(|problem| example(problem, CALLS[0])),
        "elu" => numbers(inside, &[ALPHA])
            .map(|alpha| Activation::Elu(alpha[0]))
            .map_err(|problem| example(problem, CALLS[1])),
        "hard_sigmoid" => numbers(inside, &[SLOPE, BETA])
            .map(|found| Activation::HardSigmoid { alpha: found[0], beta: found[1] })
            .map_err(|problem| example(problem, CALLS[2])),
        "gelu" if text == "tanh" => Ok(Activation::GeluTanh),
        "gelu" if text == "none" || text == "erf" => {
            Err(format!("`gelu({text})` is `activation: gelu`: write it without parentheses"))
        }
        "gelu" => Err(format!(
            "`gelu` cannot have `{text}`: it takes nothing for the function itself, `activation: gelu`, and `tanh` for its \
             approximation, `activation: gelu(tanh)`"
        )),
        "prelu" => {
            let single = with_numbers("leaky_relu", inside).unwrap_or_else(|| CALLS[0].to_owned());
            Err(format!(
                "`prelu` cannot have `{text}`: its slopes, one for each output channel, are an argument of `new`, as the weights are: \
                 write `activation: prelu`; one slope for all of them is `activation: {single}`"
            ))
        }
        plain if !text.is_empty() && WORDS.iter().any(|&(allowed, _)| allowed == plain) => Err(match meant {
            Some(meant) => {
                format!("`{plain}` cannot have `{text}`: it takes nothing in parentheses, write `activation: {meant}`")
            }
            None => {
                format!("`{plain}` cannot have `{text}`: it takes nothing in parentheses, write `activation: {plain}`")
            }
        }),
        _ => return None,
    };
    Some(read)
}

/// What `word` is with the numbers that another tool's call of it has: `leaky_relu(0.2)` for `negative_slope=0.2`.
fn with_numbers(word: &str, inside: &TokenStream) -> Option<String> {
    let found = arguments::numbers(inside);
    let allowed = |argument: &Argument, parameter: &Parameter| {
        let number = arguments::digits(&argument.text).parse::<f64>();
        number.is_ok_and(|number| number.is_finite() && (parameter.allows)(number))
    };
    match (word, found.as_slice()) {
        ("relu", [top]) if top.text.parse() == Ok(6.0) && !top.is_named(SLOPES) => Some("relu6".to_owned()),
        ("relu", [slope]) if slope.is_named(SLOPES) => with_numbers("leaky_relu", inside),
        ("leaky_relu" | "elu", [one]) if allowed(one, &ALPHA) => Some(format!("{word}({})", one.text)),
        ("hard_sigmoid", [a, b]) => {
            let (slope, beta) = if a.is_named(&["beta"]) { (b, a) } else { (a, b) };
            (allowed(slope, &SLOPE) && allowed(beta, &BETA)).then(|| format!("{word}({}, {})", slope.text, beta.text))
        }
        ("gelu", []) if inside.to_string().contains("\"tanh\"") => Some("gelu(tanh)".to_owned()),
        _ => None,
    }
}

/// Everything that may be written.
fn takes() -> String {
    list(WORDS.iter().map(|&(word, _)| word).chain(CALLS.iter().copied()), "and")
}

/// What to say about an activation that there is not.
fn unknown(entry: &Entry) -> String {
    let (key, found) = (entry.name(), brief(&entry.stream()));
    let bare = last_word(&entry.value).unwrap_or_else(|| found.clone()).replace('_', "");
    let takes = takes();
    let ours = WORDS.iter().map(|&(word, _)| word);
    let known = ours.chain(ELSEWHERE.iter().map(|&(theirs, _)| theirs)).chain(OTHERS.iter().copied());
    let meant = closest(&bare, known);
    if meant.is_some_and(|meant| OTHERS.contains(&meant)) {
        let instead = match meant {
            Some("softmax") => "a layer of its own, `softmax!`, takes the channels of an output together",
            Some("logsoftmax") => "a layer of its own, `log_softmax!`, takes the channels of an output together",
            _ => "apply another function to the output",
        };
        return format!("`{key}: {found}` is not supported: it takes {takes}; {instead}");
    }
    let same = ELSEWHERE.iter().find(|(theirs, _)| Some(*theirs) == meant).map(|&(_, ours)| ours);
    let inside = match entry.value.last() {
        Some(TokenTree::Group(group)) => group.stream(),
        _ => TokenStream::new(),
    };
    // With the numbers that were written, where it takes some.
    let numbered =
        |word: &str| with_numbers(word.split('(').next().unwrap_or(word), &inside).unwrap_or_else(|| word.to_owned());
    match same.or(meant).map(numbered) {
        Some(word) => format!("`{key}` cannot be `{found}`, did you mean `{word}`? it takes {takes}"),
        None => format!("`{key}` cannot be `{found}`; it takes {takes}"),
    }
}

/// A number in parentheses: what it is called, what it may be in words, and whether it may be this.
struct Parameter {
    name: &'static str,
    takes: &'static str,
    allows: fn(f64) -> bool,
}

const ALPHA: Parameter = Parameter { name: "alpha", takes: "a number of at least 0", allows: |alpha| alpha >= 0.0 };
const SLOPE: Parameter = Parameter { name: "alpha", takes: "a number above 0", allows: |alpha| alpha > 0.0 };
const BETA: Parameter = Parameter { name: "beta", takes: "a number", allows: |beta| !beta.is_nan() };

/// Numbers between commas, one for each of `parameters`, or the middle of a sentence on why they are not.
fn numbers(inside: &TokenStream, parameters: &[Parameter]) -> Result<Vec<f64>, String> {
    let pieces = arguments::pieces(inside);
    if pieces.len() != parameters.len() || pieces.iter().any(Vec::is_empty) {
        let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
        let wanted = if parameters.len() == 1 { "one number" } else { "two numbers" };
        return Err(format!("cannot have `{}`: it takes {wanted}, {}", brief(inside), names.join(" and ")));
    }
    let pairs = pieces.into_iter().zip(parameters);
    pairs.map(|(piece, parameter)| number(&piece.into_iter().collect(), parameter)).collect()
}

/// The argument of `leaky_relu`, or the middle of a sentence on why it is none.
fn slope(inside: &TokenStream) -> Result<f64, String> {
    if inside.is_empty() {
        return Err("needs a slope for negative inputs in parentheses".to_owned());
    }
    number(inside, &Parameter { name: "slope", ..ALPHA })
}

/// A finite number, or the middle of a sentence on why it is none.
fn number(tokens: &TokenStream, parameter: &Parameter) -> Result<f64, String> {
    let Parameter { name, takes, allows } = *parameter;
    let text = tokens.to_string().replace(' ', "");
    if let Some(number) = arguments::untyped(&text) {
        return Err(format!("cannot have {name} `{text}`: it has the type of the data, so write `{number}`"));
    }
    match arguments::digits(&text).parse::<f64>() {
        Ok(number) if number.is_infinite() => Err(format!("has {name} {text}, which is not finite: it takes {takes}")),
        Ok(number) if allows(number) => Ok(number),
        Ok(_) => Err(format!("has {name} {text}: it takes {takes}")),
        Err(_) => {
            let takes = takes.replacen("a number", "one number", 1);
            Err(format!("cannot have {name} `{}`: it takes {takes}", brief(tokens)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CALLS, ELSEWHERE, OTHERS, WORDS, activation};
    use crate::diag::Errors;
    use crate::operation::Activation;
    use crate::parse::entries::Entries;

    /// What a value of `activation` is, or the one message about it.
    fn read(value: &str) -> Result<Activation, String> {
        let mut cx = Errors::new();
        let tokens: proc_macro2::TokenStream = format!("activation: {value}").parse().expect("Rust's tokens");
        let tokens: Vec<_> = tokens.into_iter().collect();
        let entries = Entries::read(&tokens, &mut cx);
        let value = activation(&entries.list[0], &mut cx);
        cx.gate(value).map_err(|errors| {
            let messages: Vec<String> = errors.into_iter().map(|error| error.to_string()).collect();
            messages.join("\n")
        })
    }

    fn message(value: &str) -> String {
        read(value).expect_err("a mistake")
    }

    #[test]
    fn what_a_message_suggests_can_be_read() {
        let ours = WORDS.iter().map(|&(word, _)| word).chain(CALLS.iter().copied());
        for word in ours.chain(ELSEWHERE.iter().map(|&(_, ours)| ours)) {
            assert!(read(word).is_ok(), "{word}");
        }
    }

    #[test]
    fn other_functions_are_not_mistaken_for_ours() {
        for name in OTHERS {
            assert!(WORDS.iter().all(|(word, _)| word != name));
            assert!(message(name).starts_with(&format!("`activation: {name}` is not supported: it takes `none`")));
        }
        for value in ["SELU", "nn::Mish()", "soft_plus", "hard_tanh(0.5)"] {
            assert!(message(value).contains("is not supported"), "{}", message(value));
        }
    }

    #[test]
    fn numbers_are_what_they_say() {
        assert_eq!(read("elu(0.25)"), Ok(Activation::Elu(0.25)));
        assert_eq!(read("elu"), Ok(Activation::Elu(1.0)));
        assert_eq!(read("hard_sigmoid(0.2, -0.5)"), Ok(Activation::HardSigmoid { alpha: 0.2, beta: -0.5 }));
        assert_eq!(read("gelu(tanh)"), Ok(Activation::GeluTanh));
        for (value, problem) in [
            (
                "leaky_relu(0.1f64)",
                "`leaky_relu` cannot have slope `0.1f64`: it has the type of the data, so write `0.1`",
            ),
            ("leaky_relu(0xf64)", "it takes one number of at least 0"),
            ("elu(-1)", "`elu` has alpha -1: it takes a number of at least 0"),
            ("elu(1, 2)", "it takes one number, alpha"),
            ("elu()", "it takes one number, alpha"),
            ("elu(1e600)", "`elu` has alpha 1e600, which is not finite"),
            ("hard_sigmoid(0.2)", "it takes two numbers, alpha and beta"),
            ("hard_sigmoid(0, 0.5)", "`hard_sigmoid` has alpha 0: it takes a number above 0"),
            ("hard_sigmoid(0.2, x)", "cannot have beta `x`: it takes one number"),
            ("relu(0.1)", "it takes nothing in parentheses, write `activation: relu`"),
            ("relu(6)", "write `activation: relu6`"),
            ("relu(max_value=6.0)", "write `activation: relu6`"),
            ("relu(negative_slope=0.2)", "write `activation: leaky_relu(0.2)`"),
            ("leaky_relu(0.2f32)", "as in `activation: leaky_relu(0.2)`"),
            ("leaky_relu(negative_slope=0.2)", "as in `activation: leaky_relu(0.2)`"),
            ("leaky_relu(0.2, inplace=True)", "as in `activation: leaky_relu(0.2)`"),
            ("leaky_relu(-0.2)", "as in `activation: leaky_relu(0.1)`"),
            ("elu(alpha=0.25)", "as in `activation: elu(0.25)`"),
            ("hard_sigmoid(beta=0.75, alpha=0.25)", "as in `activation: hard_sigmoid(0.25, 0.75)`"),
            ("prelu(0.3)", "one slope for all of them is `activation: leaky_relu(0.3)`"),
            ("prelu(0.25)", "are an argument of `new`"),
            ("gelu(exact)", "`tanh` for its approximation"),
        ] {
            assert!(message(value).contains(problem), "{}", message(value));
        }
    }

    #[test]
    fn ours_are_found_however_they_are_written() {
        for (value, meant) in [
            ("ReLU", "relu"),
            ("rleu", "relu"),
            ("nn::ReLU()", "relu"),
            ("relu()", "relu"),
            ("Activation::Relu", "relu"),
            ("RELU", "relu"),
            ("LeakyReLU(0.2)", "leaky_relu(0.2)"),
            ("nn.LeakyReLU(negative_slope=0.2, inplace=True)", "leaky_relu(0.2)"),
            ("LeakyReLU()", "leaky_relu(0.1)"),
            ("ReLU(6)", "relu6"),
            ("ReLU(inplace=True)", "relu"),
            ("ELU(0.5)", "elu(0.5)"),
            ("nn::ELU(alpha=0.25)", "elu(0.25)"),
            ("ELU()", "elu"),
            ("HardSigmoid(0.25, 0.75)", "hard_sigmoid(0.25, 0.75)"),
            ("nn.GELU(approximate=\"tanh\")", "gelu(tanh)"),
            ("ReLU6", "relu6"),
            ("identity", "none"),
            ("swish", "silu"),
            ("nn::SiLU()", "silu"),
            ("GELU", "gelu"),
            ("Hardswish", "hard_swish"),
            ("hard_silu", "hard_swish"),
            ("logistic", "sigmoid"),
            ("sigmoyd", "sigmoid"),
            ("HardSigmoid", "hard_sigmoid"),
            ("gelu_tanh", "gelu(tanh)"),
            ("PReLU()", "prelu"),
        ] {
            assert!(message(value).contains(&format!("did you mean `{meant}`?")), "{}", message(value));
        }
    }
}
