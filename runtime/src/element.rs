//! The types of data that layers compute in.
//!
//! Goes out: what generic code needs of them. Must not know: vectors, layers.

use core::fmt::{Debug, Display};

/// A type of data: `f32`, or `f64` of layers with `dtype: f64`. There are no others, and none can be added from outside.
///
/// ```
/// use toeplitz::{Buffer, Element, Layer};
///
/// /// The mean of a layer's output, whatever its type of data.
/// fn mean<L: Layer>(layer: &L, input: &L::Input) -> f64 {
///     let mut output = L::Output::zeroed();
///     layer.forward(input, &mut output);
///     output.as_slice().iter().map(|value| value.to_f64()).sum::<f64>() / L::Output::LEN as f64
/// }
///
/// toeplitz::avg_pool2d! { struct Pool < in: 2x2x1, window: 2x2 >; }
///
/// assert_eq!(mean(&Pool::new(), &[1.0, 2.0, 3.0, 4.0]), 2.5);
/// assert_eq!(<f32 as Element>::from_f64(0.1), 0.1);
/// ```
pub trait Element: sealed::Sealed + Copy + PartialOrd + Debug + Display + Send + Sync + 'static {
    /// 0
    const ZERO: Self;
    /// By how much rounding to this type may be off, as a part of the number. Every integer of up to 1 divided by this is exact.
    const UNIT: f64;
    /// The smallest positive number that has all its bits.
    const SMALLEST: f64;
    /// The number of this type that is nearest to `value`.
    fn from_f64(value: f64) -> Self;
    /// The same number.
    fn to_f64(self) -> f64;
}

pub(crate) mod sealed {
    /// What nobody else needs to know of an element.
    pub trait Sealed: toeplitz_tensors::Number {
        /// A NaN that no arithmetic gives, so that an element that was not written can be told from one that was computed as NaN.
        const UNWRITTEN: Self;
        /// Whether it is the very same.
        fn is_unwritten(&self) -> bool;
    }
}

impl Element for f32 {
    const ZERO: Self = 0.0;
    const UNIT: f64 = f32::EPSILON as f64 / 2.0;
    const SMALLEST: f64 = f32::MIN_POSITIVE as f64;
    fn from_f64(value: f64) -> Self {
        value as f32
    }
    fn to_f64(self) -> f64 {
        self.into()
    }
}

impl sealed::Sealed for f32 {
    const UNWRITTEN: Self = f32::from_bits(0x7FD5_1CE5);
    fn is_unwritten(&self) -> bool {
        self.to_bits() == Self::UNWRITTEN.to_bits()
    }
}

impl Element for f64 {
    const ZERO: Self = 0.0;
    const UNIT: f64 = f64::EPSILON / 2.0;
    const SMALLEST: f64 = f64::MIN_POSITIVE;
    fn from_f64(value: f64) -> Self {
        value
    }
    fn to_f64(self) -> f64 {
        self
    }
}

impl sealed::Sealed for f64 {
    const UNWRITTEN: Self = f64::from_bits(0x7FFD_51CE_51CE_51CE);
    fn is_unwritten(&self) -> bool {
        self.to_bits() == Self::UNWRITTEN.to_bits()
    }
}
