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
            cx.push(stream, self.unknown(&entry.name(), &text));
        }
        found.map(|&(_, meaning)| meaning)
    }

    /// What to say about `text`, which is none of the words.
    fn unknown(&self, key: &str, text: &str) -> String {
        let words = || self.allowed.iter().map(|&(word, _)| word);
        let takes = list(words(), if self.besides.is_empty() { "or" } else { "and" }) + self.besides;
        let bare = text.trim_matches('"').to_lowercase();
        let same = self.elsewhere.iter().find(|(theirs, _)| *theirs == bare).map(|&(_, ours)| ours);
        let meant = same.or_else(|| closest(&bare, words()));
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
    elsewhere: &[("linear", "none"), ("identity", "none"), ("relu_6", "relu6")],
    besides: ", or `leaky_relu(0.1)`",
};

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
        words => {
            let name = words.iter().filter(|token| matches!(token, TokenTree::Ident(_))).map(ToString::to_string);
            let name = name.collect::<String>().to_lowercase().replace('_', "");
            if closest(&name, ["leakyrelu"]).is_none() {
                return ACTIVATIONS.read(entry, cx);
            }
            let (key, found) = (entry.name(), brief(&entry.stream()));
            cx.push(entry.stream(), format_args!("`{key}` cannot be `{found}`, did you mean `leaky_relu(0.1)`?"));
            None
        }
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
