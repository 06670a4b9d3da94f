//! Everything the program reads from files.
//!
//! Comes in: paths. Goes out: digits, labels, weights and logits in arrays of known length, or an error of one line that
//! names the file and says what was found in it and what was expected. Must not know: the network's layers.

mod frame;
mod idx;
mod logits;
mod picture;

use std::{borrow::Cow, fs, io::Read, path::Path};

use anyhow::{Context, Result, bail, ensure};
use flate2::bufread::MultiGzDecoder;

pub(crate) use logits::parse as parse_logits;
pub(crate) use toeplitz_examples::tensors::{Tensors, parse as parse_weights};

/// Height and width of a digit.
pub(crate) const SIDE: usize = 28;
/// Pixels of a digit.
pub(crate) const PIXELS: usize = SIDE * SIDE;
/// A digit as MNIST has it: `[row][column]`, flat; 0 is background, 255 is full ink.
pub(crate) type Digit = [u8; PIXELS];

/// Bytes of the largest file taken, packed or unpacked: ten times MNIST's largest.
const MAX_BYTES: u64 = 1 << 30;

const GZIP: &[u8] = &[0x1f, 0x8b];
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The digits of a file, told apart by its first bytes and not by its name: one PNG, or IDX, plain or gzipped.
pub(crate) fn parse_digits(bytes: &[u8]) -> Result<Vec<Digit>> {
    if bytes.starts_with(PNG) {
        return Ok(vec![frame::to_digit(picture::parse(bytes)?)]);
    }
    idx::images(&unpacked(bytes)?)
}

/// The labels of an IDX file, plain or gzipped; each is 0 to 9.
pub(crate) fn parse_labels(bytes: &[u8]) -> Result<Vec<u8>> {
    idx::labels(&unpacked(bytes)?)
}

/// Reads a file and makes sense of it; an error of either step names the file.
pub(crate) fn load<T>(path: &Path, parse: impl FnOnce(&[u8]) -> Result<T>) -> Result<T> {
    read(path).and_then(|bytes| parse(&bytes)).with_context(|| path.display().to_string())
}

/// The bytes of a regular file. A pipe or a device is refused before it is opened: it may never end.
fn read(path: &Path) -> Result<Vec<u8>> {
    let metadata = fs::metadata(path).context("cannot be read, expected a file")?;
    ensure!(!metadata.is_dir(), "found a directory, expected a file");
    ensure!(metadata.is_file(), "found a pipe or a device, expected a file");
    ensure!(metadata.len() <= MAX_BYTES, "found {} bytes, expected at most {MAX_BYTES}", metadata.len());
    fs::read(path).context("cannot be read")
}

/// The bytes themselves, or what they hold if they are gzipped: no more of it than its header says, since a small `.gz` may
/// unpack to no end.
fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    if !bytes.starts_with(GZIP) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut inside = Vec::new();
    let mut decoder = MultiGzDecoder::new(bytes);
    unpack(&mut decoder, idx::LONGEST_HEADER as u64, &mut inside)?;
    // What is no IDX file is refused for its first bytes.
    if let Some(len) = idx::len(&inside) {
        ensure!(len <= u128::from(MAX_BYTES), "found a .gz file of {len} unpacked bytes, expected at most {MAX_BYTES}");
        let len = len as usize;
        unpack(&mut decoder, (len + 1).saturating_sub(inside.len()) as u64, &mut inside)?;
        ensure!(inside.len() <= len, "found a .gz file of more unpacked bytes than the {len} that its header asks for");
    }
    Ok(Cow::Owned(inside))
}

/// Adds up to `most` bytes to what was unpacked so far.
fn unpack(decoder: &mut impl Read, most: u64, inside: &mut Vec<u8>) -> Result<()> {
    if let Err(error) = decoder.take(most).read_to_end(inside) {
        bail!("found a .gz file that is damaged after {} unpacked bytes ({error}), expected a whole one", inside.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn labels_are_read_plain_and_gzipped() {
        let plain = [0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1];
        assert_eq!(parse_labels(&plain).unwrap(), [7, 2, 1]);
        assert_eq!(parse_labels(&packed(&plain)).unwrap(), [7, 2, 1]);
    }

    #[test]
    fn every_cut_of_a_gzipped_file_is_an_error() {
        let whole = packed(&[0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]);
        for len in 0..whole.len() {
            assert!(parse_labels(&whole[..len]).is_err(), "cut to {len} bytes");
        }
    }

    #[test]
    fn a_gzipped_file_is_unpacked_no_further_than_its_header_says() {
        // A damaged end that is never reached.
        let mut long = packed(&[&[0, 0, 8, 1, 0, 0, 0, 3][..], &vec![1; 1 << 20]].concat());
        long.truncate(long.len() - 8);
        let error = format!("{:#}", parse_labels(&long).unwrap_err());
        assert_eq!(error, "found a .gz file of more unpacked bytes than the 11 that its header asks for");
        let mut zeros = packed(&vec![0; 1 << 20]);
        zeros.truncate(zeros.len() - 8);
        let error = format!("{:#}", parse_digits(&zeros).unwrap_err());
        assert!(error.starts_with("found a file that starts with [00, 00, 00, 00], expected"), "{error}");
        let huge = packed(&[&[0, 0, 8, 3][..], &[0xff; 12]].concat());
        let error = format!("{:#}", parse_digits(&huge).unwrap_err());
        assert!(error.ends_with("unpacked bytes, expected at most 1073741824"), "{error}");
    }

    #[test]
    fn what_is_not_a_file_is_named() {
        let error = load(Path::new(env!("CARGO_MANIFEST_DIR")), parse_digits).unwrap_err();
        assert!(format!("{error:#}").ends_with("examples: found a directory, expected a file"), "{error:#}");
        let error = load(Path::new("no/such/file"), parse_digits).unwrap_err();
        assert!(format!("{error:#}").starts_with("no/such/file: cannot be read, expected a file: "), "{error:#}");
    }
}
