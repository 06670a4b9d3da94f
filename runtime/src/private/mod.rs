//! What generated code names, and nobody else: re-exports, packing, construction on the heap, dispatch.
//!
//! Not part of the public interface: it changes together with the code generator, whatever the version says.

#[expect(clippy::inline_always, reason = "a step of a kernel must be compiled with the kernel's instructions")]
mod activation;
#[cfg(feature = "alloc")]
mod boxed;
mod constant;
mod dispatch;
#[expect(clippy::inline_always, reason = "a step of a kernel must be compiled with the kernel's instructions")]
mod fourier;
#[expect(clippy::inline_always, reason = "a step of a kernel must be compiled with the kernel's instructions")]
mod joints;
#[expect(clippy::inline_always, reason = "a step of a kernel must be compiled with the kernel's instructions")]
mod lanes;
#[expect(clippy::inline_always, reason = "a step of a kernel must be compiled with the kernel's instructions")]
mod math;
mod nested;
mod norm;
mod pack;
#[expect(clippy::inline_always, reason = "a step of a kernel must be compiled with the kernel's instructions")]
mod shares;
pub mod shown;
#[expect(clippy::inline_always, reason = "a step of a kernel must be compiled with the kernel's instructions")]
mod softmax;
#[expect(clippy::inline_always, reason = "a step of a kernel must be compiled with the kernel's instructions")]
mod vector;
#[expect(clippy::inline_always, reason = "a step of a kernel must be compiled with the kernel's instructions")]
mod winograd;

#[cfg(feature = "alloc")]
pub use crate::picture;
#[cfg(feature = "load")]
pub use crate::tensors::{LoadError, load};
#[cfg(feature = "alloc")]
pub use crate::tensors::{TensorError, network as from_tensors};
pub use activation::{
    elu, gelu, gelu_tanh, hard_sigmoid, hard_sigmoid_scalar, hard_swish, hard_swish_scalar, leaky_relu,
    leaky_relu_scalar, prelu, relu, relu_scalar, relu6, relu6_scalar, sigmoid, silu, tanh,
};
#[cfg(feature = "alloc")]
pub use alloc::{boxed::Box, string::String, vec::Vec};
#[cfg(feature = "alloc")]
pub use boxed::boxed;
#[cfg(feature = "alloc")]
pub use constant::unpack;
pub use constant::{constant_f32, constant_f64, constant_u32, take};
pub use core::ops::Range;
pub use dispatch::{apart, compiled};
pub use fearless_simd::{self, Level, Simd, SimdBase, SimdFloat, f32x4, f32x8, f32x16, f64x2, f64x4, f64x8};
pub use fourier::{Signals, overlap_save, roots_f32, roots_f64, spectra_f32, spectra_f64};
#[cfg(feature = "alloc")]
pub use joints::with_arena;
pub use joints::{add_f32, add_f64, fixed, fixed_mut, place, regions, widen};
pub use lanes::{
    halves_f32x8, halves_f64x4, missing, opaque, repeat4_f32x8, repeat4_f32x16, repeat4_f64x8, repeat8_f32x16,
    weave_halves_f32x8, weave_halves_f64x4, window, window_mut,
};
pub use math::Vector;
pub use nested::{Checked, Holds, Part, Stated, check_nested, largest, names, names_len, tensors, tensors_len};
pub use norm::{fold_f32, fold_f64, norm_scale, normalise_f32, normalise_f64};
pub use pack::{
    Depth, Line, Weights, magnitudes_f32, magnitudes_f64, pack, pack_tiles_f32, pack_tiles_f64, pad, spread,
};
pub use shares::{Cuts, shares, within};
pub use softmax::{log_softmax_f32, log_softmax_f64, softmax_f32, softmax_f64};
#[cfg(feature = "load")]
pub use std::path::Path as FilePath;
pub use vector::{
    load_f32x4, load_f32x8, load_f32x16, load_f64x2, load_f64x4, load_f64x8, mul_add, splat_f32x4, splat_f32x8,
    splat_f32x16, splat_f64x2, splat_f64x4, splat_f64x8, store,
};
pub use winograd::{
    Classes, ClassesMut, Grid, Image, back_columns, back_rows, columns, columns_first, cut, cut_mut, line, rows, split,
    strided, turn, vectors,
};

pub use crate::{
    __dispatch as dispatch, __if_alloc as if_alloc, __if_load as if_load, __if_picture as if_picture, Activation,
    Algorithm, Aligned, Arena, Axis, Band, Buffer, Channels, DataFormat, Layer, Operator, Padding, PaddingMode, Run,
    Shape, Spec, Step, Tap, Tensor, Toeplitz, WeightOrder, WeightsLayout, Work, WrongLength, facts::Facts,
};

/// The best level of this CPU; detected once, then read from memory. Without `std`, the level compiled for.
#[inline]
pub fn level() -> Level {
    Level::try_detect().unwrap_or(const { Level::baseline() })
}
