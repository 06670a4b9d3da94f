//! Trained weights.
//!
//! Comes in: the name of a network's file. Goes out: its tensors, by the names that the network has for them. Must not know: shapes.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use toeplitz_examples::tensors::{self, Tensors};

/// A file of tensors.
pub(super) struct Weights {
    tensors: Tensors,
    /// Tensors that have another name in the file: ours first.
    renamed: &'static [(&'static str, &'static str)],
}

impl Weights {
    /// The weights of the network of this name. They lie with the tests of the workspace, which have more to compare the networks with.
    pub(super) fn read(network: &str, renamed: &'static [(&'static str, &'static str)]) -> Result<Self> {
        let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "tests", "data", "nets"].iter().collect();
        let path = folder.join(network).with_extension("safetensors");
        let read = || tensors::parse(&fs::read(&path)?);
        Ok(Self { tensors: read().with_context(|| path.display().to_string())?, renamed })
    }

    /// Shape and elements of a tensor, by our name.
    pub(super) fn get(&self, name: &str) -> Option<(&[usize], &[f32])> {
        let theirs = self.renamed.iter().find(|(ours, _)| *ours == name).map_or(name, |(_, theirs)| theirs);
        self.tensors.get(theirs)
    }
}
