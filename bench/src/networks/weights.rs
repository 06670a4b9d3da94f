//! Trained weights.
//!
//! Comes in: a safetensors file, and which tensors a network takes. Goes out: all weights and all biases, one behind the other.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use safetensors::{Dtype, SafeTensors};
use toeplitz::Tensor;

/// Weights and biases of `tensors`, of which `renamed` have another name in the file.
///
/// # Errors
///
/// If the file cannot be read, or a tensor is missing or of another shape.
pub fn read(path: &Path, tensors: &[Tensor<'static>], renamed: &[(&str, &str)]) -> Result<(Vec<f32>, Vec<f32>)> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = SafeTensors::deserialize(&bytes).with_context(|| format!("{} is no safetensors", path.display()))?;
    let (mut weights, mut bias) = (Vec::new(), Vec::new());
    for tensor in tensors {
        let name = renamed.iter().find(|(ours, _)| *ours == tensor.name).map_or(tensor.name, |(_, theirs)| theirs);
        let found = file.tensor(name).with_context(|| format!("{} has no `{name}`", path.display()))?;
        ensure!(
            found.dtype() == Dtype::F32 && found.shape() == tensor.shape,
            "`{name}` is {:?} {:?}, expected F32 {:?}",
            found.dtype(),
            found.shape(),
            tensor.shape
        );
        let elements = found.data().as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes));
        if tensor.is_bias { &mut bias } else { &mut weights }.extend(elements);
    }
    Ok((weights, bias))
}
