//! `.npz`: a zip archive of arrays.
//!
//! Comes in: the bytes of a file. Goes out: tensors by name. Must not know: how an array is written. What is compressed is read as far as
//! there are elements that are asked for, however large it claims to be.

use std::collections::BTreeMap;
use std::io::{self, Read};

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipSliceArchive};

use super::{Found, damaged, npy};

/// An archive in memory.
#[derive(Debug)]
pub(super) struct Archive {
    archive: ZipSliceArchive<Vec<u8>>,
    arrays: BTreeMap<String, Entry>,
}

/// A file of an archive.
#[derive(Debug)]
struct Entry {
    place: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
}

impl Archive {
    pub(super) fn new(bytes: Vec<u8>) -> Result<Self, String> {
        let archive = ZipArchive::from_slice(bytes).map_err(|error| error.to_string())?;
        let (mut arrays, mut entries) = (BTreeMap::new(), archive.entries());
        while let Some(entry) = entries.next_entry().map_err(|error| error.to_string())? {
            let path = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
            if let Some(name) = path.strip_suffix(".npy") {
                let entry = Entry { place: entry.wayfinder(), method: entry.compression_method() };
                arrays.insert(name.to_owned(), entry);
            }
        }
        Ok(Self { archive, arrays })
    }

    pub(super) fn find(&self, name: &str) -> io::Result<Option<Found<'_>>> {
        self.arrays.get(name).map(|entry| npy::found(self.reader(entry)?)).transpose()
    }

    /// What a file of the archive holds.
    fn reader(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
        let stored = self.archive.get_entry(entry.place).map_err(damaged)?;
        match entry.method {
            CompressionMethod::STORE => Ok(Box::new(stored.verifying_reader(stored.data()))),
            CompressionMethod::DEFLATE => Ok(Box::new(stored.verifying_reader(DeflateDecoder::new(stored.data())))),
            _ => Err(damaged("it is compressed in another way than `numpy.savez_compressed` does")),
        }
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.arrays.keys().map(String::as_str).collect()
    }
}
