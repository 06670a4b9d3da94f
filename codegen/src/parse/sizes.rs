//! Sizes: `28x28x1`, `2`, `[1, 2]x[0, 1]`.
//!
//! Comes in: the tokens of a value. Goes out: numbers, or errors that name the one that is wrong. Must not know: which
//! key they belong to, beyond its name.
//!
//! `28x28x1` reaches a macro as one literal, a number with the suffix `x28x1`; `28 x 28 x 1` as five tokens; `0x28x1`
//! as a hexadecimal number and `1e3x5` as a float. So values are never taken from literals: their text is split.

use super::entries::{Entry, brief};
use crate::diag::{Errors, Spanned};
use crate::shape::{MAX_NUMBER, Padding};
use proc_macro2::{Delimiter, Group, TokenTree};
use quote::ToTokens;
use std::fmt;

/// What a list of sizes has to be.
#[derive(Clone, Copy)]
pub(super) struct Expected {
    /// What each number is, in order; nothing where any count will do.
    pub(super) names: &'static [&'static str],
    /// How many of them, from the first, are axes; the rest are channels.
    pub(super) axes: usize,
    /// Whether one number stands for all.
    pub(super) one_for_all: bool,
    /// Whether a pair, `[before, after]`, may stand in the place of a number.
    pub(super) pairs: bool,
    /// A value that would do.
    pub(super) example: &'static str,
}

/// Something between two `x`.
#[derive(Default)]
struct Part(Vec<Piece>);

enum Piece {
    Text(String),
    Group(Group),
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Group(group) => f.write_str(&brief(&group.to_token_stream())),
        }
    }
}

/// Reads numbers of at least 1.
pub(super) fn sizes(entry: &Entry, expected: Expected, cx: &mut Errors) -> Option<Spanned<Vec<usize>>> {
    let hexadecimal = entry.stream().to_string().starts_with("0x");
    read(entry, expected, cx, |part| match part.number()? {
        0 if hexadecimal => Err("is 0: it must be at least 1 (`0x` begins no hexadecimal number here)".to_owned()),
        0 => Err("is 0: it must be at least 1".to_owned()),
        size => Ok(size),
    })
}

/// Reads numbers of at least 0.
pub(super) fn counts(entry: &Entry, expected: Expected, cx: &mut Errors) -> Option<Spanned<Vec<usize>>> {
    read(entry, expected, cx, Part::number)
}

/// Reads padding by numbers: each axis has one for both ends, or `[before, after]`.
pub(super) fn paddings(entry: &Entry, expected: Expected, cx: &mut Errors) -> Option<Spanned<Vec<Padding>>> {
    read(entry, expected, cx, Part::padding)
}

fn read<T: Clone>(
    entry: &Entry,
    expected: Expected,
    cx: &mut Errors,
    value_of: impl Fn(&Part) -> Result<T, String>,
) -> Option<Spanned<Vec<T>>> {
    let parts = split(&entry.value);
    if let Err(message) = check_form(entry, &parts, expected) {
        cx.push(entry.stream(), message);
        return None;
    }
    let mut values = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        match value_of(part) {
            Ok(value) => values.push(value),
            Err(problem) => {
                let which = which(index, parts.len(), expected);
                cx.push(entry.stream(), format_args!("`{}`{which} {problem}", entry.name()));
            }
        }
    }
    (values.len() == parts.len()).then(|| Spanned { value: spread(values, expected), tokens: entry.stream() })
}

/// One value for all axes, where that is what was written.
fn spread<T: Clone>(values: Vec<T>, expected: Expected) -> Vec<T> {
    match values.as_slice() {
        [one] if expected.one_for_all => vec![one.clone(); expected.names.len()],
        _ => values,
    }
}

/// ": second number, width,", or nothing where there is only one number.
fn which(index: usize, count: usize, expected: Expected) -> String {
    const ORDINALS: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
    if count == 1 {
        return String::new();
    }
    let number = ORDINALS.get(index).map_or_else(|| format!("number {}", index + 1), |word| format!("{word} number"));
    match expected.names.get(index) {
        Some(name) => format!(": {number}, {name},"),
        None => format!(": {number}"),
    }
}

