//! The layers to choose from: a macro call for each, random weights and inputs, and memory.
//!
//! Comes in: a name. Goes out: a [`Problem`], in which sizes are numbers again and no longer types. Must not know: the
//! other ways to compute it.

use anyhow::Result;
use fastrand::Rng;
use toeplitz::{Aligned, Buffer, Layer, Spec, Toeplitz, conv2d};

use crate::{
    args::Name,
    methods::{Method, generated::Generated},
};

conv2d! { struct Digit < in: 28x28x1, kernel: 5x5x32, padding: same, bias: false >; }
conv2d! { struct Colour < in: 24x32x3, kernel: 3x3x16, padding: same, bias: false >; }
conv2d! { struct Strided < in: 24x32x3, kernel: 5x5x16, padding: same, stride: 2, bias: false >; }
conv2d! { struct Dilated < in: 24x32x3, kernel: 3x3x16, padding: same, dilation: 2, bias: false >; }

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
    /// Prepares the macro's layer.
    pub(crate) generated: fn(&[f32]) -> Box<dyn Method>,
}

/// Calls `body` with the layer of that name.
pub(crate) fn with(name: Name, seed: u64, body: impl FnOnce(Problem) -> Result<()>) -> Result<()> {
    match name {
        Name::Digit => make::<Digit, _, _, _>(Digit::TOEPLITZ, seed, body),
        Name::Colour => make::<Colour, _, _, _>(Colour::TOEPLITZ, seed, body),
        Name::Strided => make::<Strided, _, _, _>(Strided::TOEPLITZ, seed, body),
        Name::Dilated => make::<Dilated, _, _, _>(Dilated::TOEPLITZ, seed, body),
    }
}

fn make<L, const WEIGHTS: usize, const INPUTS: usize, const OUTPUTS: usize>(
    layout: Toeplitz<2>,
    seed: u64,
    body: impl FnOnce(Problem) -> Result<()>,
) -> Result<()>
where
    L: Layer<Weights = [f32; WEIGHTS], Bias = [f32; 0], Input = [f32; INPUTS], Output = [f32; OUTPUTS]> + 'static,
{
    let mut random = Rng::with_seed(seed);
    let mut weights = L::Weights::zeroed();
    // Vectors that cross cache lines would slow every way, some more than others.
    let mut input = Aligned::<[f32; INPUTS]>::boxed_zeroed();
    let mut output = Aligned::<[f32; OUTPUTS]>::boxed_zeroed();
    for value in weights.iter_mut().chain(input.iter_mut()) {
        *value = 2.0 * random.f32() - 1.0;
    }
    body(Problem {
        spec: L::SPEC,
        layout,
        weights: &weights[..],
        input: &input[..],
        output: &mut output[..],
        generated: |weights| match weights.try_into() {
            Ok(weights) => Box::new(Generated::<L>::new(weights, &[])),
            Err(_) => unreachable!("the weights are the layer's"),
        },
    })
}
