//! What one function of generated code may be at the most, over shapes of all kinds.

use toeplitz_codegen::choice::Asked;
use toeplitz_codegen::layout::Toeplitz;
use toeplitz_codegen::operation::{
    Activation, Algorithm, Axis, DataFormat, Element, Inner, Operation, PaddingMode, Unroll,
};
use toeplitz_codegen::plan::{self, budget};

/// A stream of numbers that differ, the same in every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

fn axis(numbers: &mut Numbers) -> Option<Axis> {
    let widest = 1 + numbers.below(15);
    let (input, kernel) = (1 + numbers.below(64), 1 + numbers.below(widest));
    let (stride, dilation) = (1 + numbers.below(3), 1 + numbers.below(2));
    let (pad_before, pad_after) = (numbers.below(kernel), numbers.below(kernel));
    let slack = (pad_before + input + pad_after).checked_sub((kernel - 1) * dilation + 1)?;
    let output = slack / stride + 1;
    Some(Axis { input, kernel, stride, dilation, pad_before, output, overhang: 0, mode: PaddingMode::Zeros })
}

fn operation(numbers: &mut Numbers) -> Option<Operation> {
    let channels = [1, 2, 3, 4, 5, 8, 10, 16, 24, 28, 31, 32, 48, 64, 96, 100, 128, 200];
    let axes: Vec<_> = (0..=numbers.below(2)).map(|_| axis(numbers)).collect::<Option<_>>()?;
    let (groups, inner) = numbers.of(&[
        (1, Inner::MultiplyAdd),
        (1, Inner::MultiplyAdd),
        (2, Inner::MultiplyAdd),
        (0, Inner::MultiplyAdd),
        (0, Inner::Max),
        (1, Inner::AbsoluteDifference),
    ]);
    let (each_in, each_out) = (numbers.of(&channels), numbers.of(&channels));
    // A group for each channel: depthwise, or a pool.
    let diagonal = groups == 0;
    let groups = if diagonal { each_in } else { groups };
    let (in_channels, out_channels) = if diagonal { (groups, groups) } else { (each_in * groups, each_out * groups) };
    Some(Operation {
        axes,
        in_channels,
        out_channels,
        groups,
        inner,
        transposed: false,
        bias: inner != Inner::Max,
        epsilon: None,
        norm: None,
        activation: numbers.of(&[Activation::None, Activation::Relu]),
        unroll: numbers.of(&[Unroll::Auto, Unroll::Auto, Unroll::None]),
        asked: Asked::default(),
        algorithm: Algorithm::Auto,
        format: numbers.of(&[DataFormat::ChannelsLast, DataFormat::ChannelsLast, DataFormat::ChannelsFirst]),
        element: numbers.of(&[Element::F32, Element::F32, Element::F64]),
        sum: None,
        then: None,
    })
}

#[test]
fn no_function_is_over_its_budget() {
    let numbers = &mut Numbers(1);
    let mut largest = 0;
    for operation in std::iter::from_fn(|| Some(operation(numbers))).flatten().take(5_000) {
        let plan = plan::plan(&operation, &Toeplitz::new(&operation)).unwrap();
        for kernel in &plan.kernels {
            let statements = budget::function(&plan, kernel);
            assert!(statements <= budget::FUNCTION_STATEMENTS, "{statements} for {operation:?}");
            largest = largest.max(statements);
        }
    }
    // Some of them have to try.
    assert!(largest > budget::FUNCTION_STATEMENTS / 2, "{largest}");
}
