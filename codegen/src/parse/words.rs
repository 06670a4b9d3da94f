//! Values that are words: `same`, `relu`, `true`, `auto`, a path.
//!
//! Comes in: the tokens of a value. Goes out: the value, or an error that lists what is allowed. Must not know: sizes.

use super::entries::{Entry, brief};
use crate::diag::{Errors, closest, list};
use crate::operation::Activation;
use proc_macro2::{Delimiter, TokenTree};
use syn::parse::Parser;

/// Words with their meanings.
pub(super) struct Words<T: 'static> {
    /// What may be written.
    pub(super) allowed: &'static [(&'static str, T)],
    /// What other tools call these things: their word, and ours.
    pub(super) elsewhere: &'static [(&'static str, &'static str)],
    /// What may be written besides words, to go on with after their list; may be empty.
    pub(super) besides: &'static str,
}

impl<T: Copy> Words<T> {
    /// Reads a value that has to be one of these words.
    pub(super) fn read(&self, entry: &Entry, cx: &mut Errors) -> Option<T> {
        let stream = entry.stream();
        let text = brief(&stream);
        let found = self.allowed.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let bare = last_word(&entry.value).unwrap_or_else(|| text.clone());
            cx.push(stream, self.unknown(&entry.name(), &text, &bare));
        }
        found.map(|&(_, meaning)| meaning)
    }

    /// The words in a sentence.
    fn takes(&self) -> String {
        let conjunction = if self.besides.is_empty() { "or" } else { "and" };
        list(self.allowed.iter().map(|&(word, _)| word), conjunction) + self.besides
    }

    /// What to say about `text`, which is none of the words, and of which `bare` is what matters, in lower case.
    fn unknown(&self, key: &str, text: &str, bare: &str) -> String {
        let takes = self.takes();
        let same = self.elsewhere.iter().find(|(theirs, _)| *theirs == bare).map(|&(_, ours)| ours);
        let meant = same.or_else(|| closest(bare, self.allowed.iter().map(|&(word, _)| word)));
        match meant {
            Some(word) => format!("`{key}` cannot be `{text}`, did you mean `{word}`? it takes {takes}"),
            None => format!("`{key}` cannot be `{text}`; it takes {takes}"),
        }
    }
}

/// `bias: false`
pub(super) const SWITCH: Words<bool> = Words {
    allowed: &[("true", true), ("false", false)],
    elsewhere: &[
        ("yes", "true"),
        ("on", "true"),
        ("1", "true"),
        ("no", "false"),
        ("off", "false"),
        ("0", "false"),
        ("none", "false"),
    ],
    besides: "",
};

const ACTIVATIONS: Words<Activation> = Words {
    allowed: &[("none", Activation::None), ("relu", Activation::Relu), ("relu6", Activation::Relu6)],
    elsewhere: &[
        ("linear", "none"),
        ("identity", "none"),
        ("no", "none"),
        ("false", "none"),
        ("true", "relu"),
        ("relu_6", "relu6"),
        ("rectifier", "relu"),
    ],
    besides: ", or `leaky_relu(0.1)`",
};

/// Functions that one may well expect and that do not exist, in lower case and without underscores. Some are spelt much like
/// one that does, and are other functions all the same.
const OTHER_ACTIVATIONS: &[&str] = &[
    "celu",
    "clip",
    "crelu",
    "elish",
    "elu",
    "erf",
    "exp",
    "exponential",
    "gelu",
    "gelutanh",
    "glu",
    "hardelish",
    "hardshrink",
    "hardsigmoid",
    "hardsilu",
    "hardswish",
    "hardtanh",
    "logsigmoid",
    "logsoftmax",
    "maxout",
    "mish",
    "prelu",
    "quickgelu",
    "relu1",
    "relun",
    "rrelu",
    "selu",
    "serlu",
    "sigmoid",
    "silu",
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
    "swish",
    "tanh",
    "tanhshrink",
    "thresholdedrelu",
];

/// `relu`, `leaky_relu(0.1)`
pub(super) fn activation(entry: &Entry, cx: &mut Errors) -> Option<Activation> {
    match entry.value.as_slice() {
        [TokenTree::Ident(word), rest @ ..] if word == "leaky_relu" => match slope(rest) {
            Ok(slope) => Some(Activation::LeakyRelu(slope)),
            Err(problem) => {
                cx.push(entry.stream(), format_args!("`leaky_relu` {problem}, as in `activation: leaky_relu(0.1)`"));
                None
            }
        },
        [TokenTree::Ident(word)] if ACTIVATIONS.allowed.iter().any(|(allowed, _)| word == allowed) => {
            ACTIVATIONS.read(entry, cx)
        }
        words => {
            let name = last_word(words).unwrap_or_default().replace('_', "");
            cx.push(entry.stream(), unknown_activation(entry, &name));
            None
        }
    }
}

/// The last word of what may be a path, `Padding::Same`, in lower case.
fn last_word(tokens: &[TokenTree]) -> Option<String> {
    let word = tokens.iter().rfind(|token| matches!(token, TokenTree::Ident(_)))?;
    Some(word.to_string().to_lowercase())
}

