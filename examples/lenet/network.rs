//! The network, compiled for its shapes, and the memory that it works in.
//!
//! Comes in: trained weights, then digits. Goes out: ten logits a digit, the largest of which tells what it is. Must not
//! know: files, labels, the terminal.

use anyhow::Result;
use toeplitz::{Aligned, Arena, network};

use crate::data::{Digit, Tensors};

network! {
    /// Digit classifier, the classic shape.
    pub(crate) struct Lenet < in: 28x28x1 > {
        conv1 = conv2d!< kernel: 5x5x32, padding: same, stride: 1, activation: relu >;
        pool1 = max_pool2d!< window: 2x2, stride: 2 >;
        conv2 = conv2d!< kernel: 5x5x64, padding: same, stride: 1, activation: relu >;
        pool2 = max_pool2d!< window: 2x2, stride: 2 >;
        dense = dense!< units: 10 >;
    }
}

/// One value for each of the digits 0 to 9; the largest wins.
pub(crate) type Logits = [f32; 10];

/// Packed weights and memory: all that reading a digit takes. On the heap, for no stack need hold it.
pub(crate) struct Network {
    lenet: Box<Lenet>,
    image: Box<Aligned<[f32; Lenet::INPUT.len()]>>,
    arena: Box<Arena<Lenet>>,
}

impl Network {
    /// The network of these weights: convolutions HWIO, dense `[in][out]`.
    pub(crate) fn new(weights: &Tensors) -> Result<Self> {
        let lenet = Lenet::from_tensors(|name| weights.get(name))?;
        Ok(Self { lenet, image: Aligned::boxed_zeroed(), arena: Arena::boxed() })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::parse_weights;

    fn message(json: &str, data: usize) -> String {
        let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
        bytes.extend(json.as_bytes());
        bytes.extend(vec![0; data]);
        let network = parse_weights(&bytes).and_then(|tensors| Network::new(&tensors));
        format!("{:#}", network.err().unwrap())
    }

    #[test]
    fn every_wrong_tensor_is_named() {
        let missing = message("{}", 0);
        assert_eq!(missing.lines().count(), 6, "{missing}");
        assert!(
            missing.starts_with("there is no tensor `conv1.weight`, expected one of shape [5, 5, 1, 32]"),
            "{missing}"
        );
        let shape = message(r#"{"conv1.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#, 16);
        assert!(shape.starts_with("tensor `conv1.weight` has shape [2, 2], expected [5, 5, 1, 32]\n"), "{shape}");
        let dtype = message(r#"{"conv1.weight":{"dtype":"I32","shape":[5,5,1,32],"data_offsets":[0,3200]}}"#, 3200);
        assert_eq!(dtype, "found `conv1.weight` of type I32, expected F32");
    }
}
