//! The classifier as it is generated: its weights lie in read-only memory, in the order in which they are used.

use rustix::fd::BorrowedFd;
use rustix::io::Errno;
use toeplitz::{Aligned, Arena, network};

use crate::answer;

network! {
    /// Digit classifier, the classic shape.
    pub struct Lenet < in: 28x28x1, weights: "../../examples/data/lenet/lenet.safetensors" > {
        conv1 = conv2d!< kernel: 5x5x32, padding: same, activation: relu >;
        pool1 = max_pool2d!< window: 2x2 >;
        conv2 = conv2d!< kernel: 5x5x64, padding: same, activation: relu >;
        pool2 = max_pool2d!< window: 2x2 >;
        dense = dense!< units: 10 >;
    }
}

/// All that the program does: reads a digit from `input`, and writes to `output` which one it is.
///
/// # Errors
///
/// As [`answer`].
#[expect(clippy::large_stack_arrays, reason = "a tenth of a megabyte, and the heap is not to be used")]
pub fn run(input: BorrowedFd, output: BorrowedFd) -> Result<(), Errno> {
    answer(input, output, |pixels| {
        let mut arena = Arena::new();
        let (mut image, mut logits) = (Aligned([0.0; Lenet::INPUT.len()]), [0.0; 10]);
        image.copy_from_slice(pixels);
        Lenet::new().forward_in(&image, &mut logits, &mut arena);
        Ok(logits)
    })
}
