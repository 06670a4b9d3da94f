//! The register files that code is emitted for.
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
    /// Vector loads or broadcasts a cycle.
    pub load_ports: usize,
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
};

/// Every register file, as it holds `f32`, in the order in which code is emitted.
pub const REGISTER_FILES: [RegisterFile; 4] = [AVX512, AVX2, NEON, NARROW];