/// Whether the value is a list of sizes at all, and of the right length; else a message.
fn check_form(entry: &Entry, parts: &[Part], expected: Expected) -> Result<(), String> {
    let Expected { names, one_for_all, pairs, example, .. } = expected;
    let key = entry.name();
    let found = brief(&entry.stream());
    let right_count = names.is_empty() || parts.len() == names.len() || (one_for_all && parts.len() == 1);
    // A pair in brackets is an entry of a list, not one by itself.
    let is_list = parts.iter().all(|part| part.number().is_ok() || (parts.len() > 1 && part.padding().is_ok()));
    let text = entry.stream().to_string();
    let meant = numbers(&text);
    // Of a single axis, a pair is all there is to say. What is wrong inside it is for its reader to say.
    let is_pair = names.len() == 1
        && pairs
        && matches!(parts, [Part(pieces)] if matches!(pieces[..], [Piece::Group(_)]))
        && meant.as_ref().is_none_or(|meant| meant.len() != 1);
    let is_lone_word = parts.len() == 1 && parts[0].number().is_err() && !parts[0].is_numeric() && !is_pair;
    if right_count && !is_lone_word {
        return Ok(());
    }
    let example = meant.as_deref().map_or_else(|| example.to_owned(), |meant| completed(meant, expected));
    let wanted = match (names, one_for_all) {
        ([], _) => "sizes joined by `x`".to_owned(),
        ([_], true) if pairs => "one number, or `[before, after]`".to_owned(),
        ([_], true) => "one number".to_owned(),
        ([name], false) => format!("one number, the {name}"),
        (_, true) => format!("one number, or {}", names.join(" x ")),
        (_, false) => names.join(" x "),
    };
    if is_list && !right_count {
        let numbers = if parts.len() == 1 { "number" } else { "numbers" };
        let count = parts.len();
        return Err(format!("`{key}` has {count} {numbers}, `{found}`; expected {wanted}, as in `{key}: {example}`"));
    }
    if entry.value.iter().all(|token| matches!(token, TokenTree::Ident(_))) {
        return Err(format!(
            "`{key}` cannot be `{found}`: a macro does not see the value of a name, so write numbers, as in `{key}: {example}`"
        ));
    }
    let is_complete =
        |meant: &Vec<&str>| names.is_empty() || meant.len() == names.len() || one_for_all && meant.len() == 1;
    if meant.as_ref().is_some_and(is_complete) {
        return Err(format!("`{key}` cannot be `{found}`: write `{key}: {example}`"));
    }
    Err(format!("`{key}` cannot be `{found}`: expected {wanted}, as in `{key}: {example}`"))
}

/// The first `count` sizes of a value that has one more, and the value.
pub(super) fn one_too_many(entry: &Entry, count: usize) -> Option<(String, String)> {
    let numbers: Vec<usize> = split(&entry.value).iter().map(|part| part.number().ok()).collect::<Option<_>>()?;
    let spatial: Vec<String> = numbers.iter().take(count).map(ToString::to_string).collect();
    (numbers.len() == count + 1).then(|| (spatial.join("x"), brief(&entry.stream())))
}

/// Splits at `x`, whether it stands inside a token or between tokens.
fn split(tokens: &[TokenTree]) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    for token in tokens {
        if let TokenTree::Group(group) = token {
            push(&mut parts, Piece::Group(group.clone()));
            continue;
        }
        let text = token.to_string();
        let number = matches!(token, TokenTree::Literal(_)) && text.starts_with(|c: char| c.is_ascii_digit());
        let joint = matches!(token, TokenTree::Ident(_)) && text.chars().all(|c| matches!(c, 'x' | '_' | '0'..='9'));
        if !number && !joint {
            push(&mut parts, Piece::Text(text));
            continue;
        }
        for (index, piece) in text.split('x').enumerate() {
            if index > 0 {
                parts.push(Part::default());
            }
            if !piece.is_empty() {
                push(&mut parts, Piece::Text(piece.to_owned()));
            }
        }
    }
    parts
}

fn push(parts: &mut [Part], piece: Piece) {
    if let Some(last) = parts.last_mut() {
        last.0.push(piece);
    }
}

/// The numbers in a text, where it holds nothing else than numbers and what may be meant to separate them: a value written in
/// another fashion, such as `(28, 28, 1)` or `28*28*1`.
fn numbers(text: &str) -> Option<Vec<&str>> {
    const BETWEEN: &[char] = &['x', 'X', '*', ',', ';', '/', '(', ')', '[', ']', '{', '}', '"', '\u{d7}', ' ', '\n'];
    let numbers: Vec<&str> = text.split(BETWEEN).filter(|run| !run.is_empty() && *run != "by").collect();
    (!numbers.is_empty() && numbers.iter().all(|number| is_decimal(number))).then_some(numbers)
}

/// A value with the numbers of `meant`, and those of the example where some are missing. One number is the side of a square
/// or a cube.
fn completed(meant: &[&str], Expected { names, axes, one_for_all, example, .. }: Expected) -> String {
    let count = names.len();
    let rest: Vec<&str> = example.split('x').collect();
    let numbers: Vec<&str> = match meant {
        _ if names.is_empty() || meant.len() == count || (one_for_all && meant.len() == 1) => meant.to_vec(),
        [side] => [*side].repeat(axes).into_iter().chain(rest.into_iter().skip(axes)).collect(),
        _ if meant.len() < count && rest.len() == count => {
            meant.iter().copied().chain(rest.into_iter().skip(meant.len())).collect()
        }
        _ => rest,
    };
    numbers.join("x")
}

