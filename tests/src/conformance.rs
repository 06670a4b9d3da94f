//! What the cases of other frameworks have in common: comes in a folder with arrays, and which operator they are for; goes out
//! nothing, or a panic that says what differs. Must not know: which cases there are.
//!
//! Arrays are read as they lie in the case, their axes brought into the operators' order (channels last, those of weights too), and
//! a batch is run image by image. An image is whatever the axes are, a signal or a volume too.

use std::fs;
use std::path::Path;

use toeplitz::{Buffer, Element, Layer, level_name, levels};

/// A file of a case, and which of its axes comes first, second ... for the operator.
pub struct Tensor {
    /// The file in the folder of the case.
    pub file: &'static str,
    /// Which axis of the file comes first for the operator, which second ...
    pub axes: &'static [usize],
}

/// How far an output may be from the golden one.
#[derive(Clone, Copy)]
pub enum Tolerance {
    /// Equal: all sums are exact in `f32`, or nothing is summed.
    Exact,
    /// A fraction of the largest golden value.
    Relative(f64),
    /// A fraction of the largest golden value, or of 1 if that is more.
    RelativeToOneOrMore(f64),
    /// So much.
    Absolute(f64),
    /// So much of the sum, and a fraction of the largest golden value of the activation.
    Sum(f64, f64),
}

/// A folder of a case, and how its files belong to an operator.
pub struct Case {
    /// Where the files are.
    pub folder: &'static str,
    /// The input, of a batch.
    pub input: Tensor,
    /// Parts of the weights, one after the other; a part that is missing is ones.
    pub weights: &'static [Option<Tensor>],
    /// The bias, if there is one.
    pub bias: Option<Tensor>,
    /// Whether the input has its signs changed first.
    pub negated: bool,
    /// The golden output.
    pub output: Tensor,
    /// How far from it an output may be.
    pub tolerance: Tolerance,
}

impl Case {
    fn read(&self, tensor: &Tensor) -> Vec<f64> {
        let (shape, values) = read_npy(&Path::new(self.folder).join(tensor.file));
        transpose(&shape, &values, tensor.axes)
    }

    /// Fills `buffer` from a file; a single value (numpy broadcasts it) fills all of it.
    fn fill<E: Element>(&self, tensor: Option<&Tensor>, buffer: &mut [E]) {
        let values = tensor.map_or_else(Vec::new, |tensor| self.read(tensor));
        match values[..] {
            [value] => buffer.fill(exact(value)),
            _ => fill(&values, buffer),
        }
    }

    fn bound(&self, golden: &[f64]) -> f64 {
        let largest = golden.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        match self.tolerance {
            Tolerance::Exact => 0.0,
            Tolerance::Relative(fraction) => fraction * largest,
            Tolerance::RelativeToOneOrMore(fraction) => fraction * largest.max(1.0),
            Tolerance::Absolute(bound) => bound,
            Tolerance::Sum(bound, fraction) => bound + fraction * largest,
        }
    }
}

