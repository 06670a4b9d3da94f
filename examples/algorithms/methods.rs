//! The ways to compute a layer, one module for each, and what they have in common.
//!
//! Comes in: a [`Geometry`] and weights, HWIO and flat. Goes out: a [`Method`], which turns inputs into outputs and
//! tells what that takes. Must not know: times, tables, which layer it is.
//!
//! | module | idea |
//! | --- | --- |
//! | [`direct`] | the definition: loops over outputs and taps |
//! | [`toeplitz_dense`] | a convolution is linear, so it is a matrix: build it, zeros and all |
//! | [`toeplitz_sparse`] | the same matrix without its zeros |
//! | [`im2col`] | copy every window out of the image; then it is a product of two small dense matrices |
//! | [`indirect`] | leave the windows in the image, and keep a table of where they are |
//! | [`fft`] | in the frequency domain a convolution is a product |
//! | [`generated`] | the sparse matrix again, turned into code when the program is compiled |
//! | [`adder`] | not a convolution: distances in place of products |

pub(crate) mod adder;
pub(crate) mod direct;
pub(crate) mod fft;
pub(crate) mod generated;
pub(crate) mod im2col;
pub(crate) mod indirect;
pub(crate) mod toeplitz_dense;
pub(crate) mod toeplitz_sparse;

use crate::{check::Exact, geometry::Geometry};

/// One way to compute a layer, with all that can be prepared before there is an input.
pub(crate) trait Method {
    /// Computes `output`, `[out_h][out_w][out]`, from `input`, `[in_h][in_w][in]`. Both have the geometry's lengths.
    fn run(&mut self, input: &[f32], output: &mut [f32]);

    /// Bytes of matrices, tables and scratch: all memory besides input, weights and output. What a library allocates
    /// for itself while it works is not in it.
    fn extra_bytes(&self) -> usize;

    /// What one run computes.
    fn operations(&self) -> Operations;

    /// For each output how far it may be from the exact value, if that is not the bound of a sum of products, which
    /// [`Exact`] knows.
    fn own_bounds(&self, _input: &[f32]) -> Option<Vec<f64>> {
        None
    }
}

/// Arithmetic of one run. A multiply-add is two floating-point operations (flops), even
/// where one instruction does both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operations {
    /// A product added to a sum.
    MultiplyAdds(u64),
    /// Additions and subtractions, without any product.
    Additions(u64),
    /// An estimate of all flops.
    Flops(u64),
}

/// Prepares a method for a geometry and its weights.
pub(crate) type Prepare = for<'a> fn(&'a Geometry, &'a [f32]) -> Box<dyn Method + 'a>;

/// The ways that work for any geometry, which are all convolutions but the generated one.
pub(crate) const GENERAL: [(&str, Prepare); 6] = [
    ("direct loops", |geometry, weights| Box::new(direct::Direct::new(geometry, weights))),
    ("dense Toeplitz", |geometry, weights| Box::new(toeplitz_dense::Dense::new(geometry, weights))),
    ("sparse Toeplitz", |geometry, weights| Box::new(toeplitz_sparse::Sparse::new(geometry, weights))),
    ("im2col + matmul", |geometry, weights| Box::new(im2col::Im2col::new(geometry, weights))),
    ("indirect", |geometry, weights| Box::new(indirect::Indirect::new(geometry, weights))),
    ("FFT", |geometry, weights| Box::new(fft::Fft::new(geometry, weights))),
];

/// The name of the generated one.
pub(crate) const MACRO: &str = "conv2d!";

/// Of a method, the bounds that apply.
pub(crate) fn bounds(method: &dyn Method, exact: &Exact, input: &[f32]) -> Vec<f64> {
    method.own_bounds(input).unwrap_or_else(|| exact.bounds.clone())
}
