//! A network that runs again and again in the same memory.
//!
//! Comes in: a network. Goes out: the same behind a trait, so that networks of several sizes go into one list. Must not know: which
//! network it is.

use toeplitz::{Aligned, Layer, Level, levels};

/// A network with its memory: what is in [`input`](Network::input) is what it runs on.
pub(crate) trait Network {
    /// The side of the square that the network takes.
    fn side(&self) -> usize;
    /// `[side][side][3]`, to be filled before [`run`](Network::run).
    fn input(&mut self) -> &mut [f32];
    /// All outputs, one behind the other. Allocates nothing.
    fn run(&mut self) -> &[f32];
}

struct Session<L, const I: usize, const O: usize, const S: usize> {
    network: L,
    level: Level,
    input: Box<Aligned<[f32; I]>>,
    output: Box<Aligned<[f32; O]>>,
    scratch: Box<Aligned<[f32; S]>>,
}

/// The network, to be run at the best SIMD level of this CPU.
pub(super) fn session<L, const I: usize, const O: usize, const S: usize>(network: L) -> Box<dyn Network>
where
    L: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; S]> + 'static,
{
    Box::new(Session {
        network,
        level: levels().next().unwrap_or(Level::baseline()),
        input: Aligned::boxed_zeroed(),
        output: Aligned::boxed_zeroed(),
        scratch: Aligned::boxed_zeroed(),
    })
}

impl<L, const I: usize, const O: usize, const S: usize> Network for Session<L, I, O, S>
where
    L: Layer<Element = f32, Input = [f32; I], Output = [f32; O], Scratch = [f32; S]>,
{
    fn side(&self) -> usize {
        (I / 3).isqrt()
    }

    fn input(&mut self) -> &mut [f32] {
        &mut **self.input
    }

    fn run(&mut self) -> &[f32] {
        self.network.forward_at(self.level, &self.input, &mut self.output, &mut self.scratch);
        &**self.output
    }
}
