//! The outputs that another framework computed for the same digits, as an npy file.
//!
//! Comes in: the bytes of a file. Goes out: ten numbers for each digit. Must not know: which digits.
//!
//! An npy file of version 1.0 is `\x93NUMPY`, two bytes of version, the length of its header as a little-endian `u16`,
//! the header (a Python dictionary in words), and the elements. One kind of array is wanted here, so its header is
//! compared with the expected words instead of being understood.

use anyhow::{Context, Result, ensure};

const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";
const EXPECTED: &str = "expected an npy file (version 1.0) of f32 elements, shape (count, 10), row-major";

/// The rows of an npy file of `f32`, `[count][10]`, row-major.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<[f32; 10]>> {
    let found_other = || format!("found a file of another kind, {EXPECTED}");
    let (len, rest) = bytes.strip_prefix(MAGIC).and_then(<[u8]>::split_first_chunk).with_context(found_other)?;
    let (header, elements) = rest.split_at_checked(u16::from_le_bytes(*len).into()).with_context(found_other)?;
    let header = str::from_utf8(header).ok().with_context(found_other)?.trim();
    let count: usize = header
        .strip_prefix("{'descr': '<f4', 'fortran_order': False, 'shape': (")
        .and_then(|rest| rest.strip_suffix(", 10), }"))
        .and_then(|count| count.parse().ok())
        .with_context(|| format!("found an array of {header}, {EXPECTED}"))?;
    ensure!(
        count.checked_mul(40) == Some(elements.len()),
        "found {} bytes of elements, expected 40 for each of {count} rows",
        elements.len()
    );
    let values: Vec<f32> = elements.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    Ok(values.as_chunks().0.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An npy file of one row, 0.0 to 9.0, under this header.
    fn file(header: &str) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend((0..10u8).flat_map(|value| f32::from(value).to_le_bytes()));
        bytes
    }

    #[test]
    fn rows_of_ten_are_read_and_nothing_else() {
        let right = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 10), }   \n";
        assert_eq!(parse(&file(right)).unwrap(), [[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]]);
        let others =
            [("<f4", "<f8"), ("<f4", "<i4"), ("False", "True"), ("(1, 10)", "(10, 1)"), ("(1, 10)", "(2, 10)")];
        for (from, to) in others {
            assert!(parse(&file(&right.replace(from, to))).is_err(), "{to}");
        }
        let whole = file(right);
        for len in 0..whole.len() {
            assert!(parse(&whole[..len]).is_err(), "cut to {len} bytes");
        }
    }
}
