//! Plans convolutions whose kernels are known, and each a column times a row, as two: one across, and one down its outputs.
//!
//! Comes in: an operation, its direct plan and its weights. Goes out: a [`Factored`], of which the parts are ordinary plans. Must not know: tokens,
//! where weights come from.

use super::frame::Frame;
use super::machine::{CACHES, REGISTER_FILES, RegisterFile};
use super::{Instead, Plan, Refused, planned, winograd};
use crate::layout::Toeplitz;
use crate::operation::{Activation, Algorithm, Axis, DataFormat, Element, Inner, Operation, Unroll};

/// What kernels and the products of their columns and rows may differ by, of the sum of a kernel's magnitudes, in roundings: a kernel whose numbers
/// are rounded products differs by one, and each of both factors is rounded too.
const ROUNDINGS: f64 = 4.0;
/// Bytes a cycle to write what is between both and to read it again, from the cache and from memory: some of that is done meanwhile.
const RATES: [f64; 2] = [24.0, 3.0];
/// Bytes that stay in the last cache.
const REACHABLE: usize = CACHES.third / 2;
/// How much of the direct cycles there may be at most.
const WORTH: f64 = 0.9;
/// Rounds of mending both factors by each other, after which they are the nearest ones.
const ROUNDS: usize = 4;

/// A convolution as two.
#[derive(Clone, Debug, PartialEq)]
pub struct Factored {
    /// With kernels of one row.
    pub across: Part,
    /// With kernels of one column, of the outputs of the other.
    pub down: Part,
}

/// One of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What is computed.
    pub operation: Operation,
    /// Its plan.
    pub plan: Plan,
}

/// The columns of all kernels, and their rows, each in the order of weights of such a part.
pub struct Factors {
    /// Weights of the part with kernels of one column.
    pub down: Vec<f64>,
    /// Weights of the part with kernels of one row.
    pub across: Vec<f64>,
}

/// The plan in two parts, where all kernels of `weights` are a column times a row, and that is cheaper than `direct`.
///
/// # Errors
///
/// As [`plan`](super::plan).
pub fn instead(operation: &Operation, weights: &[f64], direct: &Plan) -> Result<Option<Plan>, Refused> {
    let plain = direct.algorithm() == Algorithm::Direct && direct.sparse.is_none() && !direct.frame.is_trimmed();
    if operation.algorithm != Algorithm::Auto
        || operation.asked.choice.is_some()
        || !plain
        || !is_possible(operation)
        || !are_products(operation, weights)
    {
        return Ok(None);
    }
    let factored = Factored::new(operation)?;
    let files = REGISTER_FILES.map(|file| file.holding(operation.element));
    let is_cheaper = |&file: &RegisterFile| {
        factored.cycles(operation.element, file) <= WORTH * winograd::direct_cycles(direct, file)
    };
    if !files.iter().all(is_cheaper) {
        return Ok(None);
    }
    Ok(Some(direct.with(Instead::Factored(Box::new(factored)))))
}

/// Whether each output channel has a kernel of its own, of some rows and some columns.
fn is_possible(operation: &Operation) -> bool {
    let Operation { axes, inner, transposed, groups, in_channels, unroll, .. } = operation;
    matches!(axes.as_slice(), [rows, columns] if rows.kernel > 1 && columns.kernel > 1)
        && *inner == Inner::MultiplyAdd
        && !transposed
        && groups == in_channels
        && *unroll != Unroll::Full
        && operation.epsilon.is_none()
        && operation.then.is_none()
}

/// Whether every kernel is a column times a row, as far as the type of data shows.
fn are_products(operation: &Operation, weights: &[f64]) -> bool {
    let unit = match operation.element {
        Element::F32 => f64::from(f32::EPSILON) / 2.0,
        Element::F64 => f64::EPSILON / 2.0,
    };
    let kernels = Kernels::new(operation);
    let Factors { down, across } = factors(operation, weights);
    let rounded = |value: f64| match operation.element {
        Element::F32 => f64::from(value as f32),
        Element::F64 => value,
    };
    (0..operation.out_channels).all(|channel| {
        let (mut left, mut all) = (0.0, 0.0);
        for (row, column) in kernels.elements() {
            let product = rounded(down[kernels.line(channel, row, kernels.rows)])
                * rounded(across[kernels.line(channel, column, kernels.columns)]);
            let weight = weights[kernels.at(channel, row, column)];
            left += (weight - product).abs();
            all += weight.abs();
        }
        left <= ROUNDINGS * unit * all
    })
}