/// What to say about an activation that there is not, called `name`.
fn unknown_activation(entry: &Entry, name: &str) -> String {
    const LEAKY: &[&str] = &["leakyrelu", "lrelu"];
    let (key, found) = (entry.name(), brief(&entry.stream()));
    let ours = ACTIVATIONS.allowed.iter().map(|&(word, _)| word);
    let meant = closest(name, ours.chain(LEAKY.iter().copied()).chain(OTHER_ACTIVATIONS.iter().copied()));
    match meant {
        Some(meant) if OTHER_ACTIVATIONS.contains(&meant) => {
            let takes = ACTIVATIONS.takes();
            format!("`{key}: {found}` is not supported: it takes {takes}; apply another function to the output")
        }
        Some(meant) if LEAKY.contains(&meant) => {
            format!("`{key}` cannot be `{found}`, did you mean `leaky_relu(0.1)`?")
        }
        _ => ACTIVATIONS.unknown(&key, &found, name),
    }
}

/// The argument of `leaky_relu`, or the middle of a sentence on why it is none.
fn slope(tokens: &[TokenTree]) -> Result<f32, String> {
    let [TokenTree::Group(group)] = tokens else {
        return Err("needs a slope for negative inputs in parentheses".to_owned());
    };
    if group.delimiter() != Delimiter::Parenthesis || group.stream().is_empty() {
        return Err("needs a slope for negative inputs in parentheses".to_owned());
    }
    let text = group.stream().to_string().replace(' ', "");
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    let typed = ["f64", "f16", "f128"].iter().find_map(|suffix| text.strip_suffix(suffix));
    if let Some(number) = typed.filter(|number| number.parse::<f32>().is_ok()) {
        return Err(format!("cannot have slope `{text}`: data is `f32`, so write it without a type, `{number}`"));
    }
    match digits.strip_suffix("f32").unwrap_or(&digits).parse::<f32>() {
        Ok(slope) if slope.is_infinite() => {
            Err(format!("has slope {text}, which is not finite in `f32`: it takes a number of at least 0"))
        }
        Ok(slope) if slope >= 0.0 => Ok(slope),
        Ok(_) => Err(format!("has slope {text}: it takes a number of at least 0")),
        Err(_) => Err(format!("cannot have slope `{}`: it takes one number of at least 0", brief(&group.stream()))),
    }
}

/// A path to a crate or module.
pub(super) fn path(entry: &Entry, cx: &mut Errors) -> Option<syn::Path> {
    let path = syn::Path::parse_mod_style.parse2(entry.stream());
    if path.is_err() {
        let found = brief(&entry.stream());
        cx.push(
            entry.stream(),
            format_args!(
                "`{}` cannot be `{found}`: it takes the path of the crate `toeplitz`, as in `crate: ::toeplitz`",
                entry.name()
            ),
        );
    }
    path.ok()
}

#[cfg(test)]
mod tests {
    use super::{ACTIVATIONS, OTHER_ACTIVATIONS, activation};
    use crate::diag::Errors;
    use crate::parse::entries::Entries;

    /// The one message about a value of `activation`.
    fn message(value: &str) -> String {
        let mut cx = Errors::new();
        let tokens: proc_macro2::TokenStream = format!("activation: {value}").parse().expect("Rust's tokens");
        let tokens: Vec<_> = tokens.into_iter().collect();
        let entries = Entries::read(&tokens, &mut cx);
        let value = activation(&entries.list[0], &mut cx);
        let messages: Vec<String> = cx.gate(value).unwrap_err().into_iter().map(|error| error.to_string()).collect();
        messages.join("\n")
    }

    #[test]
    fn other_functions_are_not_mistaken_for_ours() {
        for name in OTHER_ACTIVATIONS {
            assert!(ACTIVATIONS.allowed.iter().all(|(word, _)| word != name));
            assert!(message(name).starts_with(&format!("`activation: {name}` is not supported: it takes `none`")));
        }
        for value in ["GELU", "hard_swish", "prelu(0.25)", "nn::SiLU()", "gleu"] {
            let found = message(value);
            assert!(found.contains("is not supported"), "{found}");
        }
    }

    #[test]
    fn a_slope_of_another_type_is_told_so() {
        let expected = "`leaky_relu` cannot have slope `0.1f64`: data is `f32`, so write it without a type, `0.1`";
        assert!(message("leaky_relu(0.1f64)").starts_with(expected), "{}", message("leaky_relu(0.1f64)"));
        assert!(message("leaky_relu(0xf64)").contains("it takes one number"), "{}", message("leaky_relu(0xf64)"));
    }

    #[test]
    fn ours_are_found_however_they_are_written() {
        for value in ["ReLU", "rleu", "nn::ReLU()", "relu()", "Activation::Relu", "RELU"] {
            assert!(message(value).contains("did you mean `relu`?"), "{}", message(value));
        }
        assert!(message("LeakyReLU(0.1)").contains("did you mean `leaky_relu(0.1)`?"));
        assert!(message("ReLU6").contains("did you mean `relu6`?"));
        assert!(message("identity").contains("did you mean `none`?"));
    }
}
