//! `gemm`: patches copied out into a matrix, then one matrix product. What people write by hand.
//!
//! The product is called through `faer`, a safe front that passes it on to `gemm` as it is, save for a matrix of one
//! column, which it multiplies itself.

use anyhow::{Result, ensure};
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use crate::buffer::AlignedVec;
use crate::contender::Forward;
use crate::problem::{Axis, Direction, Problem};

struct Gemm {
    images: usize,
    axes: [Axis; 3],
    in_c: usize,
    out_c: usize,
    /// `[images][in_d][in_h][in_w][in]`.
    input: AlignedVec,
    /// `[kernel_d * kernel_h * kernel_w * in][out]`.
    weights: AlignedVec,
    bias: Vec<f32>,
    /// Of one image: `[out_d * out_h * out_w][kernel_d * kernel_h * kernel_w * in]`; what lies in the padding is never written and stays zero.
    patches: AlignedVec,
    /// `[images][out_d][out_h][out_w][out]`.
    output: AlignedVec,
}

/// Prepares the problem.
pub fn prepare(problem: &Problem) -> Result<Box<dyn Forward>> {
    ensure!(problem.direction == Direction::Forward && problem.groups == 1, "only convolutions with one group");
    let Problem { in_c, out_c, .. } = *problem;
    let axes = problem.three_axes();
    let product = |size: fn(&Axis) -> usize| axes.iter().map(size).product::<usize>();
    let (rows, depth) = (product(|axis| axis.output), product(|axis| axis.kernel) * in_c);
    Ok(Box::new(Gemm {
        images: problem.images,
        axes,
        in_c,
        out_c,
        input: AlignedVec::from_slice(problem.input.as_slice()),
        weights: AlignedVec::from_slice(&problem.weights),
        bias: problem.bias.clone(),
        patches: AlignedVec::zeros(rows * depth),
        output: AlignedVec::zeros(problem.images * rows * out_c),
    }))
}

impl Gemm {
    /// Copies every patch of an image: for each kernel row, the part of the image row that it meets.
    fn im2col(&mut self, image: usize) {
        let Self { axes: [d, h, w], in_c, .. } = *self;
        let input = &self.input.as_slice()[image * self.input.as_slice().len() / self.images..];
        let patches = self.patches.as_mut_slice();
        let row_len = w.kernel * in_c;
        let meet = |axis: &Axis, output: usize, tap: usize| {
            (output * axis.stride + tap).checked_sub(axis.before).filter(|&input| input < axis.input)
        };
        for (position, patch) in patches.chunks_exact_mut(d.kernel * h.kernel * row_len).enumerate() {
            let (oz, oy, ox) = (position / w.output / h.output, position / w.output % h.output, position % w.output);
            let left = w.before.saturating_sub(ox * w.stride);
            let right = (w.input + w.before - ox * w.stride).min(w.kernel);
            let first = ox * w.stride + left - w.before;
            for (tap, row) in patch.chunks_exact_mut(row_len).enumerate() {
                let Some(iz) = meet(&d, oz, tap / h.kernel) else { continue };
                let Some(iy) = meet(&h, oy, tap % h.kernel) else { continue };
                let pixels = &input[((iz * h.input + iy) * w.input + first) * in_c..][..(right - left) * in_c];
                row[left * in_c..right * in_c].copy_from_slice(pixels);
            }
        }
    }

    /// A 1x1 kernel without stride reads the image as it is.
    fn input_is_patches(&self) -> bool {
        self.axes.iter().all(|axis| axis.kernel == 1 && axis.stride == 1)
    }
}

impl Forward for Gemm {
    fn run(&mut self) -> Result<()> {
        let direct = self.input_is_patches();
        let depth = self.weights.as_slice().len() / self.out_c;
        let (read, written) = (self.input.as_slice().len() / self.images, self.output.as_slice().len() / self.images);
        for pixel in self.output.as_mut_slice().chunks_exact_mut(self.out_c) {
            pixel.copy_from_slice(&self.bias);
        }
        for image in 0..self.images {
            if !direct {
                self.im2col(image);
            }
            let patches = if direct { &self.input.as_slice()[image * read..][..read] } else { self.patches.as_slice() };
            let output = &mut self.output.as_mut_slice()[image * written..][..written];
            let rows = written / self.out_c;
            matmul(
                MatMut::from_row_major_slice_mut(output, rows, self.out_c),
                Accum::Add,
                MatRef::from_row_major_slice(patches, rows, depth),
                MatRef::from_row_major_slice(self.weights.as_slice(), depth, self.out_c),
                1.0,
                Par::Seq,
            );
        }
        Ok(())
    }

    fn output(&self) -> Result<Vec<f32>> {
        Ok(self.output.as_slice().to_vec())
    }
}