/// `[1, 1]x[2, 2]` for `((1, 1), (2, 2))`, one pair an axis; nothing for anything else.
pub(super) fn pairs(value: &[TokenTree], axes: usize) -> Option<String> {
    let [TokenTree::Group(group)] = value else {
        return None;
    };
    let inside = group.stream();
    let is_nested = inside.clone().into_iter().filter(|token| matches!(token, TokenTree::Group(_))).count() == axes;
    let text = inside.to_string();
    let numbers = numbers(&text).filter(|numbers| is_nested && numbers.len() == 2 * axes)?;
    let pairs: Vec<String> = numbers.chunks(2).map(|pair| format!("[{}]", pair.join(", "))).collect();
    Some(pairs.join("x"))
}

impl Part {
    /// The part as a number up to [`MAX_NUMBER`], or the end of a sentence on why it is none.
    fn number(&self) -> Result<usize, String> {
        match self.0.as_slice() {
            [] => Err("is missing: a number stands on either side of every `x`".to_owned()),
            [Piece::Text(text)] => number(text),
            [Piece::Text(sign), Piece::Text(text)] if sign == "-" => {
                Err(format!("is negative, -{text}: expected a whole number without a sign"))
            }
            [Piece::Text(a), Piece::Text(b)] if is_decimal(a) && is_decimal(b) => {
                Err(format!("is `{a} {b}`: expected an `x` between the two"))
            }
            pieces => {
                let pieces: Vec<String> = pieces.iter().map(Piece::to_string).collect();
                Err(format!("is `{}`, expected a whole number", pieces.join(" ")))
            }
        }
    }

    /// Whether it is meant as a number, right or wrong.
    fn is_numeric(&self) -> bool {
        let digit = |text: &String| text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains('X');
        match self.0.as_slice() {
            [Piece::Text(text)] => digit(text),
            [Piece::Text(sign), Piece::Text(text)] => digit(text) && (sign == "-" || digit(sign)),
            _ => false,
        }
    }

    /// The part as padding of one axis, or the end of a sentence on why it is none.
    fn padding(&self) -> Result<Padding, String> {
        let [Piece::Group(group)] = self.0.as_slice() else {
            return self.number().map(|both| Padding::Explicit { before: both, after: both });
        };
        let ends: Vec<TokenTree> = group.stream().into_iter().collect();
        let mut ends: Vec<&[TokenTree]> =
            ends.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')).collect();
        if ends.last().is_some_and(|end| end.is_empty()) {
            ends.pop();
        }
        let [before, after] = ends.as_slice() else {
            return Err(format!("is `{}`, expected `[before, after]`", brief(&group.to_token_stream())));
        };
        if group.delimiter() != Delimiter::Bracket {
            return Err(format!(
                "is `{}`, expected `[before, after]` in square brackets",
                brief(&group.to_token_stream())
            ));
        }
        let end = |tokens: &[TokenTree]| match split(tokens).as_slice() {
            [part] => part.number(),
            _ => Err("has an `x` inside its brackets, expected `[before, after]`".to_owned()),
        };
        Ok(Padding::Explicit { before: end(before)?, after: end(after)? })
    }
}

/// Digits, with underscores as Rust allows them.
fn is_decimal(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || c == '_')
}

/// A number up to [`MAX_NUMBER`], or the end of a sentence on why it is none.
fn number(text: &str) -> Result<usize, String> {
    const TYPES: [&str; 14] =
        ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64"];
    if is_decimal(text) {
        let digits: String = text.chars().filter(|&c| c != '_').collect();
        return match digits.parse::<u64>() {
            Ok(number) if number <= MAX_NUMBER => Ok(number as usize),
            _ => Err(format!("is {text}, which is too large: the limit is {MAX_NUMBER}")),
        };
    }
    let untyped = TYPES.iter().find_map(|name| text.strip_suffix(name)).filter(|number| is_decimal(number));
    if let Some(number) = untyped {
        return Err(format!("is `{text}`: write it without a type, `{number}`"));
    }
    if text.starts_with("0b") || text.starts_with("0o") {
        return Err(format!("is `{text}`: write it in decimal"));
    }
    if text.starts_with(|c: char| c.is_alphabetic()) {
        return Err(format!("is `{text}`, expected a number: a macro does not see the value of a name"));
    }
    Err(format!("is `{text}`, expected a whole number"))
}

#[cfg(test)]
mod tests;
