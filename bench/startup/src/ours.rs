//! The classifier as it is generated: its weights lie in read-only memory, in the order in which they are used.

use rustix::fd::BorrowedFd;
use rustix::io::Errno;
use toeplitz::{Aligned, network};

use crate::answer;

network! {
    /// Digit classifier, the classic shape.
    pub struct Lenet < in: 28x28x1 > {
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
        let mut arena = Aligned([0.0; Lenet::ARENA]);
        let (mut image, mut logits) = (Aligned([0.0; Lenet::INPUT.len()]), [0.0; 10]);
        image.copy_from_slice(pixels);
        LENET.forward_in(&image, &mut logits, &mut arena);
        Ok(logits)
    })
}

/// The file with the weights.
const FILE: &[u8] = include_bytes!("../../../examples/data/lenet/lenet.safetensors");

/// Packed by the compiler, from where the tensors begin in the file.
static LENET: Lenet =
    Lenet::new(&floats(680), &floats(552), &floats(4_136), &floats(3_880), &floats(208_976), &floats(208_936));

/// The elements that begin at a byte of the file.
const fn floats<const N: usize>(place: usize) -> [f32; N] {
    let mut elements = [0.0; N];
    let mut element = 0;
    while element < N {
        let (_, rest) = FILE.split_at(place + 4 * element);
        let Some(&bytes) = rest.first_chunk() else { panic!("the file is too short") };
        elements[element] = f32::from_le_bytes(bytes);
        element += 1;
    }
    elements
}
