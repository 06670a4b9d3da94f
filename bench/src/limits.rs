//! What the machine could do at best: multiply-adds in registers, and copying memory.
//!
//! Comes in: a SIMD level and the size of an element, or lengths. Goes out: work to be timed together with the contenders. Must not know: shapes.

use std::hint::black_box;

use fearless_simd::{Simd, dispatch, prelude::*};
use toeplitz::{Level, level_name};

use crate::buffer::AlignedVec;
use crate::timing::Work;

/// Steps of every chain in one run: a few microseconds, so that the call costs nothing.
const STEPS: u32 = 4096;

/// Chains where the registers are 32. A multiply-add takes about four cycles and up to four start in one, so 16 keep
/// every known core busy.
const CHAINS_OF_32_REGISTERS: usize = 16;

/// Chains where the registers are 16: as many as leave room for the two constants. Such cores start two in a cycle and
/// need eight.
const CHAINS_OF_16_REGISTERS: usize = 12;

/// One run of independent chains of multiply-adds, and the number of multiply-adds in it.
///
/// `element` is the bytes of an element. What is timed are multiply-adds of `f32`; those of `f64` take as long, and are half as many
/// in a vector.
///
/// The level's own vector width is used: on some cores 512-bit multiply-adds are twice as fast as 256-bit ones. Levels
/// without a fused instruction multiply and add.
pub fn multiply_adds(level: Level, element: usize) -> (Work<'static>, f64) {
    let lanes = dispatch!(level, simd => lanes(simd));
    let chains = if has_32_registers(level) { CHAINS_OF_32_REGISTERS } else { CHAINS_OF_16_REGISTERS };
    let work = move || {
        black_box(if has_32_registers(level) {
            dispatch!(level, simd => run_chains::<_, CHAINS_OF_32_REGISTERS>(simd, STEPS))
        } else {
            dispatch!(level, simd => run_chains::<_, CHAINS_OF_16_REGISTERS>(simd, STEPS))
        });
        Ok(())
    };
    (Box::new(work), f64::from(STEPS) * (chains * lanes * size_of::<f32>() / element) as f64)
}

/// One copy of `read` elements of `f32` to as many of `written`, as far as both go.
pub fn copy(read: usize, written: usize) -> Work<'static> {
    let len = read.min(written);
    let (source, mut destination) = (AlignedVec::<f32>::zeros(len), AlignedVec::zeros(len));
    Box::new(move || {
        destination.as_mut_slice().copy_from_slice(black_box(source.as_slice()));
        black_box(destination.as_slice());
        Ok(())
    })
}

fn has_32_registers(level: Level) -> bool {
    cfg!(target_arch = "aarch64") || level_name(level) == "AVX-512"
}

#[inline(always)]
fn lanes<S: Simd>(_: S) -> usize {
    S::f32s::LEN
}

/// `N` chains of `x = x * factor + term`, which stay near 2. The array stays in registers because every index is a
/// constant once the inner loop is unrolled.
#[inline(always)]
fn run_chains<S: Simd, const N: usize>(simd: S, steps: u32) -> f32 {
    let factor = S::f32s::splat(simd, black_box(0.5));
    let term = S::f32s::splat(simd, black_box(1.0));
    let mut chains: [S::f32s; N] = std::array::from_fn(|chain| S::f32s::splat(simd, chain as f32));
    for _ in 0..steps {
        for chain in &mut chains {
            *chain = chain.mul_add(factor, term);
        }
    }
    chains.iter().map(|chain| chain.as_slice()[0]).sum()
}
