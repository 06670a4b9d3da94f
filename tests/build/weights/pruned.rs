//! Weights with zeros for `tests/sparse.rs`: of a few kernels some blocks of eight outputs, others whole kernel elements or channels.
//!
//! Comes in: nothing. Goes out: tensors. Must not know: what the macros make of zeros.

use super::Tensor;
use crate::numeric::random::Random;

/// Outputs of a block.
const BLOCK: usize = 8;

/// A kernel: its name, and its sizes in Keras' order.
type Described = (&'static str, &'static [usize]);

/// Kernels of which so many blocks of a hundred are zeros.
const BLOCKS: &[(Described, usize)] = &[
    (("dense69", &[3, 3, 10, 40]), 69),
    (("same70", &[3, 3, 10, 40]), 70),
    (("stride80", &[4, 3, 9, 43]), 80),
    (("dilated", &[3, 3, 8, 32]), 85),
    (("pointwise", &[1, 1, 48, 24]), 75),
    (("line", &[5, 12, 19]), 80),
    (("volume", &[2, 3, 2, 6, 16]), 80),
    (("wide", &[2, 29, 4, 16]), 90),
    (("units", &[600, 37]), 95),
    (("rest", &[3, 5, 16, 3]), 80),
];

/// Whether a weight is kept, by its place.
type Kept = fn(&[usize]) -> bool;

/// Kernels with whole zeros: what is not zero, by kernel row, kernel column, input channel and output channel.
const WHOLE: &[(Described, Kept)] = &[
    (("nothing", &[3, 2, 4, 24]), |_| false),
    (("cross", &[3, 3, 16, 32]), |at| at[0] == 1 || at[1] == 1),
    (("rows", &[5, 3, 16, 32]), |at| !matches!(at[0], 0 | 3)),
    (("columns", &[3, 5, 16, 32]), |at| !matches!(at[1], 1 | 4)),
    (("ring", &[5, 5, 5, 12]), |at| (1..4).contains(&at[0]) && (1..4).contains(&at[1])),
    (("tiles", &[3, 3, 32, 32]), |at| at[0] > 0),
    (("planes", &[2, 3, 3, 6, 8]), |at| at[0] == 0 && at[1] != 1 || at[2] == 1),
    (("channels", &[3, 3, 24, 48]), |at| at[2] % 3 == 1 && at[3] / BLOCK != 2),
];

/// All tensors, none of whose elements is zero by chance.
pub(super) fn tensors() -> Vec<Tensor> {
    let mut random = Random(5);
    let mut tensors = Vec::new();
    for &((name, sizes), percent) in BLOCKS {
        let (mut weight, bias) = layer(name, sizes, &mut random);
        let outputs = sizes[sizes.len() - 1];
        let mut blocks: Vec<&mut [f64]> =
            weight.elements.chunks_mut(outputs).flat_map(|step| step.chunks_mut(BLOCK)).collect();
        for done in 0..(blocks.len() * percent).div_ceil(100) {
            let other = done + random.below(blocks.len() - done);
            blocks.swap(done, other);
            blocks[done].fill(0.0);
        }
        tensors.extend([weight, bias]);
    }
    for &((name, sizes), keeps) in WHOLE {
        let (mut weight, bias) = layer(name, sizes, &mut random);
        for (index, element) in weight.elements.iter_mut().enumerate() {
            let mut rest = index;
            let mut at: Vec<usize> = sizes.iter().rev().map(|size| (rest % size, rest /= size).0).collect();
            at.reverse();
            *element *= f64::from(u8::from(keeps(&at)));
        }
        tensors.extend([weight, bias]);
    }
    tensors
}

/// A layer without zeros.
fn layer(name: &str, sizes: &[usize], random: &mut Random) -> (Tensor, Tensor) {
    let mut elements = |len: usize| (0..len).map(|_| (random.below(512) as f64 - 255.5) / 512.0).collect::<Vec<f64>>();
    let outputs = sizes[sizes.len() - 1];
    let weight = elements(sizes.iter().product());
    let weight = Tensor { name: format!("{name}.weight"), shape: sizes.to_vec(), elements: weight };
    (weight, Tensor { name: format!("{name}.bias"), shape: vec![outputs], elements: elements(outputs) })
}
