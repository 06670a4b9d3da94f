//! Numbers that were packed while a macro was expanded, and those that were not.
//!
//! Comes in: bytes. Goes out: a layer's field. Must not know: what the numbers are for.

use bytemuck::{AnyBitPattern, must_cast};

#[cfg(feature = "alloc")]
use crate::Element;

/// The function for one type of data, which is as large as `$bits`.
macro_rules! constant {
    ($constant:ident, $bits:ident) => {
        /// Nested arrays of numbers from the bytes of those, of each the lowest first.
        pub const fn $constant<T: AnyBitPattern, const N: usize>(bytes: &[u8; N]) -> T {
            let mut bytes = *bytes;
            if cfg!(target_endian = "big") {
                let mut numbers = bytes.as_mut_slice();
                while let Some((number, rest)) = numbers.split_first_chunk_mut() {
                    *number = $bits::from_le_bytes(*number).to_ne_bytes();
                    numbers = rest;
                }
            }
            must_cast(bytes)
        }
    };
}

constant!(constant_f32, u32);
constant!(constant_u32, u32);
constant!(constant_f64, u64);

/// The first `len` of `elements`, which are behind them then.
pub fn take<'a, E>(elements: &mut &'a [E], len: usize) -> &'a [E] {
    let (taken, rest) = elements.split_at(len);
    *elements = rest;
    taken
}

/// Puts the numbers in `bytes`, of each the lowest first, behind `all`, in the order of a tensor.
#[cfg(feature = "alloc")]
pub fn unpack<E: Element>(bytes: &[u8], order: &[(usize, usize)], all: &mut alloc::vec::Vec<E>) {
    all.extend(toeplitz_tensors::ordered::<E>(bytes, order));
}
