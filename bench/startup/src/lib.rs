//! What the programs have in common: a digit in, its class out.
//!
//! Comes in: 28 rows of 28 bytes on standard input, 0 for paper and 255 for ink. Goes out: a line with the digit. Nothing here
//! allocates.

pub mod ours;

use rustix::fd::BorrowedFd;
use rustix::io::{Errno, read, write};

/// Pixels of a digit, `[28][28]`.
pub const PIXELS: usize = 28 * 28;

/// Reads a digit from `input`, and writes to `output` which one `classify` finds: it takes `[28][28]` pixels from 0 to 1 and gives
/// a value for each of the digits 0 to 9, of which the largest wins.
///
/// # Errors
///
/// If there are too few bytes, or the system cannot read or write.
pub fn answer<E>(
    input: BorrowedFd,
    output: BorrowedFd,
    classify: impl FnOnce(&[f32; PIXELS]) -> Result<[f32; 10], E>,
) -> Result<(), E>
where
    E: From<Errno>,
{
    let mut bytes = [0; PIXELS];
    let mut filled = 0;
    while filled < PIXELS {
        match read(input, &mut bytes[filled..])? {
            0 => return Err(Errno::NODATA.into()),
            more => filled += more,
        }
    }
    let logits = classify(&bytes.map(|byte| f32::from(byte) / 255.0))?;
    let best = (0..10).max_by(|&a, &b| logits[usize::from(a)].total_cmp(&logits[usize::from(b)])).unwrap_or(0);
    write(output, &[b'0' + best, b'\n'])?;
    Ok(())
}
