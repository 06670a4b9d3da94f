//! The macros: the sparse matrix again, known to the compiler.
//!
//! The columns of the Toeplitz matrix follow from the shape, and the shape is written in the program. So `conv2d!`
//! works the matrix out while the program is compiled, and writes the loops of [`direct`](super::direct) with
//! everything about them decided: outputs that share their taps are one region, a tap that would meet the padding is
//! not in the code at all, and a block of outputs stays in registers from its first tap to its last.
//!
//! Worked example: three regions, of which the middle has two outputs. No `if` is left, and no zero.
//!
//! ```text
//!   y[0] =               x[0] * 10 + x[1] * 100
//!   y[o] = x[o-1] * 1  + x[o] * 10 + x[o+1] * 100      for o = 1, 2
//!   y[3] = x[2]   * 1  + x[3] * 10
//! ```
//!
//! `adder2d!` does the same for [`adder`](super::adder). What the padding adds to an output there does not depend on the
//! image, and is summed up beforehand, with the packing.
//!
//! `source!` shows the code of any layer, and `PLAN` what was decided.
//!
//! Cost: one multiply-add for each tap inside the input; the weights once more, in the order in which they are read.
//! And a shape cannot be chosen when the program runs: that is why there are types for each layer in
//! [`layers`](crate::layers), while the other ways take any [`Geometry`](crate::geometry::Geometry).

use toeplitz::{Layer, Operator};

use super::{Method, Operations};

/// A layer of a macro.
pub(crate) struct Generated<L>(Box<L>);

impl<L: Layer> Generated<L> {
    /// Packs weights and bias (an empty array for a layer without).
    pub(crate) fn new(weights: &L::Weights, bias: &L::Bias) -> Self {
        Self(L::boxed(weights, bias))
    }
}

impl<L, const INPUTS: usize, const OUTPUTS: usize> Method for Generated<L>
where
    L: Layer<Input = [f32; INPUTS], Output = [f32; OUTPUTS]>,
{
    fn run(&mut self, input: &[f32], output: &mut [f32]) {
        // Layers take arrays: their lengths belong to the type and need no check any more.
        match (input.try_into(), output.try_into()) {
            (Ok(input), Ok(output)) => self.0.forward(input, output),
            _ => unreachable!("input and output have the layer's lengths"),
        }
    }

    fn extra_bytes(&self) -> usize {
        size_of::<L>() + size_of::<L::Scratch>()
    }

    fn operations(&self) -> Operations {
        match L::SPEC.operator {
            // A difference and a sum for each.
            Operator::Adder => Operations::Additions(2 * L::MACS),
            _ => Operations::MultiplyAdds(L::MACS),
        }
    }
}
