//! Trained weights, as a safetensors file.
//!
//! Comes in: the bytes of a file. Goes out: its tensors by name. Must not know: what a network does with them.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use safetensors::{Dtype, SafeTensors};

/// Tensors of `f32`, row-major.
pub(crate) struct Tensors(BTreeMap<String, (Vec<usize>, Vec<f32>)>);

impl Tensors {
    /// Shape and elements of a tensor.
    pub(crate) fn get(&self, name: &str) -> Option<(&[usize], &[f32])> {
        self.0.get(name).map(|(shape, elements)| (&**shape, &**elements))
    }
}

/// All tensors of a safetensors file.
pub(crate) fn parse(bytes: &[u8]) -> Result<Tensors> {
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
    use crate::network::Network;

    fn message(json: &str, data: usize) -> String {
        let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
        bytes.extend(json.as_bytes());
        bytes.extend(vec![0; data]);
        let network = parse(&bytes).and_then(|tensors| Network::new(&tensors));
        format!("{:#}", network.err().unwrap())
    }

    #[test]
    fn every_wrong_tensor_is_named() {
        let missing = message("{}", 0);
        assert_eq!(missing.lines().count(), 6, "{missing}");
        assert!(
            missing.starts_with("there is no tensor `conv1.weight`, expected one of shape [5, 5, 1, 32]"),
            "{missing}"
        );
        let shape = message(r#"{"conv1.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#, 16);
        assert!(shape.starts_with("tensor `conv1.weight` has shape [2, 2], expected [5, 5, 1, 32]\n"), "{shape}");
        let dtype = message(r#"{"conv1.weight":{"dtype":"I32","shape":[5,5,1,32],"data_offsets":[0,3200]}}"#, 3200);
        assert_eq!(dtype, "found `conv1.weight` of type I32, expected F32");
    }

    #[test]
    fn what_is_not_safetensors_is_an_error() {
        for bytes in [&b""[..], b"\x00", b"\xff\xff\xff\xff\xff\xff\xff\xff{}", b"not tensors, but long enough to try"]
        {
            assert!(parse(bytes).is_err(), "{bytes:02x?}");
        }
    }
}
