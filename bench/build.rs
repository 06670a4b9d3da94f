//! Writes weights for `src/pruned.rs`: kernels of which some of a hundred blocks of eight outputs are zeros.

use std::path::Path;
use std::{env, fs};

use safetensors::tensor::{Dtype, TensorView};

/// Outputs of a block.
const BLOCK: usize = 8;
/// Kernels, `[kernel sizes...][in][out]`, each from none to nearly all of its blocks zeros.
const KERNELS: [(&str, &[usize]); 3] = [("few", &[5, 5, 32, 64]), ("many", &[3, 3, 256, 256]), ("units", &[1024, 512])];
const PERCENT: [usize; 5] = [0, 70, 80, 90, 95];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut state = 1;
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    for (kernel, sizes) in KERNELS {
        for percent in PERCENT {
            let elements = pruned(sizes.iter().product(), percent, &mut state);
            let bytes = elements.iter().flat_map(|element| element.to_le_bytes()).collect();
            tensors.push((format!("{kernel}{percent}.weight"), sizes.to_vec(), bytes));
        }
    }
    let views = tensors.iter().map(|(name, sizes, bytes)| {
        (name, TensorView::new(Dtype::F32, sizes.clone(), bytes).expect("as many elements as sizes say"))
    });
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    let file = safetensors::serialize(views, None).expect("tensors of a file");
    fs::write(Path::new(&out).join("pruned.safetensors"), file).expect("room on the disk");
}

/// So many random elements, of whose blocks so many of a hundred are zeros.
fn pruned(len: usize, percent: usize, state: &mut u64) -> Vec<f32> {
    let mut random = || {
        // SplitMix64.
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 33) as usize
    };
    let mut elements: Vec<f32> = (0..len).map(|_| (random() % 512) as f32 / 256.0 - 1.0 + 1.0 / 512.0).collect();
    let mut blocks: Vec<&mut [f32]> = elements.chunks_mut(BLOCK).collect();
    for done in 0..(blocks.len() * percent).div_ceil(100) {
        let other = done + random() % (blocks.len() - done);
        blocks.swap(done, other);
        blocks[done].fill(0.0);
    }
    elements
}