/// Runs every image of a case at every level.
///
/// # Panics
///
/// If an output is not the golden one, or a file is not what the case says.
pub fn check<L: Layer>(case: &Case) {
    let (mut weights, mut bias) = (L::Weights::zeroed(), L::Bias::zeroed());
    let len = L::Weights::LEN / case.weights.len().max(1);
    for (part, weights) in case.weights.iter().zip(weights.as_mut_slice().chunks_mut(len.max(1))) {
        match part {
            Some(_) => case.fill(part.as_ref(), weights),
            None => weights.fill(exact(1.0)),
        }
    }
    case.fill(case.bias.as_ref(), bias.as_mut_slice());
    let layer = L::boxed(&weights, &bias);

    let (mut images, golden) = (case.read(&case.input), case.read(&case.output));
    if case.negated {
        for value in &mut images {
            *value = -*value;
        }
    }
    assert_eq!(images.len() % L::Input::LEN, 0, "{}: a whole number of images", case.folder);
    assert_eq!(images.len() / L::Input::LEN * L::Output::LEN, golden.len(), "{}: an output an image", case.folder);
    let bound = case.bound(&golden);
    for level in levels() {
        let (mut input, mut output, mut scratch) = (L::Input::zeroed(), L::Output::zeroed(), L::Scratch::zeroed());
        for (image, golden) in images.chunks(L::Input::LEN).zip(golden.chunks(L::Output::LEN)) {
            fill(image, input.as_mut_slice());
            // What is not written shows.
            output.as_mut_slice().fill(Element::from_f64(f64::NAN));
            layer.forward_at(level, &input, &mut output, &mut scratch);
            for (index, (&found, &expected)) in output.as_slice().iter().zip(golden).enumerate() {
                let close = (found.to_f64() - expected).abs() <= bound;
                assert!(
                    close,
                    "{} at {}: output {index} is {found}, not {expected}, within {bound:e}",
                    case.folder,
                    level_name(level)
                );
            }
        }
    }
}

fn fill<E: Element>(values: &[f64], buffer: &mut [E]) {
    assert_eq!(values.len(), buffer.len(), "the file has the length that the operator wants");
    for (value, &wanted) in buffer.iter_mut().zip(values) {
        *value = exact(wanted);
    }
}

fn exact<E: Element>(value: f64) -> E {
    let rounded = E::from_f64(value);
    assert!(rounded.to_f64().total_cmp(&value).is_eq(), "{value} is not a number of the layer's type");
    rounded
}

/// Shape and values of an array in numpy's format 1.0, C order.
fn read_npy(path: &Path) -> (Vec<usize>, Vec<f64>) {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(bytes.starts_with(b"\x93NUMPY\x01\x00"), "{}: not npy 1.0", path.display());
    let (header, data) = bytes[10..].split_at(usize::from(u16::from_le_bytes([bytes[8], bytes[9]])));
    let header = str::from_utf8(header).expect("the header is text");
    assert!(header.contains("'fortran_order': False"), "{}: {header}", path.display());
    let shape = header.split(['(', ')']).nth(1).expect("a shape in parentheses");
    let shape = shape.split(',').map(str::trim).filter(|size| !size.is_empty());
    let shape: Vec<usize> = shape.map(|size| size.parse().expect("a size")).collect();
    let values: Vec<f64> = if header.contains("'<f4'") {
        data.as_chunks().0.iter().map(|&bytes| f64::from(f32::from_le_bytes(bytes))).collect()
    } else if header.contains("'<f8'") {
        data.as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect()
    } else {
        assert!(header.contains("'|u1'"), "{}: {header}", path.display());
        data.iter().map(|&byte| f64::from(byte)).collect()
    };
    assert_eq!(values.len(), shape.iter().product::<usize>(), "{}: all of it", path.display());
    (shape, values)
}

/// The values with axis `axes[0]` outermost, then `axes[1]` ...
fn transpose(shape: &[usize], values: &[f64], axes: &[usize]) -> Vec<f64> {
    assert_eq!(shape.len(), axes.len(), "as many axes as the build script saw");
    // Each axis adds its steps to every position found so far.
    let mut positions = vec![0];
    for &axis in axes {
        let unit: usize = shape[axis + 1..].iter().product();
        positions = positions.iter().flat_map(|&at| (0..shape[axis]).map(move |index| at + index * unit)).collect();
    }
    positions.iter().map(|&at| values[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::transpose;

    #[test]
    fn transposing_moves_the_axes() {
        let values: Vec<f64> = (0..6).map(f64::from).collect();
        assert_eq!(transpose(&[2, 3], &values, &[1, 0]), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        assert_eq!(transpose(&[1, 2, 3], &values, &[0, 2, 1]), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        assert_eq!(transpose(&[], &[7.0], &[]), [7.0]);
    }
}
