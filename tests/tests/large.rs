//! A layer whose weights take over 2 MB: in a `static`, packed while compiling, and on the heap from a thread with the
//! default stack, in unoptimised code.

use toeplitz::{Aligned, Layer, conv2d, verify};

// Packed in fewer steps than the compiler allows, which weights of tiles would not be.
conv2d! { struct Large < in: 14x14x256, kernel: 3x3x256, padding: same, algorithm: direct >; }

/// Weights that differ from tap to tap and from channel to channel, small enough integers to be exact.
static WEIGHTS: [f32; 589_824] = {
    let mut weights = [0.0; 589_824];
    let mut at = 0;
    while at < weights.len() {
        weights[at] = ((at * 7 + at / 256 * 5) % 5) as f32 - 2.0;
        at += 1;
    }
    weights
};

static BIAS: [f32; 256] = [3.0; 256];

static LARGE: Large = Large::new(&WEIGHTS, &BIAS);

#[test]
fn a_static_and_a_box_compute_the_same() {
    let mut input = Aligned::<[f32; 50_176]>::boxed_zeroed();
    for (at, value) in input.iter_mut().enumerate() {
        *value = (at % 7) as f32 - 3.0;
    }
    let boxed = Large::boxed(&WEIGHTS, &BIAS);
    let mut from_static = Aligned::<[f32; 50_176]>::boxed_zeroed();
    let mut from_box = Aligned::<[f32; 50_176]>::boxed_zeroed();
    LARGE.forward(&input, &mut from_static);
    boxed.forward(&input, &mut from_box);
    let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(from_static.as_slice()), bits(from_box.as_slice()));
    assert!(bits(from_static.as_slice()).windows(2).any(|pair| pair[0] != pair[1]), "outputs should differ");
    assert!(size_of::<Large>() > 2 << 20);
}

#[test]
fn it_is_right() {
    verify::<Large>().unwrap();
    assert_eq!(<Large as Layer>::MACS, 40 * 40 * 256 * 256);
}
