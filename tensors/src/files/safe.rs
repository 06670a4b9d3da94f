//! Safetensors: a header in JSON, and behind it the tensors.
//!
//! Comes in: the bytes of a file. Goes out: tensors by name. Must not know: where the bytes are from.

use std::collections::BTreeMap;
use std::ops::Range;

use safetensors::SafeTensors;

use super::Found;

/// A file in memory.
#[derive(Debug)]
pub(super) struct Safe {
    bytes: Vec<u8>,
    tensors: BTreeMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    shape: Vec<usize>,
    element: String,
    /// Where the elements lie.
    range: Range<usize>,
}

impl Safe {
    pub(super) fn new(bytes: Vec<u8>) -> Result<Self, String> {
        let (header, metadata) = SafeTensors::read_metadata(&bytes).map_err(|error| error.to_string())?;
        // Behind the length of the header, and the header.
        let data = size_of::<u64>() + header;
        let entry = |(name, info): (String, &safetensors::tensor::TensorInfo)| {
            let (from, end) = info.data_offsets;
            let element = format!("{:?}", info.dtype);
            (name, Entry { shape: info.shape.clone(), element, range: data + from..data + end })
        };
        let tensors = metadata.tensors().into_iter().map(entry).collect();
        Ok(Self { bytes, tensors })
    }

    pub(super) fn find(&self, name: &str) -> Option<Found<'_>> {
        let entry = self.tensors.get(name)?;
        let bytes = move |_| Ok(self.bytes[entry.range.clone()].to_vec());
        Some(Found {
            shape: entry.shape.clone(),
            element: entry.element.clone(),
            fortran: false,
            bytes: Box::new(bytes),
        })
    }

    pub(super) fn place(&self, name: &str) -> Option<Range<usize>> {
        self.tensors.get(name).map(|entry| entry.range.clone())
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.tensors.keys().map(String::as_str).collect()
    }
}
