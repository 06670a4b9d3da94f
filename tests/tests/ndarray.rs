//! `forward_nd`: what `forward` gives, whatever the strides of the view; a wrong shape is an error that names both.

use ndarray::{Array, Array1, Array3, ArrayView, Axis, Dimension, IntoDimension, Slice};
use toeplitz::{Buffer, Layer, avg_pool3d, conv1d, conv2d, dense, global_max_pool, max_pool2d};

conv1d! { struct Conv1 < in: 20x3, kernel: 4x5, stride: 2 >; }
conv2d! { struct Conv2 < in: 7x5x3, kernel: 3x3x6, padding: same, activation: relu >; }
max_pool2d! { struct Pool2 < in: 9x6x4, window: 3x2 >; }
avg_pool3d! { struct Pool3 < in: 4x5x6x2, window: 2x2x3 >; }
global_max_pool! { struct Global < in: 5x4x3 >; }
dense! { struct Dense < in: 4x3x2, units: 5 >; }

/// Numbers of an uneven spread, a different one for each index.
fn number(index: usize) -> f32 {
    ((index * 37 + 11) % 101) as f32 / 16.0 - 3.0
}

/// A layer with such weights.
fn layer<L: Layer<Element = f32>>() -> L {
    let (mut weights, mut bias) = (L::Weights::ZEROS, L::Bias::ZEROS);
    weights.as_mut_slice().iter_mut().enumerate().for_each(|(index, weight)| *weight = number(index + 7));
    bias.as_mut_slice().iter_mut().enumerate().for_each(|(index, bias)| *bias = number(index + 5));
    L::new(&weights, &bias)
}

/// Whether `view` gives what `forward` gives on its elements in order, in an array of shape `output`.
fn check<L: Layer<Element = f32>, D: Dimension>(view: ArrayView<'_, f32, D>, output: &[usize]) {
    let layer = layer::<L>();
    let elements: Vec<f32> = view.iter().copied().collect();
    let mut expected = L::Output::zeroed();
    layer.forward(L::Input::from_slice(&elements).unwrap(), &mut expected);
    let found = layer.forward_nd(view).unwrap();
    assert_eq!(found.shape(), output);
    assert_eq!(found.as_slice().unwrap(), expected.as_slice());
}

fn array<D: Dimension>(shape: impl IntoDimension<Dim = D>) -> Array<f32, D> {
    let shape = shape.into_dimension();
    let elements = (0..shape.size()).map(number).collect();
    Array::from_shape_vec(shape, elements).unwrap()
}

#[test]
fn every_rank_has_its_arrays() {
    check::<Conv1, _>(array((20, 3)).view(), &[9, 5]);
    check::<Conv2, _>(array((7, 5, 3)).view(), &[7, 5, 6]);
    check::<Pool2, _>(array((9, 6, 4)).view(), &[3, 3, 4]);
    check::<Pool3, _>(array((4, 5, 6, 2)).view(), &[2, 2, 2, 2]);
    check::<Global, _>(array((5, 4, 3)).view(), &[1, 1, 3]);
    check::<Dense, _>(array(24).view(), &[5]);
    check::<Conv2, _>(array((7, 5, 3)).view().into_dyn(), &[7, 5, 6]);
}

#[test]
fn strides_do_not_matter() {
    let channels_first: Array3<f32> = array((3, 7, 5));
    check::<Conv2, _>(channels_first.view().permuted_axes([1, 2, 0]), &[7, 5, 6]);
    check::<Conv2, _>(array((5, 7, 3)).view().permuted_axes([1, 0, 2]), &[7, 5, 6]);
    // Every other row, backwards, and all columns but the first: the macro that writes slices is not for crates without `unsafe`.
    let slices = [Slice::new(0, None, -2), Slice::new(1, None, 1), Slice::new(0, None, 1)];
    check::<Conv2, _>(array((14, 6, 3)).slice_each_axis(|axis| slices[axis.axis.index()]), &[7, 5, 6]);
    let mut mirrored = array((7, 5, 3));
    mirrored.invert_axis(Axis(2));
    check::<Conv2, _>(mirrored.view(), &[7, 5, 6]);
    let row: Array1<f32> = array(3);
    check::<Conv2, _>(row.broadcast((7, 5, 3)).unwrap(), &[7, 5, 6]);
    check::<Dense, _>(array(48).slice_axis(Axis(0), Slice::new(0, None, -2)), &[5]);
    check::<Conv1, _>(array((3, 20)).t(), &[9, 5]);
}

#[test]
fn a_wrong_shape_is_an_error_that_names_both() {
    let message = |error: toeplitz::WrongShape| error.to_string();
    let error = layer::<Conv2>().forward_nd(array((5, 7, 3)).view()).unwrap_err();
    assert_eq!((&error.expected[..], &error.found[..]), (&[7, 5, 3][..], &[5, 7, 3][..]));
    assert_eq!(message(error), "the input must have shape [7, 5, 3], channels last, found [5, 7, 3]");
    let flat = layer::<Conv2>().forward_nd(array(105).view()).unwrap_err();
    assert_eq!(message(flat), "the input must have shape [7, 5, 3], channels last, found [105]");
    let deep = layer::<Dense>().forward_nd(array((4, 3, 2)).view()).unwrap_err();
    assert_eq!(message(deep), "the input must have shape [24], found [4, 3, 2]");
}
