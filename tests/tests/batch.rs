//! Batches: the same bits as one by one, on several threads where that pays; lengths that disagree are an error.

use std::sync::{Condvar, Mutex};
use std::thread::ThreadId;
use std::time::Duration;

use rayon::ThreadPoolBuilder;
use toeplitz::{
    Activation, Algorithm, Buffer, DataFormat, Layer, Level, Operator, PaddingMode, Spec, conv2d, dense, max_pool2d,
};

conv2d! { struct Small < in: 6x6x2, kernel: 3x3x5, padding: same, activation: relu >; }
conv2d! { struct Large < in: 40x40x16, kernel: 3x3x16, padding: same >; }
max_pool2d! { struct Pool < in: 9x9x10, window: 2x2 >; }
dense! { struct Dense < in: 33, units: 7 >; }

/// Numbers between -1 and 1, different ones for each `seed`.
fn numbers(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed + 1;
    move || {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        (state >> 40) as f32 / 8_388_608.0 - 1.0
    }
}

/// The same numbers, as a buffer.
fn buffer<B: Buffer<Element = f32>>(seed: u64) -> B {
    let mut buffer = B::ZEROS;
    buffer.as_mut_slice().fill_with(numbers(seed));
    buffer
}

/// Whether batches of `images` give the bits that single calls give, on pools of one thread and of three.
fn check<L, const I: usize, const O: usize>(images: usize)
where
    L: Layer<Element = f32, Input = [f32; I], Output = [f32; O]>,
{
    let layer = L::boxed(&buffer(1), &buffer(2));
    let inputs: Vec<[f32; I]> = (0..images).map(|image| buffer(3 + image as u64)).collect();
    let expected: Vec<[u32; O]> = inputs
        .iter()
        .map(|input| {
            let mut output = [f32::NAN; O];
            layer.forward(input, &mut output);
            output.map(f32::to_bits)
        })
        .collect();
    for threads in [1, 3] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut outputs = vec![[f32::NAN; O]; images];
        pool.install(|| layer.forward_batch(&inputs, &mut outputs)).unwrap();
        let found: Vec<[u32; O]> = outputs.into_iter().map(|output| output.map(f32::to_bits)).collect();
        assert!(found == expected, "{images} images on {threads} threads");
    }
}

#[test]
fn a_batch_is_its_images_one_by_one() {
    for images in [0, 1, 2, 7] {
        check::<Small, _, _>(images);
        check::<Large, _, _>(images);
        check::<Pool, _, _>(images);
        check::<Dense, _, _>(images);
    }
    // So many that small images are divided into several tasks.
    check::<Small, _, _>(1000);
    check::<Pool, _, _>(2500);
}

#[test]
fn lengths_that_differ_are_an_error_and_nothing_is_written() {
    let layer = Small::new(&[1.0; 90], &[1.0; 5]);
    for (inputs, outputs) in [(2, 1), (1, 2), (0, 1), (1, 0)] {
        let inputs = vec![[1.0; 72]; inputs];
        let mut written = vec![[7.0; 180]; outputs];
        let error = layer.forward_batch(&inputs, &mut written).unwrap_err();
        assert_eq!((error.expected, error.found), (inputs.len(), outputs));
        let text = format!("outputs, one for each input, must have {} elements, found {outputs}", inputs.len());
        assert_eq!(error.to_string(), text);
        assert_eq!(written, vec![[7.0; 180]; outputs]);
    }
}

/// The threads that images of [`Meeting`] were on.
static SEEN: (Mutex<Vec<ThreadId>>, Condvar) = (Mutex::new(Vec::new()), Condvar::new());

/// A layer with `WORK` to do, by its own account, that uses memory of its thread. Where it is much, an image waits until another
/// thread works as well, but not forever; where it is little, there must be no other thread.
struct Meeting<const WORK: u64>;

impl<const WORK: u64> Layer for Meeting<WORK> {
    type Element = f32;
    type Weights = [f32; 0];
    type Bias = [f32; 0];
    type Input = [f32; 1];
    type Output = [f32; 1];
    type Scratch = [f32; 2];
    const SPEC: Spec = Spec {
        operator: Operator::Convolution,
        axes: &[],
        in_channels: 1,
        out_channels: 1,
        groups: 1,
        bias: false,
        activation: Activation::None,
        format: DataFormat::ChannelsLast,
        padding_mode: PaddingMode::Zeros,
        algorithm: Algorithm::Direct,
    };
    const MACS: u64 = WORK;
    const PLAN: &'static str = "";

    fn new(_: &[f32; 0], _: &[f32; 0]) -> Self {
        Self
    }

    fn forward_at(&self, _: Level, input: &[f32; 1], output: &mut [f32; 1], scratch: &mut [f32; 2]) {
        *scratch = [input[0], 2.0 * input[0]];
        if WORK == 1 {
            assert_eq!(rayon::current_thread_index(), None, "on a thread of rayon");
        } else {
            let (mut seen, this) = (SEEN.0.lock().unwrap(), std::thread::current().id());
            if !seen.contains(&this) {
                seen.push(this);
            }
            SEEN.1.notify_all();
            let (seen, _) = SEEN.1.wait_timeout_while(seen, Duration::from_secs(20), |seen| seen.len() < 2).unwrap();
            assert!(seen.len() > 1, "no other thread took an image");
        }
        *output = [scratch[1]];
    }
}

#[test]
fn images_that_are_much_work_are_shared_out_and_others_are_not() {
    let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let (inputs, mut outputs) = ([[1.0], [2.0], [3.0], [4.0]], [[0.0]; 4]);
    pool.install(|| Meeting::<{ 1 << 30 }>.forward_batch(&inputs, &mut outputs)).unwrap();
    assert_eq!(outputs, [[2.0], [4.0], [6.0], [8.0]]);
    let mut outputs = [[0.0]; 4];
    Meeting::<1>.forward_batch(&inputs, &mut outputs).unwrap();
    assert_eq!(outputs, [[2.0], [4.0], [6.0], [8.0]]);
}
