//! A generated layer as a contender.

use anyhow::Result;
use toeplitz::{Aligned, Buffer, DataFormat, Element, Layer, Level};

use crate::buffer::fill;
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
pub fn prepare<L, E, const I: usize, const O: usize>(problem: &Problem, level: Level) -> Box<dyn Convolution>
where
    E: Element,
    L: Layer<Element = E, Input = [E; I], Output = [E; O]> + 'static,
{
    let (mut weights, mut bias) = (L::Weights::zeroed(), L::Bias::zeroed());
    let (input_data, weight_data) = problem.data(L::SPEC.format);
    fill(weights.as_mut_slice(), &weight_data);
    fill(bias.as_mut_slice(), &problem.bias);
    let mut input = Aligned::<L::Input>::boxed_zeroed();
    fill(&mut input[..], &input_data);
    Box::new(Ours::<L> {
        layer: L::boxed(&weights, &bias),
        level,
        input,
        output: Aligned::<L::Output>::boxed_zeroed(),
        scratch: L::Scratch::zeroed(),
    })
}

impl<L: Layer> Convolution for Ours<L> {
    fn run(&mut self) -> Result<()> {
        self.layer.forward_at(self.level, &self.input, &mut self.output, &mut self.scratch);
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        let output: Vec<f32> = self.output.as_slice().iter().map(|value| value.to_f64() as f32).collect();
        Ok(match L::SPEC.format {
            DataFormat::ChannelsLast => output,
            DataFormat::ChannelsFirst => Problem::channels_last(&output, L::SPEC.out_channels),
        })
    }
}
