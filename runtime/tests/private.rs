//! What generated code stands on: packing, dispatch, construction on the heap, levels.
#![cfg(feature = "std")]
#![expect(clippy::float_cmp, reason = "values are copied, not computed")]

use toeplitz::__private::{
    Simd, SimdBase, Weights, boxed, dispatch, if_alloc, level, magnitudes_f32, missing, pack, pad,
};
use toeplitz::{Aligned, Level, Tap, level_name, levels};

/// 3x3x512x512, larger than most layers are: 9.4 MB that are packed while this file is compiled.
const LARGE: usize = 3 * 3 * 512 * 512;
static LARGE_WEIGHTS: [f32; LARGE] = {
    let mut weights = [0.5; LARGE];
    weights[LARGE - 1] = 2.0;
    weights
};
static LARGE_PACKED: [[[[f32; 16]; 3 * 512]; 3]; 32] = pack(&LARGE_WEIGHTS, in_out(512, 512), 0, 512, 1);

#[test]
fn large_weights_pack_at_compile_time() {
    assert_eq!(LARGE_PACKED[31][2][1535], std::array::from_fn(|lane| if lane == 15 { 2.0 } else { 0.5 }));
}

/// The order `[kernel][in][out]`.
const fn in_out(in_channels: usize, out_channels: usize) -> Weights {
    let tap = in_channels * out_channels;
    Weights { groups: 1, in_channels, out_channels, tap, input: out_channels, output: 1, group: 0 }
}

/// The order `[kernel][out][in]`.
const fn out_in(in_channels: usize, out_channels: usize) -> Weights {
    let tap = in_channels * out_channels;
    Weights { groups: 1, in_channels, out_channels, tap, input: 1, output: in_channels, group: 0 }
}

/// Weights that are their own index.
fn numbered<const N: usize>() -> [f32; N] {
    std::array::from_fn(|index| index as f32)
}

/// What the documentation of `pack` says, lane by lane; `None` for a lane without a weight.
fn lane<const LANES: usize, const STEPS: usize>(
    [panel, row, step, lane]: [usize; 4],
    order: Weights,
    [first, outputs, interleave]: [usize; 3],
) -> Option<f32> {
    let channel = first + panel * (LANES / interleave) + lane / interleave;
    let k = row * STEPS * interleave + step * interleave + lane % interleave;
    let (tap, input) = (k / order.in_channels, k % order.in_channels);
    (channel < first + outputs).then(|| (tap * order.tap + input * order.input + channel * order.output) as f32)
}

fn check_pack<const LANES: usize, const STEPS: usize, const ROWS: usize, const PANELS: usize>(
    weights: &[f32],
    order: Weights,
    [first, outputs, interleave]: [usize; 3],
) {
    let packed: [[[[f32; LANES]; STEPS]; ROWS]; PANELS] = pack(weights, order, first, outputs, interleave);
    for (p, panel) in packed.iter().enumerate() {
        for (r, row) in panel.iter().enumerate() {
            for (s, step) in row.iter().enumerate() {
                for (l, &found) in step.iter().enumerate() {
                    let expected =
                        lane::<LANES, STEPS>([p, r, s, l], order, [first, outputs, interleave]).unwrap_or(0.0);
                    assert_eq!(found.to_bits(), expected.to_bits(), "panel {p}, row {r}, step {s}, lane {l}");
                }
            }
        }
    }
}

#[test]
fn pack_puts_each_weight_where_it_says() {
    // 2 rows, 6 k, 10 channels: a whole panel and a part of one.
    for order in [in_out(3, 10), out_in(3, 10), in_out(6, 10), out_in(2, 10)] {
        check_pack::<8, 6, 2, 2>(&numbered::<120>(), order, [0, 10, 1]);
    }
    // The last 2 of the 10 channels in a narrower panel, and 5 in the middle.
    check_pack::<4, 6, 2, 1>(&numbered::<120>(), out_in(3, 10), [8, 2, 1]);
    check_pack::<4, 6, 2, 2>(&numbered::<120>(), in_out(1, 10), [3, 5, 1]);
    // One and three channels, neighbouring k in neighbouring lanes.
    check_pack::<8, 3, 1, 1>(&numbered::<24>(), in_out(8, 1), [0, 1, 8]);
    check_pack::<16, 3, 2, 2>(&numbered::<72>(), in_out(4, 3), [0, 3, 4]);
    check_pack::<16, 3, 2, 2>(&numbered::<72>(), out_in(4, 3), [0, 3, 4]);
    check_pack::<8, 3, 2, 2>(&numbered::<72>(), out_in(12, 3), [1, 2, 4]);
    // Panels beyond the last channel are zero.
    check_pack::<4, 6, 2, 3>(&numbered::<120>(), in_out(6, 10), [6, 4, 1]);
}

#[test]
#[should_panic(expected = "weights cover")]
fn pack_wants_all_weights() {
    let _: [[[[f32; 4]; 2]; 2]; 1] = pack(&[0.0; 15], in_out(2, 4), 0, 4, 1);
}

