//! `forward` does not allocate, whatever plan it follows and at whatever level.
//!
//! `allocation-counter` brings the counting allocator, for one cannot be written without `unsafe`.

use allocation_counter::measure;
use toeplitz::{Buffer, Layer, conv2d, dense, levels, max_pool2d};

conv2d! { struct Walked < in: 12x12x1, kernel: 5x5x16, padding: same, activation: relu, accuracy: exact >; }
conv2d! { struct Tiles < in: 12x12x1, kernel: 5x5x16, padding: same, algorithm: winograd >; }
conv2d! { struct Streamed < in: 8x8x16, kernel: 3x3x17, padding: same, stride: 2 >; }
conv2d! { struct Along < in: 6x40x1, kernel: 3x3x1, padding: same >; }
conv2d! { struct Looped < in: 6x6x4, kernel: 3x3x4, padding: full, unroll: none, activation: leaky_relu(0.1) >; }
conv2d! { struct Pointwise < in: 6x6x8, kernel: 1x1x24, bias: false >; }
conv2d! { struct Unrolled < in: 4x4x1, kernel: 3x3x4, padding: same, unroll: full >; }
max_pool2d! { struct Pooled < in: 8x8x10, window: 2x2 >; }
dense! { struct Last < in: 7x7x8, units: 10 >; }

/// Allocations of `forward_at`, all levels together, and of the trait's `forward`.
fn allocations<L: Layer>() -> u64 {
    let layer = L::boxed(&L::Weights::zeroed(), &L::Bias::zeroed());
    let (input, mut output, mut scratch) = (L::Input::zeroed(), L::Output::zeroed(), L::Scratch::zeroed());
    let of_trait = measure(|| layer.forward(&input, &mut output)).count_total;
    let forward = |level| measure(|| layer.forward_at(level, &input, &mut output, &mut scratch)).count_total;
    levels().map(forward).sum::<u64>() + of_trait
}

#[test]
fn an_allocation_is_counted() {
    let counted = measure(|| drop(std::hint::black_box(Box::new([1.0_f32; 16]))));
    assert_eq!(counted.count_total, 1);
}

#[test]
fn no_level_allocates() {
    assert_eq!(allocations::<Walked>(), 0);
    assert_eq!(allocations::<Streamed>(), 0);
    assert_eq!(allocations::<Along>(), 0);
    assert_eq!(allocations::<Looped>(), 0);
    assert_eq!(allocations::<Pointwise>(), 0);
    assert_eq!(allocations::<Unrolled>(), 0);
    assert_eq!(allocations::<Pooled>(), 0);
    assert_eq!(allocations::<Last>(), 0);
}

/// The call that users make detects the CPU's level, for the first time in this process or not.
#[test]
fn forward_and_new_do_not_allocate() {
    let (input, mut output) = ([1.0; 144], [0.0; Walked::OUTPUT.len()]);
    let weights = [0.5; 400];
    let counted = measure(|| Walked::new(&weights, &[0.0; 16]).forward(&input, &mut output));
    assert_eq!(counted.count_total, 0);
    // What tiles need to work in lies on the stack.
    let counted = measure(|| Tiles::new(&weights, &[0.0; 16]).forward(&input, &mut output));
    assert_eq!(counted.count_total, 0);
}

/// A batch that is not worth a second thread.
#[test]
fn a_small_batch_does_not_allocate() {
    let (layer, inputs) = (Pooled::new(), [[1.0; 640]; 3]);
    let mut outputs = [[0.0; Pooled::OUTPUT.len()]; 3];
    let counted = measure(|| layer.forward_batch(&inputs, &mut outputs).unwrap());
    assert_eq!(counted.count_total, 0);
}
