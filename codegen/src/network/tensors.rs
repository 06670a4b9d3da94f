//! The arrays of a network's layers as named tensors.
//!
//! Comes in: a layer's operation, and what the network says about the names and the order of its weights. Goes out: for each array that
//! the layer's constructor takes, its tensor, and its elements where they are known. Must not know: files, how weights are packed.

use std::ops::Range;
use std::rc::Rc;

use toeplitz_tensors::{Tensor, WeightsLayout};

use crate::operation::{Activation, DataFormat, Operation};
use crate::operator::{Kind, Operator};
use crate::spec::Spec;

/// An array that a layer is made from.
#[derive(Clone)]
pub(crate) struct Array {
    /// The constructor's parameter.
    pub(crate) parameter: &'static str,
    /// What a file calls it.
    pub(crate) name: String,
    /// Its sizes in a file.
    pub(crate) shape: Vec<usize>,
    /// The layer's order of the file's elements, as in [`Tensor::order`].
    pub(crate) order: Vec<(usize, usize)>,
    /// The order in a file.
    pub(crate) layout: WeightsLayout,
    /// The elements in the layer's order, where a file has them: what the layer is made from, and what a plan may look at.
    pub(crate) elements: Option<Rc<[f64]>>,
    /// The bytes of the file that they were read from, in the file's order, if they lie there as they are.
    pub(crate) place: Option<Range<usize>>,
}

impl Array {
    /// As it is looked for.
    pub(crate) fn tensor(&self) -> Tensor<'_> {
        Tensor {
            name: &self.name,
            shape: &self.shape,
            order: &self.order,
            layout: self.layout,
            is_bias: self.is_bias(),
        }
    }

    /// Number of elements.
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether layers take it apart from everything else.
    pub(crate) fn is_bias(&self) -> bool {
        self.parameter == "bias"
    }
}

/// What an array is called behind the layer's name: as `PyTorch` does, `slope` for what it has no name of its own.
pub(crate) fn role(parameter: &str) -> &'static str {
    match parameter {
        "bias" | "beta" => "bias",
        "depthwise" => "depthwise.weight",
        "pointwise" => "pointwise.weight",
        "slopes" => "slope",
        "mean" => "running_mean",
        "variance" => "running_var",
        _ => "weight",
    }
}

/// The arrays of a layer by itself, which has no name: in its own order.
pub(crate) fn arrays(spec: &Spec, operation: &Operation) -> Vec<Array> {
    let layout = layout(operation.format);
    let source = Source { operator: spec.operator, operation, map: &spec.input.value, layout };
    source.parameters().into_iter().map(|parameter| source.array(parameter, role(parameter).to_owned())).collect()
}

/// What the arrays of a layer are like.
pub(super) struct Source<'a> {
    pub(super) operator: Operator,
    pub(super) operation: &'a Operation,
    /// The sizes that the elements of a dense layer's input had before they became one list, channels last.
    pub(super) map: &'a [usize],
    /// The order in a file.
    pub(super) layout: WeightsLayout,
}

/// An array as axes, each by its number of elements, and the sizes that they make in either order: for each size the axes, by their
/// indices, that it runs over, the last of them innermost.
struct Axes {
    lens: Vec<usize>,
    hwio: Vec<Vec<usize>>,
    oihw: Vec<Vec<usize>>,
}

/// The order in which a layer with such data takes weights.
pub(super) fn layout(format: DataFormat) -> WeightsLayout {
    match format {
        DataFormat::ChannelsLast => WeightsLayout::Hwio,
        DataFormat::ChannelsFirst => WeightsLayout::Oihw,
    }
}

