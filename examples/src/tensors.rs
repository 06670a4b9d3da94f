//! Trained weights, as a safetensors file.
//!
//! Comes in: the bytes of a file. Goes out: its tensors by name. Must not know: what a network does with them.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use safetensors::{Dtype, SafeTensors};

/// Tensors of `f32`, row-major.
pub struct Tensors(BTreeMap<String, (Vec<usize>, Vec<f32>)>);

impl Tensors {
    /// Shape and elements of a tensor.
    pub fn get(&self, name: &str) -> Option<(&[usize], &[f32])> {
        self.0.get(name).map(|(shape, elements)| (&**shape, &**elements))
    }
}

/// All tensors of a safetensors file.
///
/// # Errors
///
/// If the bytes are something else, or a tensor's elements are not `f32`.
pub fn parse(bytes: &[u8]) -> Result<Tensors> {
    let file = SafeTensors::deserialize(bytes).context("found something else, expected a safetensors file")?;
    let mut tensors = BTreeMap::new();
    for (name, tensor) in file.iter() {
        ensure!(tensor.dtype() == Dtype::F32, "found `{name}` of type {:?}, expected F32", tensor.dtype());
        let elements = tensor.data().as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        tensors.insert(name.to_owned(), (tensor.shape().to_vec(), elements));
    }
    Ok(Tensors(tensors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_safetensors_is_an_error() {
        for bytes in [&b""[..], b"\x00", b"\xff\xff\xff\xff\xff\xff\xff\xff{}", b"not tensors, but long enough to try"]
        {
            assert!(parse(bytes).is_err(), "{bytes:02x?}");
        }
    }
}
