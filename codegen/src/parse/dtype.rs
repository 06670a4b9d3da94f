//! Values of `dtype`: `f32`, `f64`.
//!
//! Comes in: the tokens of a value. Goes out: a type of data, or an error that says which there are. Must not know: what is computed
//! in it.

use super::entries::{Entry, brief};
use super::words::{Words, last_word};
use crate::diag::Errors;
use crate::operation::Element;

const ELEMENTS: Words<Element> = Words {
    allowed: &[("f32", Element::F32), ("f64", Element::F64)],
    elsewhere: &[
        ("float", "f32"),
        ("float32", "f32"),
        ("fp32", "f32"),
        ("single", "f32"),
        ("double", "f64"),
        ("float64", "f64"),
        ("fp64", "f64"),
    ],
    besides: "",
};

/// Types of data that one may well expect and that there are no kernels for, as Rust and other tools call them.
const OTHERS: &[&str] = &[
    "f16",
    "half",
    "float16",
    "fp16",
    "bf16",
    "bfloat16",
    "f8",
    "float8",
    "tf32",
    "i8",
    "int8",
    "qint8",
    "u8",
    "uint8",
    "quint8",
    "i4",
    "int4",
    "i16",
    "int16",
    "short",
    "u16",
    "i32",
    "int32",
    "int",
    "u32",
    "i64",
    "int64",
    "long",
    "u64",
    "bool",
    "f128",
    "complex64",
    "complex128",
];

/// `f64`
pub(super) fn element(entry: &Entry, cx: &mut Errors) -> Option<Element> {
    let stream = entry.stream();
    let text = brief(&stream);
    let bare = last_word(&entry.value).unwrap_or_else(|| text.clone());
    if OTHERS.contains(&bare.as_str()) {
        let types = "`f32` (the default) and `f64`";
        cx.push(
            stream,
            format_args!(
                "`dtype: {text}` is not supported yet: it takes {types}, and all data of a layer has that type"
            ),
        );
        return None;
    }
    ELEMENTS.read(entry, cx)
}

#[cfg(test)]
mod tests {
    use super::{ELEMENTS, OTHERS};

    #[test]
    fn no_type_is_both_there_and_not() {
        for other in OTHERS {
            assert!(ELEMENTS.allowed.iter().all(|(word, _)| word != other), "{other}");
            assert!(ELEMENTS.elsewhere.iter().all(|(word, _)| word != other), "{other}");
        }
    }
}
