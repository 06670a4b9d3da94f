//! The program on generated code allocates nothing, from the first line of `main` to the last.

use std::fs::File;
use std::os::fd::AsFd;
use std::path::Path;

use allocation_counter::measure;
use toeplitz_startup::{PIXELS, ours};

/// A one: a stroke down the middle.
fn one() -> [u8; PIXELS] {
    std::array::from_fn(
        |place| if (4..24).contains(&(place / 28)) && (13..16).contains(&(place % 28)) { 255 } else { 0 },
    )
}

#[test]
fn an_allocation_is_counted() {
    let counted = measure(|| drop(std::hint::black_box(Box::new([1.0_f32; 16]))));
    assert_eq!(counted.count_total, 1);
}

#[test]
fn nothing_is_allocated() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (digit, answer) = (folder.join("digit"), folder.join("answer"));
    std::fs::write(&digit, one()).unwrap();
    let (input, output) = (File::open(&digit).unwrap(), File::create(&answer).unwrap());
    let mut result = Ok(());
    let counted = measure(|| result = ours::run(input.as_fd(), output.as_fd()));
    assert_eq!(result, Ok(()));
    assert_eq!(std::fs::read_to_string(&answer).unwrap(), "1\n");
    assert_eq!(counted.count_total, 0);
}

/// Half a digit is none.
#[test]
fn too_few_pixels_are_an_error() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (digit, answer) = (folder.join("half"), folder.join("no answer"));
    std::fs::write(&digit, &one()[..PIXELS / 2]).unwrap();
    let (input, output) = (File::open(&digit).unwrap(), File::create(&answer).unwrap());
    assert!(ours::run(input.as_fd(), output.as_fd()).is_err());
    assert_eq!(std::fs::read(&answer).unwrap(), []);
}
