//! Sizes as they are written, rightly and wrongly.

use super::{Expected, Padding, paddings, sizes};
use crate::diag::Errors;
use crate::parse::entries::Entries;

const ANY: Expected = Expected { names: &[], axes: 0, one_for_all: false, pairs: false, example: "7x7x64" };
const THREE: Expected = Expected { names: &["height", "width", "channels"], axes: 2, example: "28x28x1", ..ANY };
const TWO: Expected = Expected { names: &["height", "width"], axes: 2, one_for_all: true, pairs: true, example: "2" };

/// What `read` makes of a value, or the messages it leaves.
fn value_of<T>(
    text: &str,
    read: impl Fn(&super::Entry, &mut Errors) -> Option<crate::diag::Spanned<Vec<T>>>,
) -> Result<Vec<T>, Vec<String>> {
    let mut cx = Errors::new();
    let tokens: proc_macro2::TokenStream = format!("key: {text}").parse().expect("Rust's tokens");
    let tokens: Vec<_> = tokens.into_iter().collect();
    let entries = Entries::read(&tokens, &mut cx);
    let value = read(&entries.list[0], &mut cx).map(|value| value.value);
    cx.gate(value).map_err(|errors| errors.into_iter().map(|error| error.to_string()).collect())
}

#[test]
fn spaces_do_not_matter() {
    for text in ["28x14x1", "28 x 14 x 1", "28 x14 x1", "28x 14x 1", "28x14 x 1", "2_8x1_4x1_", "028x14x01"] {
        assert_eq!(value_of(text, |entry, cx| sizes(entry, THREE, cx)), Ok(vec![28, 14, 1]), "{text}");
    }
}

#[test]
fn one_number_may_stand_for_all_axes() {
    assert_eq!(value_of("3", |entry, cx| sizes(entry, TWO, cx)), Ok(vec![3, 3]));
    assert_eq!(value_of("3x2", |entry, cx| sizes(entry, TWO, cx)), Ok(vec![3, 2]));
    assert_eq!(value_of("5", |entry, cx| sizes(entry, ANY, cx)), Ok(vec![5]));
    assert_eq!(value_of("1x2x3x4x5", |entry, cx| sizes(entry, ANY, cx)), Ok(vec![1, 2, 3, 4, 5]));
}

#[test]
fn paddings_are_equal_or_before_and_after() {
    let pair = |before, after| Padding::Explicit { before, after };
    let read = |text| value_of(text, |entry, cx| paddings(entry, TWO, cx));
    assert_eq!(read("2"), Ok(vec![pair(2, 2); 2]));
    assert_eq!(read("0x1"), Ok(vec![pair(0, 0), pair(1, 1)]));
    assert_eq!(read("[1, 2]x[0, 3]"), Ok(vec![pair(1, 2), pair(0, 3)]));
    assert_eq!(read("1x[0, 3]"), Ok(vec![pair(1, 1), pair(0, 3)]));
    assert_eq!(read("[1, 2] x 4"), Ok(vec![pair(1, 2), pair(4, 4)]));
}

#[test]
fn what_is_no_size_is_named() {
    for (text, part) in [
        ("0x28x1", "first number, height, is 0"),
        ("28x0x1", "second number, width, is 0"),
        ("28x28x0", "third number, channels, is 0"),
        ("2.5x5x1", "first number, height, is `2.5`"),
        ("1e3x5x1", "first number, height, is `1e3`"),
        ("0b1x5x1", "is `0b1`: write it in decimal"),
        ("28x28x1u8", "write it without a type, `1`"),
        ("28x-1x1", "second number, width, is negative"),
        ("28x14", "has 2 numbers, `28x14`; expected height x width x channels, as in `key: 28x14x1`"),
        ("14", "as in `key: 14x14x1`"),
        ("[28, 14]", "cannot be `[28, 14]`: expected height x width x channels, as in `key: 28x14x1`"),
        ("28x28x1x1", "has 4 numbers"),
        ("28xx1", "second number, width, is missing"),
        ("28x1 4x1", "expected an `x` between the two"),
        ("4294967296x1x1", "too large"),
        ("28*28*1", "write `key: 28x28x1`"),
        ("28, 28, 1", "write `key: 28x28x1`"),
        ("28; 28; 1", "write `key: 28x28x1`"),
        ("28 by 28 by 1", "write `key: 28x28x1`"),
        ("\"28\u{d7}28\u{d7}1\"", "write `key: 28x28x1`"),
        ("[28, 28, 1]", "write `key: 28x28x1`"),
        ("(28, 28, 1u8)", "expected height x width x channels"),
        ("(28, 28, -1)", "expected height x width x channels"),
        ("SIZE", "a macro does not see the value of a name"),
    ] {
        let messages = value_of(text, |entry, cx| sizes(entry, THREE, cx)).unwrap_err();
        assert!(messages.iter().any(|message| message.contains(part)), "{text}: {messages:?}");
    }
}
