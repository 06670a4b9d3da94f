//! The SIMD levels of this CPU and their names.
//!
//! Comes in: what `fearless_simd` detects. Goes out: lists of levels. Must not know: what a level computes.

use fearless_simd::Level;

/// Every SIMD level this CPU can run, and this build has code for, best first.
///
/// Scalar code is the last of them on targets that may lack vectors, and with the feature `scalar` on every target: x86-64 has
/// SSE2 always, `AArch64` NEON, and there it would be compiled for nothing.
///
/// Without the feature `std`, and on WebAssembly, nothing is detected, and the best level is the one the program is
/// compiled for. AVX-512 is that of Ice Lake, Zen 4 and later; a CPU with less of it has AVX2 as its best level.
///
/// ```
/// use toeplitz::{Layer, level_name, levels, max_pool2d};
///
/// max_pool2d! { struct Pool < in: 4x4x1, window: 4x4 >; }
///
/// let input: [f32; 16] = std::array::from_fn(|at| at as f32);
/// for level in levels() {
///     let mut output = [0.0];
///     Pool::new().forward_at(level, &input, &mut output, &mut []);
///     assert_eq!(output, [15.0], "{}", level_name(level));
/// }
/// ```
pub fn levels() -> impl Iterator<Item = Level> {
    let best = crate::__private::level();
    // A target without vectors has nothing to ask `best`.
    let _ = best;
    [
        #[cfg(all(any(target_arch = "x86", target_arch = "x86_64"), feature = "avx512"))]
        best.as_avx512().map(fearless_simd::Simd::level),
        #[cfg(all(any(target_arch = "x86", target_arch = "x86_64"), feature = "avx2"))]
        best.as_avx2().map(fearless_simd::Simd::level),
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        best.as_sse4_2().map(fearless_simd::Simd::level),
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        best.as_sse2().map(fearless_simd::Simd::level),
        #[cfg(target_arch = "aarch64")]
        best.as_neon().map(fearless_simd::Simd::level),
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        best.as_wasm_simd128().map(fearless_simd::Simd::level),
        crate::__if_scalar! { { Some(fearless_simd::Simd::level(fearless_simd::Fallback::new())) } else { None } },
    ]
    .into_iter()
    .flatten()
}

/// A level's name: `"AVX-512"`, `"AVX2"`, `"SSE4.2"`, `"SSE2"`, `"NEON"`, `"SIMD128"` or `"scalar"`.
pub fn level_name(level: Level) -> &'static str {
    match level {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Avx512(_) => "AVX-512",
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Avx2(_) => "AVX2",
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Sse4_2(_) => "SSE4.2",
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Sse2(_) => "SSE2",
        #[cfg(target_arch = "aarch64")]
        Level::Neon(_) => "NEON",
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Level::WasmSimd128(_) => "SIMD128",
        level if level.is_fallback() => "scalar",
        // `Level` may grow; a level this crate does not know is still listed under some name.
        _ => "unknown",
    }
}
