//! Where weights that are known are zero: which outputs meet an input at a kernel element at all.
//!
//! Comes in: flat weights, `[kernel elements][in][out]`. Goes out: [`Zeros`], which the plan looks at. Must not know: packing, tiles,
//! numbers beyond whether they are zero.
//!
//! A kernel element and an input channel make a step: one input that meets all outputs. Outputs come in blocks of eight, the least that a
//! vector of `f32` is filled with on most CPUs.

/// Outputs of a block.
pub const BLOCK: usize = 8;

/// Which blocks of outputs have weights that are not zero, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zeros {
    /// Input channels: steps of a kernel element.
    depth: usize,
    /// Blocks of a step.
    blocks: usize,
    /// `[steps][blocks]`
    filled: Vec<bool>,
}

impl Zeros {
    /// Those of `weights` with so many input and output channels.
    pub fn new(weights: &[f64], in_channels: usize, out_channels: usize) -> Self {
        let step = |weights: &[f64]| -> Vec<bool> {
            weights.chunks(BLOCK).map(|block| block.iter().any(|&weight| weight != 0.0)).collect()
        };
        let filled = weights.chunks(out_channels).flat_map(step).collect();
        Zeros { depth: in_channels, blocks: out_channels.div_ceil(BLOCK), filled }
    }

    /// Which kernel elements have a weight that is not zero.
    pub fn elements(&self) -> Vec<bool> {
        self.filled.chunks(self.depth * self.blocks).map(|element| element.contains(&true)).collect()
    }

    /// Blocks of all steps.
    pub fn all(&self) -> usize {
        self.filled.len()
    }

    /// Blocks that are not zero.
    pub fn filled(&self) -> usize {
        self.filled.iter().filter(|&&filled| filled).count()
    }

    /// Whether so many blocks are zero, seven of ten, that each is looked at by itself.
    pub fn is_pruned(&self) -> bool {
        10 * self.filled() <= 3 * self.all()
    }

    /// As if only whole kernel elements, whole input channels and whole blocks of outputs were zero.
    #[must_use]
    pub fn whole(&self) -> Self {
        let Zeros { depth, blocks, .. } = *self;
        let kernels = self.filled.len() / (depth * blocks);
        let mut has = [vec![false; kernels], vec![false; depth], vec![false; blocks]];
        let place = |at: usize| [at / (depth * blocks), at / blocks % depth, at % blocks];
        for at in (0..self.filled.len()).filter(|&at| self.filled[at]) {
            has.iter_mut().zip(place(at)).for_each(|(has, index)| has[index] = true);
        }
        let filled = |at| has.iter().zip(place(at)).all(|(has, index)| has[index]);
        Zeros { filled: (0..self.filled.len()).map(filled).collect(), ..*self }
    }

    /// Whether any output from `first` to `end` meets a weight at `step` that may not be zero.
    pub fn meets(&self, step: usize, first: usize, end: usize) -> bool {
        let of_step = &self.filled[step * self.blocks..][..self.blocks];
        of_step[first / BLOCK..end.div_ceil(BLOCK)].contains(&true)
    }
}
