//! Keys that an operator does not have: what their author is likely to have meant.
//!
//! Comes in: a key's name. Goes out: a message, and the key that was meant, where that is clear. A name that other tools
//! use is a line in [`FOREIGN`]. Must not know: values.

use super::foreign::FOREIGN;
use super::foreign::Hint::{self, NotYet, Nothing, Part, Same};
use super::keys::{KEYS, Key};
use super::padding::PAIRS;
use super::weights;
use crate::diag::{closest, list};
use crate::operator::{Kind, Operator};

/// Keys that a network settles for its layers.
const SETTLED: [&str; 4] = ["in", "layout", "dtype", "crate"];

/// What to say about `name`, which is no key of `operator`, as a layer of a network or by itself, and of which a hint is known, and a value
/// for the key that was meant. `given` are the keys that the call has.
pub(super) fn message(
    operator: Operator,
    in_network: bool,
    name: &str,
    (hint, example): (Option<Hint>, &str),
    given: &[&str],
) -> String {
    let this = operator.macro_name();
    let filled = |text| filled(text, operator);
    let own = Key::of(operator).map(|key| key.name).filter(|key| !in_network || !SETTLED.contains(key));
    let names = (in_network && takes_names(operator)).then_some(weights::KEY);
    let all: Vec<&str> = own.chain(names).collect();
    let all = match all.as_slice() {
        [] => "no keys, but the names of layers alone".to_owned(),
        all => list(all.iter().copied(), "and"),
    };
    match hint {
        Some(Same(ours)) if given.contains(&ours) => {
            format!("`{this}!` has no key `{name}`: did you mean `{ours}`? that has a value already, leave this out")
        }
        Some(Same(ours)) => {
            format!("`{this}!` has no key `{name}`: did you mean `{ours}`, as in `{ours}: {example}`?")
        }
        Some(Part(_, how)) => format!("`{this}!` has no key `{name}`: {}", filled(how)),
        Some(Nothing(why)) => format!("`{this}!` has no key `{name}`: {}", filled(why)),
        Some(NotYet(instead)) => {
            format!("`{this}!` does not support `{name}` yet, leave it out: {}", filled(instead))
        }
        None => match KEYS.iter().find(|key| key.name == name) {
            Some(key) => {
                let takers = takers(key, operator.rank(), operator.kind().is_joint());
                let takers = list(takers.iter().map(String::as_str), "and");
                format!("`{this}!` has no `{name}`, which is a key of {takers}; it takes {all}")
            }
            None => format!("`{this}!` has no key `{name}`; it takes {all}"),
        },
    }
}

/// The macros that have `key`. Of those that differ in the number of their axes alone, the one with `rank` of them, or with two. Those of
/// networks alone, only where there are no others, or `takes_layers`.
fn takers(key: &Key, rank: usize, takes_layers: bool) -> Vec<String> {
    let takers = |rank: usize| {
        let takers = Operator::all().filter(|taker| key.takers.contains(&taker.kind()));
        takers.filter(move |taker| taker.rank() == 0 || taker.rank() == rank)
    };
    let rank = if rank == 0 || takers(rank).next().is_none() { 2 } else { rank };
    let mut takers: Vec<Operator> = takers(rank).collect();
    if takers.is_empty() || takes_layers {
        let others = Operator::in_networks().filter(|taker| taker.kind().is_joint()).chain([Operator::Network]);
        takers.extend(others.filter(|taker| key.takers.contains(&taker.kind())));
    }
    takers.into_iter().map(|taker| format!("{}!", taker.macro_name())).collect()
}

/// Whether a network has tensors for such a layer, whose names it may say.
fn takes_names(operator: Operator) -> bool {
    operator.kind().is_weighted() || operator.kind() == Kind::Layer
}

