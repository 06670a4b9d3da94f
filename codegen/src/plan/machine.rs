//! The register files that code is emitted for, and the caches around them.
//!
//! Comes in: the type of data. Goes out: one small machine description a SIMD level. Must not know: operators.

use crate::operation::Element;

/// A vector register file and the ports around it, as the cost model sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterFile {
    /// Name of the emitted function.
    pub name: &'static str,
    /// The SIMD levels that run this file's function.
    pub serves: &'static str,
    /// Elements in a register.
    pub lanes: usize,
    /// Elements in the narrowest vector, of 16 bytes.
    pub narrowest: usize,
    /// Number of registers.
    pub registers: usize,
    /// Multiply-adds started a cycle.
    pub fma_ports: usize,
    /// Cycles from a multiply-add to one that uses its result, and one more, since ports are not shared out perfectly.
    pub fma_latency: usize,
    /// Vector loads a cycle.
    pub load_ports: usize,
    /// Elements a cycle that are loaded into all lanes. Where a vector is loaded in two halves, there are more of them.
    pub broadcasts: usize,
}

/// The caches of a core, as the cost model sees them: the same for all register files, as packed weights are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Caches {
    /// Bytes of the first level, of data.
    pub first: usize,
    /// Lines in a set of the first level.
    pub ways: usize,
    /// Bytes of the second level.
    pub second: usize,
    /// Bytes of the third level, which other cores use too.
    pub third: usize,
    /// Bytes of a line.
    pub line: usize,
    /// Bytes a cycle from the second level, from the third, and from memory.
    pub rates: [f64; 3],
}

/// What is common today: the smaller ones of what servers and desktops have. A larger cache makes a plan no slower.
pub const CACHES: Caches =
    Caches { first: 32 << 10, ways: 8, second: 1 << 20, third: 32 << 20, line: 64, rates: [32.0, 10.0, 6.0] };

impl Caches {
    /// Bytes that stay in the first level beside what passes through it.
    pub const fn stays_first(self) -> usize {
        self.first / 8 * 3
    }

    /// Bytes that stay in the second level beside what else is there.
    pub const fn stays_second(self) -> usize {
        self.second / 4 * 3
    }

    /// Bytes of an image that stay in the third level beside what is written and what other cores have there: fewer than of weights, which
    /// are only read, in [`Self::rate`].
    pub const fn stays_third(self) -> usize {
        self.third / 8
    }

    /// Sets of the first level: lines whose numbers differ by a multiple of it share one.
    pub const fn sets(self) -> usize {
        self.first / self.ways / self.line
    }

    /// Bytes a cycle from where so many bytes stay.
    pub fn rate(self, bytes: usize) -> f64 {
        self.rates[usize::from(bytes > self.stays_second()) + usize::from(bytes > self.third / 2)]
    }
}

impl RegisterFile {
    /// The same registers with elements of another size in them.
    #[must_use]
    pub fn holding(self, element: Element) -> Self {
        let in_place_of = |lanes: usize| lanes * Element::F32.bytes() / element.bytes();
        RegisterFile { lanes: in_place_of(self.lanes), narrowest: in_place_of(self.narrowest), ..self }
    }

    /// Lanes of the vectors that there are: a whole register, its half and so on.
    pub fn widths(self) -> impl Iterator<Item = usize> {
        let half = move |&lanes: &usize| (lanes > self.narrowest).then_some(lanes / 2);
        core::iter::successors(Some(self.lanes), half)
    }
}

/// AVX-512: the wide file.
pub const AVX512: RegisterFile = RegisterFile {
    name: "avx512",
    serves: "AVX-512",
    lanes: 16,
    narrowest: 4,
    registers: 32,
    fma_ports: 2,
    fma_latency: 5,
    load_ports: 2,
    broadcasts: 4,
};
/// AVX2 with FMA: half the lanes, half the registers.
pub const AVX2: RegisterFile = RegisterFile {
    name: "avx2",
    serves: "AVX2 with FMA",
    lanes: 8,
    narrowest: 4,
    registers: 16,
    fma_ports: 2,
    fma_latency: 5,
    load_ports: 2,
    broadcasts: 2,
};
/// NEON on `AArch64`.
pub const NEON: RegisterFile = RegisterFile {
    name: "neon",
    serves: "NEON",
    lanes: 4,
    narrowest: 4,
    registers: 32,
    fma_ports: 2,
    fma_latency: 5,
    load_ports: 2,
    broadcasts: 2,
};
/// Four lanes and sixteen registers: SSE, WebAssembly and the scalar fallback share this one.
pub const NARROW: RegisterFile = RegisterFile {
    name: "narrow",
    serves: "SSE, WebAssembly and scalar code",
    lanes: 4,
    narrowest: 4,
    registers: 16,
    fma_ports: 1,
    fma_latency: 8,
    load_ports: 2,
    broadcasts: 2,
};

/// Every register file, as it holds `f32`, in the order in which code is emitted.
pub const REGISTER_FILES: [RegisterFile; 4] = [AVX512, AVX2, NEON, NARROW];
