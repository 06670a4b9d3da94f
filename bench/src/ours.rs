//! A generated layer as a contender.

use anyhow::Result;
use toeplitz::{Aligned, Buffer, Layer, Level};

use crate::contender::Convolution;
use crate::problem::Problem;

struct Ours<L: Layer> {
    layer: Box<L>,
    level: Level,
    input: Box<Aligned<L::Input>>,
    output: Box<Aligned<L::Output>>,
    scratch: Box<L::Scratch>,
}

/// Prepares `L`, which takes `I` elements and gives `O`, with the problem's weights, to run at `level`.
pub fn prepare<L, const I: usize, const O: usize>(problem: &Problem, level: Level) -> Box<dyn Convolution>
where
    L: Layer<Element = f32, Input = [f32; I], Output = [f32; O]> + 'static,
{
    let (mut weights, mut bias) = (L::Weights::zeroed(), L::Bias::zeroed());
    weights.as_mut_slice().copy_from_slice(&problem.weights);
    bias.as_mut_slice().copy_from_slice(&problem.bias);
    let mut input = Aligned::<L::Input>::boxed_zeroed();
    input.copy_from_slice(problem.input.as_slice());
    Box::new(Ours::<L> {
        layer: L::boxed(&weights, &bias),
        level,
        input,
        output: Aligned::<L::Output>::boxed_zeroed(),
        scratch: L::Scratch::zeroed(),
    })
}

impl<L: Layer<Element = f32>> Convolution for Ours<L> {
    fn run(&mut self) -> Result<()> {
        self.layer.forward_at(self.level, &self.input, &mut self.output, &mut self.scratch);
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        Ok(self.output.as_slice().to_vec())
    }
}
