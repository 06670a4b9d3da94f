//! What `source!` prints is a program's source like any other: the build script wrote the same text to a file, which is compiled here.

#![expect(clippy::float_cmp, reason = "sums of small integers and quarters are exact")]

use toeplitz::source;
use toeplitz_codegen::expand_source;

/// What the build script printed.
#[allow(warnings, clippy::all, clippy::pedantic, reason = "a user's lints do not apply to what a macro makes")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/generated_source.rs"));
}

use generated::{Along, Pooled, Streamed, Walked};

const CALLS: [(&str, &str); 4] = [
    (
        source! { conv2d! { pub struct Walked < in: 6x6x1, kernel: 3x3x4, padding: same, activation: relu >; } },
        "Walked",
    ),
    (source! { conv2d! { pub struct Streamed < in: 5x5x16, kernel: 3x3x17, stride: 2, bias: false >; } }, "Streamed"),
    (source! { conv2d! { pub struct Along < in: 4x40x1, kernel: 3x3x1, padding: same >; } }, "Along"),
    (source! { max_pool2d! { pub struct Pooled < in: 4x6x5, window: 2x2 >; } }, "Pooled"),
];

#[test]
fn what_is_printed_is_what_is_compiled_here() {
    let printed: Vec<&str> = CALLS.iter().map(|(code, _)| *code).collect();
    assert_eq!(printed.join("\n"), include_str!(concat!(env!("OUT_DIR"), "/generated_source.rs")));
}

/// Numbers that can be worked out by hand, then the whole layer against the reference, at every level.
#[test]
fn computes() {
    let mut walked = [0.0; 144];
    Walked::new(&[1.0; 36], &[0.5, 1.5, -20.0, 0.0]).forward(&[2.0; 36], &mut walked);
    assert_eq!(walked[..4], [8.5, 9.5, 0.0, 8.0]);
    assert_eq!(walked[4 * 7..4 * 8], [18.5, 19.5, 0.0, 18.0]);

    let mut streamed = [0.0; 68];
    Streamed::new(&[0.25; 2448]).forward(&[1.0; 400], &mut streamed);
    assert_eq!(streamed, [36.0; 68]);

    let mut pooled = [0.0; 30];
    Pooled::new().forward(&core::array::from_fn(|index| index as f32), &mut pooled);
    assert_eq!(pooled[..5], [35.0, 36.0, 37.0, 38.0, 39.0]);

    toeplitz::verify::<Walked>().unwrap();
    toeplitz::verify::<Streamed>().unwrap();
    toeplitz::verify::<Along>().unwrap();
    toeplitz::verify::<Pooled>().unwrap();
}

/// A printed program holds the type asked for and no call of a macro that would hide code from the reader.
#[test]
fn is_plain_code() {
    for (code, name) in CALLS {
        assert!(code.contains(&format!("pub struct {name}")), "{code}");
        for operator in ["conv2d!", "max_pool2d!", "dense!"] {
            assert!(
                !code.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(operator)),
                "{code}"
            );
        }
    }
}

#[test]
fn is_what_the_library_prints_for_the_same_text() {
    let call = "max_pool2d! { pub struct Pooled < in: 4x6x5, window: 2x2 >; }";
    assert_eq!(expand_source(call).expect("a valid call"), CALLS[3].0);
}
