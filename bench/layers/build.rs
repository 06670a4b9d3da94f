//! Writes weights for `src/pruned.rs` and `src/crossover`: kernels of which some of a hundred blocks of eight outputs are zeros, and some that are a
//! column times a row.

use std::path::Path;
use std::{env, fs};

use safetensors::tensor::{Dtype, TensorView};

/// Outputs of a block.
const BLOCK: usize = 8;
/// Kernels, `[kernel sizes...][in][out]`, each from none to nearly all of its blocks zeros.
const KERNELS: [(&str, &[usize]); 3] = [("few", &[5, 5, 32, 64]), ("many", &[3, 3, 256, 256]), ("units", &[1024, 512])];
const PERCENT: [usize; 5] = [0, 70, 80, 90, 95];

/// Kernels around the crossover.
const NEAR: [(&str, &[usize]); 3] = [("mid", &[5, 5, 32, 64]), ("point", &[1, 1, 64, 128]), ("units", &[1024, 512])];
const NEAR_PERCENT: [usize; 4] = [0, 60, 70, 80];
/// Rows and columns of kernels that are a column times a row, one for each of so many channels.
const OUTER: [(usize, &[usize]); 3] = [(1, &[3, 5, 7]), (3, &[3, 5, 7, 15]), (32, &[3, 5, 7])];

/// A tensor: its name, its sizes and its elements' bytes.
type Tensor = (String, Vec<usize>, Vec<u8>);

fn main() {
    // For whatever changes here it runs again anyway.
    println!("cargo::rerun-if-changed=Cargo.toml");
    let mut state = 1;
    save("pruned.safetensors", &zeros(&KERNELS, &PERCENT, &mut state));
    let mut near = zeros(&NEAR, &NEAR_PERCENT, &mut state);
    for (channels, sizes) in OUTER {
        near.extend(sizes.iter().map(|&size| outer(size, channels, &mut state)));
    }
    save("crossover.safetensors", &near);
}

/// Each kernel with each part of its blocks zeros.
fn zeros(kernels: &[(&str, &[usize])], percents: &[usize], state: &mut u64) -> Vec<Tensor> {
    let mut tensors = Vec::new();
    for (kernel, sizes) in kernels {
        for &percent in percents {
            let elements = pruned(sizes.iter().product(), percent, state);
            tensors.push((format!("{kernel}{percent}.weight"), sizes.to_vec(), bytes(&elements)));
        }
    }
    tensors
}

/// A kernel of `size` rows and columns for each channel, a column times a row.
fn outer(size: usize, channels: usize, state: &mut u64) -> Tensor {
    let [down, across] = [(); 2].map(|()| pruned(size * channels, 0, state));
    let element = |at: usize| {
        let (row, column, channel) = (at / channels / size, at / channels % size, at % channels);
        down[row * channels + channel] * across[column * channels + channel]
    };
    let elements: Vec<f32> = (0..size * size * channels).map(element).collect();
    (format!("outer{size}x{channels}.weight"), vec![size, size, channels, 1], bytes(&elements))
}

fn bytes(elements: &[f32]) -> Vec<u8> {
    elements.iter().flat_map(|element| element.to_le_bytes()).collect()
}

/// Writes tensors to a file of the build.
fn save(name: &str, tensors: &[Tensor]) {
    let views = tensors.iter().map(|(name, sizes, bytes)| {
        (name, TensorView::new(Dtype::F32, sizes.clone(), bytes).expect("as many elements as sizes say"))
    });
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    let file = safetensors::serialize(views, None).expect("tensors of a file");
    fs::write(Path::new(&out).join(name), file).expect("room on the disk");
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
