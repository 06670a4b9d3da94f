//! The types that weights have.
//!
//! Goes out: what reading and packing need of them. Must not know: where numbers come from.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::fmt::Debug;

use crate::{norm, pack, spectra, tiles};

/// `f32` or `f64`.
pub trait Number: Copy + Default + PartialEq + Into<f64> + Debug + Send + Sync + 'static {
    /// Bytes of one.
    const BYTES: usize;
    /// The name in files of either kind: `F32`.
    const NAME: &'static str;

    /// The number of so many bytes, the lowest first.
    fn from_le(bytes: &[u8]) -> Self;
    /// Appends the number's bytes, the lowest first.
    #[cfg(feature = "alloc")]
    fn push_le(self, bytes: &mut Vec<u8>);
    /// The number of this type that is nearest.
    fn nearest(number: f64) -> Self;
    /// [`pack::magnitudes_f32`] or that for `f64`.
    fn magnitudes(packed: &[Self], lanes: usize, steps: usize, columns: usize, sums: &mut [Self]);
    /// [`tiles::pack_tiles_f32`] or that for `f64`.
    fn pack_tiles(
        weights: &[Self],
        order: pack::Weights,
        depth: tiles::Depth,
        lines: [tiles::Line<'_>; 2],
        panels: pack::Panels,
        packed: &mut [Self],
    );
    /// [`spectra::pack_spectra_f32`] or that for `f64`.
    fn pack_spectra(
        weights: &[Self],
        order: pack::Weights,
        spectra: spectra::Spectra,
        tables: (&[[f64; 2]], &mut [[f64; 2]]),
        packed: &mut [Self],
    );
    /// [`norm::fold_f32`] or that for `f64`.
    fn fold(
        trained: norm::Trained<'_, Self>,
        order: pack::Weights,
        bias: &[Self],
        weights: &mut [Self],
        shifts: &mut [Self],
    );
    /// [`norm::normalise_f32`] or that for `f64`.
    fn normalise(trained: norm::Trained<'_, Self>, scales: &mut [Self], shifts: &mut [Self]);
}

/// The implementation for one type.
macro_rules! number {
    ($number:ident, $name:literal, $magnitudes:ident, $normalise:ident, $fold:ident, $tiles:ident, $spectra:ident) => {
        impl Number for $number {
            const BYTES: usize = size_of::<Self>();
            const NAME: &'static str = $name;

            fn from_le(bytes: &[u8]) -> Self {
                Self::from_le_bytes(bytes.try_into().expect("as many bytes as a number has"))
            }
            #[cfg(feature = "alloc")]
            fn push_le(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }
            fn nearest(number: f64) -> Self {
                number as Self
            }
            fn magnitudes(packed: &[Self], lanes: usize, steps: usize, columns: usize, sums: &mut [Self]) {
                pack::$magnitudes(packed, lanes, steps, columns, sums);
            }
            fn pack_tiles(
                weights: &[Self],
                order: pack::Weights,
                depth: tiles::Depth,
                lines: [tiles::Line<'_>; 2],
                panels: pack::Panels,
                packed: &mut [Self],
            ) {
                tiles::$tiles(weights, order, depth, lines, panels, packed);
            }
            fn pack_spectra(
                weights: &[Self],
                order: pack::Weights,
                spectra: spectra::Spectra,
                tables: (&[[f64; 2]], &mut [[f64; 2]]),
                packed: &mut [Self],
            ) {
                spectra::$spectra(weights, order, spectra, tables, packed);
            }
            fn normalise(trained: norm::Trained<'_, Self>, scales: &mut [Self], shifts: &mut [Self]) {
                norm::$normalise(trained, scales, shifts);
            }
            fn fold(
                trained: norm::Trained<'_, Self>,
                order: pack::Weights,
                bias: &[Self],
                weights: &mut [Self],
                shifts: &mut [Self],
            ) {
                norm::$fold(trained, order, bias, weights, shifts);
            }
        }
    };
}

number!(f32, "F32", magnitudes_f32, normalise_f32, fold_f32, pack_tiles_f32, pack_spectra_f32);
number!(f64, "F64", magnitudes_f64, normalise_f64, fold_f64, pack_tiles_f64, pack_spectra_f64);
