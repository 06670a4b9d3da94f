//! Large values on the heap without a large stack.
//!
//! Comes in: what makes a value. Goes out: the value in a box. Must not know: layers.

use alloc::boxed::Box;

/// Up to this size, in bytes, a value is built on the caller's stack: a thread costs more than the room is worth.
#[cfg(feature = "std")]
const DIRECT: usize = 64 << 10;

/// How many copies of the value an unoptimised build may have on the stack at once: three were seen.
#[cfg(feature = "std")]
const COPIES: usize = 8;

/// Stack for everything else that `build` calls, in bytes.
#[cfg(feature = "std")]
const MARGIN: usize = 256 << 10;

/// `Box::new(build())`, without room for the value on the caller's stack.
///
/// Safe Rust cannot construct a value in place on the heap: it is built on the stack and moved, and an unoptimised
/// build moves it through several stack slots on the way. A large value is therefore built on a thread of its own,
/// whose stack is as large as that takes (only what is touched becomes memory) and is gone afterwards. Where no thread
/// can be had, the caller's stack has to do.
pub fn boxed<T: Send>(build: impl Fn() -> T + Sync) -> Box<T> {
    #[cfg(feature = "std")]
    if size_of::<T>() > DIRECT {
        let built = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(COPIES * size_of::<T>() + MARGIN);
            Some(thread.spawn_scoped(scope, || direct(&build)).ok()?.join())
        });
        match built {
            Some(Ok(value)) => return value,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => {}
        }
    }
    direct(&build)
}

/// A function of its own, because its stack frame has room for the value: inlined, it would give that to its caller.
#[inline(never)]
#[expect(clippy::unnecessary_box_returns, reason = "the value must not be returned on the stack")]
fn direct<T>(build: &impl Fn() -> T) -> Box<T> {
    Box::new(build())
}
