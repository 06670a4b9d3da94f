//! Arrays of `ndarray` through a layer.
//!
//! Comes in: a [`Layer`] and a view of any strides. Goes out: an array, or the two shapes that differ. Must not know: what the layer
//! computes.

use alloc::vec::Vec;
use core::fmt;

use ndarray::{Array, ArrayView, Dimension};

use crate::{Buffer, DataFormat, Element, Layer, Spec, reference};

/// An array did not have the shape of the layer's input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongShape {
    /// The layer's shape: sizes along the spatial axes, outermost first, then channels; channels first where the layer is `nchw`.
    pub expected: Vec<usize>,
    /// The shape found.
    pub found: Vec<usize>,
    /// Where the layer has its channels.
    pub format: DataFormat,
}

impl fmt::Display for WrongShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, found, format } = self;
        let channels = match format {
            _ if expected.len() == 1 => "",
            DataFormat::ChannelsLast => ", channels last",
            DataFormat::ChannelsFirst => ", channels first",
        };
        write!(f, "the input must have shape {expected:?}{channels}, found {found:?}")
    }
}

impl core::error::Error for WrongShape {}

/// Sizes as elements lie in memory, of `shape`, which has channels last.
fn in_memory(spec: &Spec, mut shape: Vec<usize>) -> Vec<usize> {
    if spec.format == DataFormat::ChannelsFirst {
        shape.rotate_right(1);
    }
    shape
}

/// `layer` on `input`, copied first if it does not lie in memory as layers take it.
pub(crate) fn forward<L: Layer, D: Dimension>(
    layer: &L,
    input: &ArrayView<'_, L::Element, D>,
) -> Result<Array<L::Element, D>, WrongShape> {
    const FITS: &str = "a layer's types fit its specification, as `verify` checks";
    let spec = L::SPEC;
    let expected = in_memory(&spec, spec.axes.iter().map(|axis| axis.input).chain([spec.in_channels]).collect());
    if input.shape() != expected {
        return Err(WrongShape { expected, found: input.shape().to_vec(), format: spec.format });
    }
    let mut shape = input.raw_dim();
    let sizes = in_memory(&spec, reference::output_shape(&spec).expect(FITS));
    // A network may end with fewer axes than it begins with.
    let (ones, rest) = shape.slice_mut().split_at_mut(input.ndim() - sizes.len());
    ones.fill(1);
    rest.copy_from_slice(&sizes);
    let mut output = Array::from_elem(shape, L::Element::ZERO);
    let input = input.as_standard_layout();
    let elements = input.as_slice().zip(output.as_slice_mut()).expect("both are in standard layout");
    layer.forward(L::Input::from_slice(elements.0).expect(FITS), L::Output::from_mut_slice(elements.1).expect(FITS));
    Ok(output)
}