/// `text` with examples that fit `operator` in place of words in braces.
fn filled(text: &str, operator: Operator) -> String {
    const EACH: [&str; 4] = ["", "2", "2x1", "2x1x1"];
    const AFTER: [&str; 4] = ["", "[0, 1]", "[0, 1]x[0, 1]", "[0, 1]x[0, 1]x[0, 1]"];
    let rank = operator.rank();
    let example = |key| Key::find(operator, key).map_or("", |key| key.example(operator));
    let axes = operator.axes().join(" x ");
    // Along one axis there is one number, and no order to tell.
    let numbers = if rank == 1 { "one number" } else { &axes };
    let mut text = text.replace("{axes}", &axes).replace("{numbers}", numbers);
    for key in ["in", "kernel", "window"] {
        text = text.replace(&format!("{{{key}}}"), example(key));
    }
    text.replace("{rank}", &rank.to_string())
        .replace("{flat}", &rank.min(2).to_string())
        .replace("{each}", EACH[rank])
        .replace("{pairs}", PAIRS[rank])
        .replace("{after}", AFTER[rank])
}

/// What `name` is here: as a name of other tools, as a misspelt key, or as a misspelt name of other tools.
pub(super) fn hint(operator: Operator, name: &str) -> Option<Hint> {
    let bare = name.to_lowercase().replace('_', "");
    if let Some(hint) = foreign(operator, &bare) {
        return Some(hint);
    }
    if KEYS.iter().any(|key| key.name == name) {
        return None;
    }
    closest(name, Key::of(operator).map(|key| key.name)).map(Same).or_else(|| {
        // A short word is near to too many.
        let names = FOREIGN.iter().flat_map(|(names, _)| *names).copied().filter(|name| name.len() > 5);
        closest(&bare, names).and_then(|name| foreign(operator, name))
    })
}

/// What the foreign name `bare` is for `operator`.
fn foreign(operator: Operator, bare: &str) -> Option<Hint> {
    // What elsewhere is a number of channels is an axis where there are three.
    let bare = if bare == "depth" && operator.axes().contains(&bare) { "height" } else { bare };
    let mut hints = FOREIGN.iter().filter(|(names, _)| names.contains(&bare)).flat_map(|(_, hints)| *hints);
    hints.find(|(kinds, _)| kinds.contains(&operator.kind())).map(|&(_, hint)| hint)
}

#[cfg(test)]
mod tests {
    use super::{FOREIGN, Hint, Part, Same, hint, message};
    use crate::operator::Operator;
    use crate::parse::keys::Key;

    #[test]
    fn every_hint_names_a_key_of_its_operator() {
        for (names, hints) in FOREIGN {
            for name in *names {
                assert!(!name.contains('_') && !name.contains(char::is_uppercase), "{name}");
            }
            for &(kinds, hint) in *hints {
                let (Same(key) | Part(key, _)) = hint else { continue };
                let mut operators = Operator::all().filter(|operator| kinds.contains(&operator.kind()));
                assert!(operators.all(|operator| Key::find(operator, key).is_some()), "{key}");
            }
        }
    }

    #[test]
    fn no_operator_has_a_foreign_key() {
        for operator in Operator::all() {
            for key in Key::of(operator) {
                assert!(
                    !matches!(super::foreign(operator, key.name), Some(Hint::Nothing(_) | Hint::NotYet(_))),
                    "{}",
                    key.name
                );
            }
        }
    }

    #[test]
    fn no_word_in_braces_is_left() {
        for operator in Operator::all() {
            for name in FOREIGN.iter().flat_map(|(names, _)| *names) {
                let message = message(operator, false, name, (hint(operator, name), "2"), &[]);
                assert!(!message.contains(['{', '}']), "{message}");
                // Where an operator's input decides how many axes there are, nothing may depend on them.
                assert!(!message.contains("0d!") && !message.contains("``"), "{message}");
            }
        }
    }

    #[test]
    fn names_are_found_whatever_their_case() {
        for (name, part) in [
            ("kernelSize", "into `kernel`"),
            ("OUT_CHANNELS", "the last number of `kernel`"),
            ("Stride", "did you mean `stride`"),
            ("fliters", "the last number of `kernel`"),
        ] {
            let message = message(Operator::Conv2d, false, name, (hint(Operator::Conv2d, name), "2"), &[]);
            assert!(message.contains(part), "{name}: {message}");
        }
    }
}
