//! The network, compiled for its shapes, and the memory that it works in.
//!
//! Comes in: digits. Goes out: ten logits a digit, the largest of which tells what it is. Must not
//! know: files, labels, the terminal.

use toeplitz::{Aligned, Arena, network};

use crate::data::Digit;

network! {
    /// Digit classifier, the classic shape.
    pub(crate) struct Lenet < in: 28x28x1, weights: "data/lenet/lenet.safetensors" > {
        conv1 = conv2d!< kernel: 5x5x32, padding: same, stride: 1, activation: relu >;
        pool1 = max_pool2d!< window: 2x2, stride: 2 >;
        conv2 = conv2d!< kernel: 5x5x64, padding: same, stride: 1, activation: relu >;
        pool2 = max_pool2d!< window: 2x2, stride: 2 >;
        dense = dense!< units: 10 >;
    }
}

/// One value for each of the digits 0 to 9; the largest wins.
pub(crate) type Logits = [f32; 10];

/// The network, whose weights are in the program, and memory: all that reading a digit takes. On the heap, for no stack need hold it.
pub(crate) struct Network {
    lenet: Lenet,
    image: Box<Aligned<[f32; Lenet::INPUT.len()]>>,
    arena: Box<Arena<Lenet>>,
}

impl Network {
    pub(crate) fn new() -> Self {
        Self { lenet: Lenet::new(), image: Aligned::boxed_zeroed(), arena: Arena::boxed() }
    }

    /// Reads one digit. Allocates nothing.
    pub(crate) fn classify(&mut self, digit: &Digit) -> Logits {
        let mut logits = [0.0; 10];
        for (value, &pixel) in self.image.iter_mut().zip(digit) {
            *value = scaled(pixel);
        }
        self.lenet.forward_in(&self.image, &mut logits, &mut self.arena);
        logits
    }
}

/// A pixel as the network was trained on it: 0 to 1.
pub(crate) fn scaled(pixel: u8) -> f32 {
    f32::from(pixel) / 255.0
}

/// The digit that logits tell. A NaN wins, so that it is not overlooked.
pub(crate) fn best(logits: &Logits) -> usize {
    (0..10).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap_or(0)
}