impl Source<'_> {
    /// The constructor's parameters, in its order.
    pub(super) fn parameters(&self) -> Vec<&'static str> {
        let Operation { inner, epsilon, then, .. } = self.operation;
        let Operation { bias, activation, .. } = self.operation.last();
        let mut parameters = match (epsilon, then) {
            _ if !inner.is_weighted() => return Vec::new(),
            (Some(_), _) => vec!["gamma", "beta", "mean", "variance"],
            (None, Some(_)) => vec!["depthwise", "pointwise"],
            (None, None) => vec!["weights"],
        };
        if *bias && epsilon.is_none() {
            parameters.push("bias");
        }
        if *activation == Activation::Prelu {
            parameters.push("slopes");
        }
        parameters
    }

    /// The array `parameter`, which is called `name`.
    pub(super) fn array(&self, parameter: &'static str, name: String) -> Array {
        let Axes { lens, hwio, oihw } = self.axes(parameter);
        let sizes = |layout| if layout == WeightsLayout::Hwio { &hwio } else { &oihw };
        let (file, own) = (sizes(self.layout), sizes(layout(self.operation.format)));
        let shape = file.iter().map(|axes| axes.iter().map(|&axis| lens[axis]).product()).collect();
        let (mut apart, mut distance) = (vec![0; lens.len()], 1);
        for &axis in file.iter().flatten().rev() {
            apart[axis] = distance;
            distance *= lens[axis];
        }
        let mut order: Vec<(usize, usize)> = Vec::new();
        for &axis in own.iter().flatten().filter(|&&axis| lens[axis] > 1) {
            match order.last_mut() {
                // Axes that follow each other in both orders are one.
                Some(outer) if outer.1 == lens[axis] * apart[axis] => *outer = (outer.0 * lens[axis], apart[axis]),
                _ => order.push((lens[axis], apart[axis])),
            }
        }
        Array { parameter, name, shape, order, layout: self.layout, elements: None, place: None }
    }

    /// An array as axes: spatial ones first, then input channels, then output channels.
    fn axes(&self, parameter: &str) -> Axes {
        let Operation { in_channels, out_channels, groups, transposed, ref axes, .. } = *self.operation;
        let outputs = self.operation.last().out_channels;
        let kind = self.operator.kind();
        let kernel = || axes.iter().map(|axis| axis.kernel);
        match parameter {
            "weights" if kind == Kind::Dense => self.dense(),
            "gamma" | "beta" | "mean" | "variance" if kind == Kind::BatchNorm && axes.is_empty() => self.flat(),
            "weights" | "depthwise" => {
                let apart = matches!(kind, Kind::Depthwise | Kind::Separable);
                let channels = if apart || transposed {
                    [in_channels, out_channels / groups]
                } else {
                    [in_channels / groups, out_channels]
                };
                windowed(kernel().collect(), channels, apart, transposed)
            }
            "pointwise" => windowed(vec![1; axes.len()], [out_channels, outputs], false, false),
            _ => Axes { lens: vec![outputs], hwio: vec![vec![0]], oihw: vec![vec![0]] },
        }
    }

    /// The axes of a dense layer's weights: those of the map that it takes, then the outputs.
    fn dense(&self) -> Axes {
        let Axes { mut lens, hwio, oihw } = self.flat();
        let output = lens.len();
        lens.push(self.operation.out_channels);
        Axes { lens, hwio: [hwio, vec![vec![output]]].concat(), oihw: [vec![vec![output]], oihw].concat() }
    }

    /// The axes of a list that was a map.
    fn flat(&self) -> Axes {
        let channels = self.map.len() - 1;
        let first = std::iter::once(channels).chain(0..channels).collect();
        Axes { lens: self.map.to_vec(), hwio: vec![(0..=channels).collect()], oihw: vec![first] }
    }
}

/// The axes of weights of a window: `apart`, where each input channel has output channels of its own.
fn windowed(kernel: Vec<usize>, [inputs, outputs]: [usize; 2], apart: bool, transposed: bool) -> Axes {
    let rank = kernel.len();
    let (i, o) = (rank, rank + 1);
    let spatial = || (0..rank).map(|axis| vec![axis]);
    let last = if transposed { [vec![o], vec![i]] } else { [vec![i], vec![o]] };
    let first = match (apart, transposed) {
        (true, _) => [vec![i, o], vec![]],
        (_, true) => [vec![i], vec![o]],
        _ => [vec![o], vec![i]],
    };
    let mut lens = kernel;
    lens.extend([inputs, outputs]);
    Axes { lens, hwio: spatial().chain(last).collect(), oihw: first.into_iter().chain(spatial()).collect() }
}