/// The nearest columns and rows of all kernels.
pub fn factors(operation: &Operation, weights: &[f64]) -> Factors {
    let kernels = Kernels::new(operation);
    let Kernels { rows, columns, channels, .. } = kernels;
    let mut factors = Factors { down: vec![0.0; rows * channels], across: vec![0.0; columns * channels] };
    for channel in 0..channels {
        let weight = |row: usize, column: usize| weights[kernels.at(channel, row, column)];
        let largest = kernels.elements().max_by(|&(a, b), &(c, d)| weight(a, b).abs().total_cmp(&weight(c, d).abs()));
        let Some((row, _)) = largest else { continue };
        // The row with the largest element is the row of all, times what each row has of it.
        let mut across: Vec<f64> = (0..columns).map(|column| weight(row, column)).collect();
        let mut down = vec![0.0; rows];
        for _ in 0..ROUNDS {
            let square = squares(&across);
            if square == 0.0 {
                break;
            }
            for (row, element) in down.iter_mut().enumerate() {
                *element =
                    across.iter().enumerate().map(|(column, other)| weight(row, column) * other).sum::<f64>() / square;
            }
            let square = squares(&down);
            for (column, element) in across.iter_mut().enumerate() {
                *element =
                    down.iter().enumerate().map(|(row, other)| weight(row, column) * other).sum::<f64>() / square;
            }
        }
        for (row, element) in down.into_iter().enumerate() {
            factors.down[kernels.line(channel, row, rows)] = element;
        }
        for (column, element) in across.into_iter().enumerate() {
            factors.across[kernels.line(channel, column, columns)] = element;
        }
    }
    factors
}

fn squares(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum()
}

/// Where the elements of kernels lie, one kernel an output channel.
#[derive(Clone, Copy)]
struct Kernels {
    rows: usize,
    columns: usize,
    channels: usize,
    first: bool,
}

impl Kernels {
    fn new(operation: &Operation) -> Self {
        let [rows, columns] = [0, 1].map(|axis: usize| operation.axes[axis].kernel);
        let first = operation.format == DataFormat::ChannelsFirst;
        Kernels { rows, columns, channels: operation.out_channels, first }
    }

    /// Rows and columns of a kernel.
    fn elements(self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.rows).flat_map(move |row| (0..self.columns).map(move |column| (row, column)))
    }

    /// An element of a channel's kernel, among all weights.
    fn at(self, channel: usize, row: usize, column: usize) -> usize {
        self.line(channel, row * self.columns + column, self.rows * self.columns)
    }

    /// An element of a channel's kernel of `len` elements, among those of all channels.
    fn line(self, channel: usize, element: usize, len: usize) -> usize {
        if self.first { channel * len + element } else { element * self.channels + channel }
    }
}

impl Factored {
    /// Both parts of `operation`.
    fn new(operation: &Operation) -> Result<Self, Refused> {
        let [rows, columns] = [0, 1].map(|axis: usize| operation.axes[axis]);
        let plain = Operation { algorithm: Algorithm::Direct, norm: None, ..operation.clone() };
        let across = Operation {
            axes: vec![Axis::pointwise(rows.input), columns],
            bias: false,
            activation: Activation::None,
            sum: None,
            ..plain.clone()
        };
        let channels = operation.out_channels;
        let axes = vec![rows, Axis::pointwise(columns.output)];
        let down = Operation { axes, in_channels: channels, groups: channels, ..plain };
        Ok(Factored { across: Part::new(across)?, down: Part::new(down)? })
    }

    /// Elements between both.
    pub fn between(&self) -> usize {
        let Operation { axes, out_channels, .. } = &self.across.operation;
        axes.iter().map(|axis| axis.output).product::<usize>() * out_channels
    }

    /// Predicted cycles on `file`.
    fn cycles(&self, element: Element, file: RegisterFile) -> f64 {
        let bytes = self.between() * element.bytes();
        let parts = [&self.across, &self.down].map(|part| winograd::direct_cycles(&part.plan, file));
        parts.iter().sum::<f64>() + bytes as f64 / RATES[usize::from(bytes > REACHABLE)]
    }
}

impl Part {
    fn new(operation: Operation) -> Result<Self, Refused> {
        let layout = Toeplitz::new(&operation);
        let mut plan = planned(&operation, Frame::new(&operation, &layout), layout.nnz(), None)?;
        // The layout that a layer shows is that of the whole.
        plan.frame.rows_in_layout = None;
        Ok(Part { operation, plan })
    }
}
