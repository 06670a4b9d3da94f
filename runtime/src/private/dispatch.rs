//! What generated code is written with: level to code, and code that needs a heap.
//!
//! Comes in: a level, and a function for each kind of code. Goes out: a call of one of them, with the level's features. Must not know: operators.

use fearless_simd::Level;

/// Calls the function made for `$level` with a token of that level and the arguments, and gives what it returns. A level whose feature this build
/// lacks runs the code of the next one below.
///
/// The functions are `#[inline(always)]` and generic over `Simd`, so that they are compiled with the level's
/// instructions inside `vectorize`. `avx512`, `avx2` and `neon` are for those levels, and each runs for every level
/// above it that has none of its own. `narrow` is for four lanes or fewer: SSE2, SSE4.2, SIMD128 and scalar code.
/// SSE4.2 has nothing over SSE2 that a multiply-add loop would use, so both run the SSE2 instance. Functions for other
/// architectures than the target's are not mentioned in the expansion.
#[doc(hidden)]
#[macro_export]
macro_rules! __dispatch {
    (
        $level:expr;
        avx512: $avx512:expr, avx2: $avx2:expr, neon: $neon:expr, narrow: $narrow:expr;
        ($($arg:expr),* $(,)?)
    ) => {
        'dispatch: {
            let level: $crate::__private::Level = $crate::__private::compiled($level);
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            {
                $crate::__if_avx512! {
                    if let ::core::option::Option::Some(token) = level.as_avx512() {
                        break 'dispatch $crate::__dispatch!(@call token, $avx512, ($($arg),*));
                    }
                }
                $crate::__if_avx2! {
                    if let ::core::option::Option::Some(token) = level.as_avx2() {
                        break 'dispatch $crate::__dispatch!(@call token, $avx2, ($($arg),*));
                    }
                }
                if let ::core::option::Option::Some(token) = level.as_sse2() {
                    break 'dispatch $crate::__dispatch!(@call token, $narrow, ($($arg),*));
                }
            }
            #[cfg(target_arch = "aarch64")]
            if let ::core::option::Option::Some(token) = level.as_neon() {
                break 'dispatch $crate::__dispatch!(@call token, $neon, ($($arg),*));
            }
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            if let ::core::option::Option::Some(token) = level.as_wasm_simd128() {
                break 'dispatch $crate::__dispatch!(@call token, $narrow, ($($arg),*));
            }
            let _ = level;
            $crate::__if_scalar! {
                {
                    let token = $crate::__private::fearless_simd::Fallback::new();
                    $crate::__dispatch!(@call token, $narrow, ($($arg),*))
                } else {
                    ::core::unreachable!("the target has vectors, and every level with them is above")
                }
            }
        }
    };
    (@call $token:ident, $function:expr, ($($arg:expr),*)) => {
        $crate::__private::apart(
            #[inline(always)]
            || {
                $crate::__private::Simd::vectorize(
                    $token,
                    #[inline(always)]
                    || $function($token, $($arg),*),
                )
            },
        )
    };
}

/// The level itself, or the least level of the target if it is the scalar one and there is no scalar code.
///
/// Another crate may have `fearless_simd` make that level, and hand it on, where this crate has no code for it.
#[inline]
pub fn compiled(level: Level) -> Level {
    crate::__if_scalar! { { level } else { if level.is_fallback() { Level::baseline() } else { level } } }
}

/// Calls `function`, which stays a function of its own.
///
/// Code for a level that the target has at least may be inlined where it is called. All layers of a network would be one function
/// then, for which LLVM takes longer than for its parts.
#[inline(never)]
pub fn apart<R>(function: impl FnOnce() -> R) -> R {
    function()
}

/// Its first block, since this build has scalar code: the target may be without vectors, or the feature `scalar` wants it.
///
/// A target with vectors never needs it, and it would be a third of what is compiled. The condition is that of
/// `Level::Fallback` in `fearless_simd`.
#[cfg(any(
    feature = "scalar",
    not(any(
        all(target_arch = "aarch64", target_feature = "neon"),
        all(any(target_arch = "x86", target_arch = "x86_64"), target_feature = "sse2", target_feature = "fxsr"),
        all(target_arch = "wasm32", target_feature = "simd128")
    ))
))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_scalar {
    ({ $($scalar:tt)* } else { $($otherwise:tt)* }) => {{ $($scalar)* }};
}

/// Its second block, since every level of the target has vectors.
#[cfg(not(any(
    feature = "scalar",
    not(any(
        all(target_arch = "aarch64", target_feature = "neon"),
        all(any(target_arch = "x86", target_arch = "x86_64"), target_feature = "sse2", target_feature = "fxsr"),
        all(target_arch = "wasm32", target_feature = "simd128")
    ))
)))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_scalar {
    ({ $($scalar:tt)* } else { $($otherwise:tt)* }) => {{ $($otherwise)* }};
}

/// What it is given, since this build has the feature `avx512`.
#[cfg(feature = "avx512")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_avx512 {
    ($($code:tt)*) => { $($code)* };
}

/// Nothing, since this build lacks the feature `avx512`.
#[cfg(not(feature = "avx512"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_avx512 {
    ($($code:tt)*) => {};
}

/// What it is given, since this build has the feature `avx2`.
#[cfg(feature = "avx2")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_avx2 {
    ($($code:tt)*) => { $($code)* };
}

/// Nothing, since this build lacks the feature `avx2`.
#[cfg(not(feature = "avx2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_avx2 {
    ($($code:tt)*) => {};
}

/// Its items, since this build has the feature `alloc`.
#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_alloc {
    ($($items:tt)*) => { $($items)* };
}

/// Nothing, since this build lacks the feature `alloc`.
#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_alloc {
    ($($items:tt)*) => {};
}

/// Its items, since this build has the feature `picture`.
#[cfg(feature = "picture")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_picture {
    ($($items:tt)*) => { $($items)* };
}

/// Nothing, since this build lacks the feature `picture`.
#[cfg(not(feature = "picture"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_picture {
    ($($items:tt)*) => {};
}

/// The items, since this build has the feature `load`.
#[cfg(feature = "load")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_load {
    ($($items:tt)*) => { $($items)* };
}

/// Nothing, since this build lacks the feature `load`.
#[cfg(not(feature = "load"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_load {
    ($($items:tt)*) => {};
}
