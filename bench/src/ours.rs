//! A generated layer or network as a contender.

use anyhow::Result;
use toeplitz::{Aligned, Buffer, DataFormat, Element, Layer, Level, Spec};

use crate::buffer::{AlignedVec, fill};
use crate::contender::Forward;
use crate::problem::{Numbers, Problem};

/// `L` with the numbers' weights and bias.
///
/// # Panics
///
/// If there are not as many as it takes.
#[expect(clippy::unnecessary_box_returns, reason = "a layer may be too large for a stack")]
pub fn packed<L: Layer>(numbers: &Numbers) -> Box<L> {
    let (mut weights, mut bias) = (L::Weights::zeroed(), L::Bias::zeroed());
    fill(weights.as_mut_slice(), &numbers.weights);
    fill(bias.as_mut_slice(), &numbers.bias);
    L::boxed(&weights, &bias)
}

/// A layer in memory that begins on cache lines, as its users are told to have it.
pub struct Ours<L: Layer, const I: usize, const O: usize, const S: usize> {
    layer: Box<L>,
    level: Level,
    input: Box<Aligned<[L::Element; I]>>,
    output: Box<Aligned<[L::Element; O]>>,
    scratch: Box<Aligned<[L::Element; S]>>,
}

impl<L, E, const I: usize, const O: usize, const S: usize> Ours<L, I, O, S>
where
    E: Element,
    L: Layer<Element = E, Input = [E; I], Output = [E; O], Scratch = [E; S]>,
{
    /// Packs the numbers for `L`, which takes `I` elements, gives `O` and works in `S`, to run at `level`.
    pub fn new(numbers: &Numbers, level: Level) -> Self {
        let mut input = Aligned::<L::Input>::boxed_zeroed();
        fill(&mut input[..], &numbers.input);
        Self { layer: packed(numbers), level, input, output: Aligned::boxed_zeroed(), scratch: Aligned::boxed_zeroed() }
    }

    /// Computes the output once and calls `trace` as soon as a network's step is done, with the step's index.
    pub fn trace(&mut self, mut trace: impl FnMut(usize)) {
        let Self { layer, level, input, output, scratch } = self;
        layer.forward_traced(*level, input, output, scratch, &mut |step, _| trace(step));
    }
}

impl<L, E, const I: usize, const O: usize, const S: usize> Forward for Ours<L, I, O, S>
where
    E: Element,
    L: Layer<Element = E, Input = [E; I], Output = [E; O], Scratch = [E; S]>,
{
    fn run(&mut self) -> Result<()> {
        self.layer.forward_at(self.level, &self.input, &mut self.output, &mut self.scratch);
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        let output: Vec<f32> = self.output.iter().map(|value| value.to_f64() as f32).collect();
        let Spec { format, out_channels, .. } = L::SPEC;
        Ok(match format {
            DataFormat::ChannelsLast => output,
            DataFormat::ChannelsFirst => Problem::channels_last(&output, 1, out_channels),
        })
    }
}

/// A layer on several images, one behind the other.
pub struct OursOnImages<L: Layer, const I: usize, const O: usize, const S: usize> {
    layer: Box<L>,
    level: Level,
    inputs: AlignedVec<L::Element>,
    outputs: AlignedVec<L::Element>,
    scratch: Box<Aligned<[L::Element; S]>>,
}

impl<L, E, const I: usize, const O: usize, const S: usize> OursOnImages<L, I, O, S>
where
    E: Element,
    L: Layer<Element = E, Input = [E; I], Output = [E; O], Scratch = [E; S]>,
{
    /// As that of [`Ours`], with the inputs one behind the other.
    pub fn new(numbers: &Numbers, level: Level) -> Self {
        let mut inputs = AlignedVec::zeros(numbers.input.len());
        fill(inputs.as_mut_slice(), &numbers.input);
        let outputs = AlignedVec::zeros(numbers.input.len() / I * O);
        Self { layer: packed(numbers), level, inputs, outputs, scratch: Aligned::boxed_zeroed() }
    }
}

impl<L, E, const I: usize, const O: usize, const S: usize> Forward for OursOnImages<L, I, O, S>
where
    E: Element,
    L: Layer<Element = E, Input = [E; I], Output = [E; O], Scratch = [E; S]>,
{
    fn run(&mut self) -> Result<()> {
        let (inputs, _) = self.inputs.as_slice().as_chunks::<I>();
        let (outputs, _) = self.outputs.as_mut_slice().as_chunks_mut::<O>();
        for (input, output) in inputs.iter().zip(outputs) {
            self.layer.forward_at(self.level, input, output, &mut self.scratch);
        }
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        Ok(self.outputs.as_slice().iter().map(|value| value.to_f64() as f32).collect())
    }
}
