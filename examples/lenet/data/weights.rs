//! The trained weights, as a safetensors file.
//!
//! Comes in: the bytes of a file. Goes out: one array for each tensor, checked against its type and shape. Must not know:
//! what a layer does with them.

use anyhow::{Context, Result, ensure};
use safetensors::{Dtype, SafeTensors};

/// All the network has learnt; convolutions HWIO, dense `[in][out]`, flat.
pub(crate) struct Weights {
    /// `[5][5][1][32]`
    pub(crate) conv1: Box<[f32; 800]>,
    /// `[32]`
    pub(crate) conv1_bias: Box<[f32; 32]>,
    /// `[5][5][32][64]`
    pub(crate) conv2: Box<[f32; 51_200]>,
    /// `[64]`
    pub(crate) conv2_bias: Box<[f32; 64]>,
    /// `[7 * 7 * 64][10]`
    pub(crate) dense: Box<[f32; 31_360]>,
    /// `[10]`
    pub(crate) dense_bias: Box<[f32; 10]>,
}

/// The six tensors of a safetensors file; others in it are ignored.
pub(crate) fn parse(bytes: &[u8]) -> Result<Weights> {
    let file = SafeTensors::deserialize(bytes).context("found something else, expected a safetensors file")?;
    Ok(Weights {
        conv1: tensor(&file, "conv1.weight", &[5, 5, 1, 32])?,
        conv1_bias: tensor(&file, "conv1.bias", &[32])?,
        conv2: tensor(&file, "conv2.weight", &[5, 5, 32, 64])?,
        conv2_bias: tensor(&file, "conv2.bias", &[64])?,
        dense: tensor(&file, "dense.weight", &[3136, 10])?,
        dense_bias: tensor(&file, "dense.bias", &[10])?,
    })
}

/// One tensor of `f32`, little-endian and row-major.
fn tensor<const LEN: usize>(file: &SafeTensors, name: &str, shape: &[usize]) -> Result<Box<[f32; LEN]>> {
    let tensor = file.tensor(name).with_context(|| format!("expected a tensor `{name}`"))?;
    ensure!(
        tensor.dtype() == Dtype::F32 && tensor.shape() == shape,
        "found `{name}` of type {:?} and shape {:?}, expected F32 and {shape:?}",
        tensor.dtype(),
        tensor.shape()
    );
    let values: Vec<f32> = tensor.data().as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    values.try_into().ok().with_context(|| format!("found `{name}` of another length than its shape says"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(json: &str, data: usize) -> String {
        let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
        bytes.extend(json.as_bytes());
        bytes.extend(vec![0; data]);
        format!("{:#}", parse(&bytes).err().unwrap())
    }

    #[test]
    fn a_wrong_tensor_is_named() {
        let missing = message("{}", 0);
        assert!(missing.starts_with("expected a tensor `conv1.weight`"), "{missing}");
        let shape = message(r#"{"conv1.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#, 16);
        assert_eq!(shape, "found `conv1.weight` of type F32 and shape [2, 2], expected F32 and [5, 5, 1, 32]");
        let dtype = message(r#"{"conv1.weight":{"dtype":"I32","shape":[5,5,1,32],"data_offsets":[0,3200]}}"#, 3200);
        assert!(dtype.starts_with("found `conv1.weight` of type I32"), "{dtype}");
    }

    #[test]
    fn what_is_not_safetensors_is_an_error() {
        for bytes in [&b""[..], b"\x00", b"\xff\xff\xff\xff\xff\xff\xff\xff{}", b"not tensors, but long enough to try"]
        {
            assert!(parse(bytes).is_err(), "{bytes:02x?}");
        }
    }
}
