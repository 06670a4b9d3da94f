//! IDX, the format of MNIST: two zero bytes, the type of an element, the number of dimensions, each dimension as a
//! big-endian `u32`, then the elements, row-major.
//!
//! Comes in: the bytes of a file, unpacked. Goes out: digits or labels; both are unsigned bytes (type 8). Must not know:
//! where the bytes came from.

use anyhow::{Result, bail, ensure};

use super::{Digit, PIXELS, SIDE};

const UNSIGNED_BYTE: u8 = 8;
/// Bytes before the elements, in a file of images.
pub(super) const LONGEST_HEADER: usize = 16;

/// How many bytes a file has that starts with these; nothing if it is neither of images nor of labels.
pub(super) fn len(start: &[u8]) -> Option<u128> {
    let (magic, sizes) = start.split_first_chunk()?;
    let &[0, 0, UNSIGNED_BYTE, rank @ (1 | 3)] = magic else {
        return None;
    };
    let sizes = sizes.get(..4 * usize::from(rank))?;
    // Three sizes of 32 bits cannot overflow 128.
    let elements: u128 = sizes.as_chunks().0.iter().map(|&size| u128::from(u32::from_be_bytes(size))).product();
    Some(elements + 4 + sizes.len() as u128)
}

/// The images of an IDX file of `[count][28][28]` bytes.
pub(super) fn images(bytes: &[u8]) -> Result<Vec<Digit>> {
    let ([count, height, width], pixels) = parse(bytes, "an IDX file of images, plain or .gz, or a PNG")?;
    ensure!((height, width) == (SIDE, SIDE), "found images of {height}x{width} pixels, expected {SIDE}x{SIDE}");
    ensure!(count > 0, "found no images, expected at least one");
    Ok(pixels.as_chunks::<PIXELS>().0.to_vec())
}

/// The labels of an IDX file of `[count]` bytes, each 0 to 9.
pub(super) fn labels(bytes: &[u8]) -> Result<Vec<u8>> {
    let ([_], labels) = parse(bytes, "an IDX file of labels, plain or .gz")?;
    if let Some(at) = labels.iter().position(|&label| label > 9) {
        bail!("found label {} at position {at}, expected 0 to 9", labels[at]);
    }
    Ok(labels.to_vec())
}

/// The dimensions of an IDX file, and as many elements as they say; `expected` is what an error says was wanted.
fn parse<'a, const RANK: usize>(bytes: &'a [u8], expected: &str) -> Result<([usize; RANK], &'a [u8])> {
    ensure!(!bytes.is_empty(), "found an empty file, expected {expected}");
    let magic = [0, 0, UNSIGNED_BYTE, RANK as u8];
    let Some(rest) = bytes.strip_prefix(&magic) else {
        let first = &bytes[..bytes.len().min(magic.len())];
        bail!("found a file that starts with {first:02x?}, expected {magic:02x?}: {expected}");
    };
    let Some((header, elements)) = rest.split_at_checked(4 * RANK) else {
        bail!("found {} bytes, expected a header of {}", bytes.len(), 4 + 4 * RANK);
    };
    let mut dims = [0; RANK];
    for (dim, size) in dims.iter_mut().zip(header.as_chunks::<4>().0) {
        *dim = u32::from_be_bytes(*size) as usize;
    }
    // Three sizes of 32 bits cannot overflow 128.
    let len: u128 = dims.iter().map(|&dim| dim as u128).product();
    ensure!(
        elements.len() as u128 == len,
        "found {} bytes after the header, expected {len} for its sizes {dims:?}",
        elements.len()
    );
    Ok((dims, elements))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An IDX file of `count` images whose pixels count up.
    fn file(count: u32, height: u32, width: u32) -> Vec<u8> {
        let mut bytes = vec![0, 0, 8, 3];
        for size in [count, height, width] {
            bytes.extend(size.to_be_bytes());
        }
        bytes.extend((0..count * height * width).map(|index| index as u8));
        bytes
    }

    fn message(bytes: &[u8]) -> String {
        format!("{:#}", images(bytes).unwrap_err())
    }

    #[test]
    fn images_come_out_in_order() {
        let digits = images(&file(3, 28, 28)).unwrap();
        assert_eq!(digits.len(), 3);
        assert_eq!(digits[2][..3], [(2 * PIXELS) as u8, (2 * PIXELS + 1) as u8, (2 * PIXELS + 2) as u8]);
    }

    #[test]
    fn every_cut_is_an_error() {
        let whole = file(1, 28, 28);
        for len in 0..whole.len() {
            assert!(images(&whole[..len]).is_err(), "cut to {len} bytes");
        }
    }

    #[test]
    fn errors_say_what_was_found_and_what_was_expected() {
        assert!(message(&[]).starts_with("found an empty file, expected an IDX file of images"));
        assert!(
            message(&[0, 0, 8, 1, 0, 0, 0, 0])
                .starts_with("found a file that starts with [00, 00, 08, 01], expected [00, 00, 08, 03]")
        );
        assert!(message(b"hi").starts_with("found a file that starts with [68, 69], expected"));
        assert_eq!(message(&[0, 0, 8, 3, 0, 0]), "found 6 bytes, expected a header of 16");
        assert_eq!(message(&file(0, 28, 28)), "found no images, expected at least one");
        assert_eq!(message(&file(1, 32, 31)), "found images of 32x31 pixels, expected 28x28");
        let mut long = file(1, 28, 28);
        long.push(0);
        assert_eq!(message(&long), "found 785 bytes after the header, expected 784 for its sizes [1, 28, 28]");
        let huge = [&[0, 0, 8, 3][..], &[0xff; 12]].concat();
        assert!(message(&huge).contains("expected 79228162458924105385300197375 for"));
    }

    #[test]
    fn a_label_above_nine_is_an_error() {
        let error = labels(&[0, 0, 8, 1, 0, 0, 0, 2, 9, 10]).unwrap_err();
        assert_eq!(error.to_string(), "found label 10 at position 1, expected 0 to 9");
    }
}
