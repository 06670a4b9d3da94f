//! The layers to choose from: two macro calls for each, random weights and inputs, and memory.
//!
//! Comes in: a name. Goes out: a [`Problem`], in which sizes are numbers again and no longer types. Must not know: the
//! other ways to compute it.

use anyhow::Result;
use fastrand::Rng;
use toeplitz::{Aligned, Buffer, Layer, Spec, Toeplitz, adder2d, conv2d};

use crate::{
    args::Name,
    methods::{Method, generated::Generated},
};

conv2d! { struct Digit < in: 28x28x1, kernel: 5x5x32, padding: same, bias: false >; }
conv2d! { struct Colour < in: 24x32x3, kernel: 3x3x16, padding: same, bias: false >; }
conv2d! { struct Strided < in: 24x32x3, kernel: 5x5x16, padding: same, stride: 2, bias: false >; }
conv2d! { struct Dilated < in: 24x32x3, kernel: 3x3x16, padding: same, dilation: 2, bias: false >; }

adder2d! { struct DigitAdder < in: 28x28x1, kernel: 5x5x32, padding: same, bias: false >; }
adder2d! { struct ColourAdder < in: 24x32x3, kernel: 3x3x16, padding: same, bias: false >; }
adder2d! { struct StridedAdder < in: 24x32x3, kernel: 5x5x16, padding: same, stride: 2, bias: false >; }
adder2d! { struct DilatedAdder < in: 24x32x3, kernel: 3x3x16, padding: same, dilation: 2, bias: false >; }

/// A layer with weights and an input.
pub(crate) struct Problem<'a> {
    /// What the macro call says.
    pub(crate) spec: Spec,
    /// The matrix.
    pub(crate) layout: Toeplitz<2>,
    /// `[kernel_h][kernel_w][in][out]`, random in -1 to 1.
    pub(crate) weights: &'a [f32],
    /// `[in_h][in_w][in]`, random in -1 to 1.
    pub(crate) input: &'a [f32],
    /// `[out_h][out_w][out]`, to be written.
    pub(crate) output: &'a mut [f32],
    /// Prepares the layer of `conv2d!`.
    pub(crate) convolution: fn(&[f32]) -> Box<dyn Method>,
    /// Prepares the layer of `adder2d!`, of the same shape.
    pub(crate) adder: fn(&[f32]) -> Box<dyn Method>,
}

/// Calls `body` with the layer of that name.
pub(crate) fn with(name: Name, seed: u64, body: impl FnOnce(Problem) -> Result<()>) -> Result<()> {
    match name {
        Name::Digit => make::<Digit, DigitAdder, _, _, _>(Digit::TOEPLITZ, seed, body),
        Name::Colour => make::<Colour, ColourAdder, _, _, _>(Colour::TOEPLITZ, seed, body),
        Name::Strided => make::<Strided, StridedAdder, _, _, _>(Strided::TOEPLITZ, seed, body),
        Name::Dilated => make::<Dilated, DilatedAdder, _, _, _>(Dilated::TOEPLITZ, seed, body),
    }
}

fn make<C, A, const WEIGHTS: usize, const INPUTS: usize, const OUTPUTS: usize>(
    layout: Toeplitz<2>,
    seed: u64,
    body: impl FnOnce(Problem) -> Result<()>,
) -> Result<()>
where
    C: Layer<Weights = [f32; WEIGHTS], Bias = [f32; 0], Input = [f32; INPUTS], Output = [f32; OUTPUTS]> + 'static,
    A: Layer<Weights = [f32; WEIGHTS], Bias = [f32; 0], Input = [f32; INPUTS], Output = [f32; OUTPUTS]> + 'static,
{
    let mut random = Rng::with_seed(seed);
    let mut weights = C::Weights::zeroed();
    // Vectors that cross cache lines would slow every way, some more than others.
    let mut input = Aligned::<[f32; INPUTS]>::boxed_zeroed();
    let mut output = Aligned::<[f32; OUTPUTS]>::boxed_zeroed();
    for value in weights.iter_mut().chain(input.iter_mut()) {
        *value = 2.0 * random.f32() - 1.0;
    }
    body(Problem {
        spec: C::SPEC,
        layout,
        weights: &weights[..],
        input: &input[..],
        output: &mut output[..],
        convolution: prepare::<C, WEIGHTS, INPUTS, OUTPUTS>,
        adder: prepare::<A, WEIGHTS, INPUTS, OUTPUTS>,
    })
}

fn prepare<L, const WEIGHTS: usize, const INPUTS: usize, const OUTPUTS: usize>(weights: &[f32]) -> Box<dyn Method>
where
    L: Layer<Weights = [f32; WEIGHTS], Bias = [f32; 0], Input = [f32; INPUTS], Output = [f32; OUTPUTS]> + 'static,
{
    match weights.try_into() {
        Ok(weights) => Box::new(Generated::<L>::new(weights, &[])),
        Err(_) => unreachable!("the weights are the layer's"),
    }
}