#[test]
fn pad_fills_with_zeros() {
    assert_eq!(
        pad::<_, 4, 2>(&[1.0, 2.0, 3.0, 4.0, 5.0], (1, 5), 0, 5, 1),
        [[1.0, 2.0, 3.0, 4.0], [5.0, 0.0, 0.0, 0.0]]
    );
    assert_eq!(pad::<_, 2, 1>(&[1.0, 2.0, 3.0, 4.0, 5.0], (1, 5), 3, 2, 1), [[4.0, 5.0]]);
    assert_eq!(pad::<_, 4, 1>(&[1.0, 2.0, 3.0], (1, 3), 1, 2, 2), [[2.0, 0.0, 3.0, 0.0]]);
    // The last two channels of each of two groups of three.
    assert_eq!(pad::<_, 2, 2>(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], (2, 3), 1, 2, 1), [[2.0, 3.0], [5.0, 6.0]]);
}

#[test]
fn magnitudes_are_added_up_for_each_kernel_element() {
    // A panel of one row, two columns of two steps each, five lanes: neither eight nor four.
    let step = |first: f32| [first, -first, first + 1.0, 0.0, -2.0 * first];
    let packed = [[[step(1.0), step(-3.0), step(5.0), step(0.5)]]];
    let sums = magnitudes_f32::<5, 4, 2, 1, 1>(&packed);
    assert_eq!(sums, [[[[4.0, 4.0, 4.0, 0.0, 8.0], [5.5, 5.5, 7.5, 0.0, 11.0]]]]);
}

#[test]
fn missing_is_what_surrounds_the_taps() {
    let tap = |kernel| Tap { kernel, input: 7 };
    let all = |taps: &[Tap]| missing(taps, 5).collect::<Vec<_>>();
    assert_eq!(all(&[]), [0, 1, 2, 3, 4]);
    assert_eq!(all(&[tap(2)]), [0, 1, 3, 4]);
    assert_eq!(all(&[tap(1), tap(2), tap(3)]), [0, 4]);
    assert_eq!(all(&[tap(0), tap(1), tap(2), tap(3), tap(4)]), [0; 0]);
}

#[test]
fn a_large_value_is_built_within_a_small_stack() {
    // 8 MB, and an initialiser that an unoptimised build keeps on the stack more than once.
    struct Large {
        values: [f32; 2 << 20],
    }
    #[expect(clippy::large_stack_arrays, reason = "the array on the stack is the point")]
    fn large(value: f32) -> Large {
        let mut values = [value; 2 << 20];
        values[17] = -value;
        Large { values }
    }
    let thread = std::thread::Builder::new().stack_size(256 << 10);
    let built = thread.spawn(|| boxed(|| large(3.0))).unwrap().join().expect("the stack sufficed");
    assert_eq!(built.values[16..18], [3.0, -3.0]);
    let thread = std::thread::Builder::new().stack_size(256 << 10);
    let zeroed = thread.spawn(Aligned::<[f32; 2 << 20]>::boxed_zeroed).unwrap().join().expect("the stack sufficed");
    assert_eq!(zeroed.as_ptr().addr() % 64, 0);
}

#[test]
#[should_panic(expected = "no such layer")]
fn a_panic_while_building_is_passed_on() {
    boxed(|| -> [u8; 1 << 20] { panic!("no such layer") });
}

/// Which arm a level took, and the vector length it ran with.
fn dispatched(level: Level, output: &mut [usize; 2]) {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as in generated code")]
    fn run<S: Simd, const ARM: usize>(_: S, output: &mut [usize; 2], scale: usize) {
        *output = [ARM * scale, <S::f32s as SimdBase<S>>::LEN];
    }
    dispatch!(
        level;
        avx512: run::<_, 1>, avx2: run::<_, 2>, neon: run::<_, 3>, narrow: run::<_, 4>;
        (output, 10)
    );
}

#[test]
fn every_level_takes_its_arm() {
    for level in levels() {
        let mut found = [0; 2];
        dispatched(level, &mut found);
        let expected = match level_name(level) {
            "AVX-512" => [10, 16],
            "AVX2" => [20, 8],
            "NEON" => [30, 4],
            _ => [40, 4],
        };
        assert_eq!(found, expected, "{}", level_name(level));
    }
}

#[test]
fn levels_go_from_the_best_to_the_least() {
    let names: Vec<_> = levels().map(level_name).collect();
    assert_eq!(names[0], level_name(level()));
    #[cfg(feature = "scalar")]
    assert_eq!(names.last(), Some(&"scalar"));
    #[cfg(target_arch = "x86_64")]
    {
        let all = ["AVX-512", "AVX2", "SSE4.2", "SSE2", "scalar"];
        let all = if cfg!(feature = "scalar") { &all[..] } else { &all[..4] };
        assert_eq!(names, all[all.len() - names.len()..]);
    }
}

#[test]
fn aligned_values_start_a_cache_line() {
    static BUFFER: Aligned<[f32; 3]> = Aligned([1.0, 2.0, 3.0]);
    fn first(values: &[f32; 3]) -> f32 {
        values[0]
    }
    let mut copy = BUFFER;
    copy[0] += first(&BUFFER);
    assert_eq!(*copy, [2.0, 2.0, 3.0]);
    assert_eq!(BUFFER.as_ptr().addr() % 64, 0);
}

if_alloc! {
    #[test]
    fn items_that_need_a_heap_are_there() {
    assert_eq!(*boxed(|| 7), 7);
    }
}
