//! The network: five layers, each compiled for its shape, and the memory between them.
//!
//! Comes in: trained weights, then digits. Goes out: ten logits a digit, the largest of which tells what it is. Must not
//! know: files, labels, the terminal.

use toeplitz::{Aligned, conv2d, dense, max_pool2d};

use crate::data::{Digit, Weights};

conv2d! { pub(crate) struct Conv1 < in: 28x28x1, kernel: 5x5x32, padding: same, stride: 1, activation: relu >; }
max_pool2d! { pub(crate) struct Pool1 < in: 28x28x32, window: 2x2, stride: 2 >; }
conv2d! { pub(crate) struct Conv2 < in: 14x14x32, kernel: 5x5x64, padding: same, stride: 1, activation: relu >; }
max_pool2d! { pub(crate) struct Pool2 < in: 14x14x64, window: 2x2, stride: 2 >; }
dense! { pub(crate) struct Dense < in: 7x7x64, units: 10 >; }

/// Multiply-adds for one digit.
pub(crate) const MACS: u64 = Conv1::MACS + Conv2::MACS + Dense::MACS;

/// One value for each of the digits 0 to 9; the largest wins.
pub(crate) type Logits = [f32; 10];

/// Packed weights and the maps between the layers: all memory that reading a digit takes.
pub(crate) struct Network {
    conv1: Box<Conv1>,
    pool1: Pool1,
    conv2: Box<Conv2>,
    pool2: Pool2,
    dense: Box<Dense>,
    maps: Maps,
}

/// The input of each layer, under the name of the layer that wrote it; on the heap, for no stack need hold them.
struct Maps {
    image: Box<Aligned<[f32; Conv1::INPUT.len()]>>,
    conv1: Box<Aligned<[f32; Conv1::OUTPUT.len()]>>,
    pool1: Box<Aligned<[f32; Pool1::OUTPUT.len()]>>,
    conv2: Box<Aligned<[f32; Conv2::OUTPUT.len()]>>,
    pool2: Box<Aligned<[f32; Pool2::OUTPUT.len()]>>,
}

impl Network {
    pub(crate) fn new(weights: &Weights) -> Self {
        Self {
            conv1: Conv1::boxed(&weights.conv1, &weights.conv1_bias),
            pool1: Pool1::new(),
            conv2: Conv2::boxed(&weights.conv2, &weights.conv2_bias),
            pool2: Pool2::new(),
            dense: Dense::boxed(&weights.dense, &weights.dense_bias),
            maps: Maps {
                image: Aligned::boxed_zeroed(),
                conv1: Aligned::boxed_zeroed(),
                pool1: Aligned::boxed_zeroed(),
                conv2: Aligned::boxed_zeroed(),
                pool2: Aligned::boxed_zeroed(),
            },
        }
    }

    /// Reads one digit. Allocates nothing.
    pub(crate) fn classify(&mut self, digit: &Digit) -> Logits {
        let maps = &mut self.maps;
        let mut logits = [0.0; 10];
        for (value, &pixel) in maps.image.iter_mut().zip(digit) {
            *value = scaled(pixel);
        }
        self.conv1.forward(&maps.image, &mut maps.conv1);
        self.pool1.forward(&maps.conv1, &mut maps.pool1);
        self.conv2.forward(&maps.pool1, &mut maps.conv2);
        self.pool2.forward(&maps.conv2, &mut maps.pool2);
        self.dense.forward(&maps.pool2, &mut logits);
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
