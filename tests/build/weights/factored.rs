//! Weights for `tests/factored.rs`: kernels that are a column times a row, and some that are nearly so.
//!
//! Comes in: nothing. Goes out: tensors. Must not know: what the macros make of them.

use super::Tensor;
use crate::numeric::random::Random;

/// A kernel's name, and its sizes in Keras' order, of which the last two are channels.
const PRODUCTS: &[(&str, [usize; 4])] = &[
    ("blur", [7, 7, 3, 1]),
    ("edges", [5, 9, 1, 4]),
    ("single", [11, 7, 1, 1]),
    ("wide", [6, 15, 20, 1]),
    ("several", [7, 8, 3, 2]),
    ("normed", [9, 7, 16, 1]),
    ("small", [2, 2, 8, 1]),
    ("nearly", [7, 7, 3, 1]),
];

/// All tensors; of `nearly` a single element is off by a ten-thousandth.
pub(super) fn tensors() -> Vec<Tensor> {
    let mut random = Random(6);
    let mut numbers =
        |len: usize| (0..len).map(|_| (random.below(2000) as f64 - 999.5) / 1000.0 + 1e-9).collect::<Vec<f64>>();
    let mut tensors = Vec::new();
    for &(name, shape) in PRODUCTS {
        let [rows, columns, from, each] = shape;
        let outputs = from * each;
        let (down, across) = (numbers(rows * outputs), numbers(columns * outputs));
        let mut elements: Vec<f64> = (0..rows * columns * outputs)
            .map(|at| {
                let (row, column, output) = (at / outputs / columns, at / outputs % columns, at % outputs);
                down[row * outputs + output] * across[column * outputs + output]
            })
            .collect();
        if name == "nearly" {
            elements[40] += 1e-4;
        }
        tensors.push(Tensor { name: format!("{name}.weight"), shape: shape.to_vec(), elements });
        tensors.push(Tensor { name: format!("{name}.bias"), shape: vec![outputs], elements: numbers(outputs) });
    }
    for role in ["weight", "bias", "running_mean", "running_var"] {
        let elements = numbers(16).into_iter().map(|value| if role == "running_var" { value.abs() } else { value });
        tensors.push(Tensor { name: format!("norm.{role}"), shape: vec![16], elements: elements.collect() });
    }
    tensors
}
