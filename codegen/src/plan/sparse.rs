//! Plans of layers whose weights are known and partly zero: of each packed panel only the steps that are not are kept, in lists.
//!
//! Comes in: operation, frame, and where weights are zero. Goes out: panels with a [`List`] each, and the nests for them, where these are
//! predicted to be faster than those of all steps. Must not know: tokens, weights.
//!
//! A list costs a little at every step, so it has to leave out more than a few. Zeros that are whole kernel elements, input channels or
//! blocks of outputs are always looked at; where most blocks are zero, each is looked at by itself.

use super::frame::Frame;
use super::panel::{self, Panel};
use super::zeros::{BLOCK, Zeros};
use super::{Kernel, Nest, NoSuchPlan, cost};
use crate::operation::{DataFormat, Inner, Operation, Unroll};

/// The steps of a panel group that are done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Those of each panel, of each of its kernel rows: a kernel column and an input channel each, counted as one.
    pub steps: Vec<u32>,
    /// Where in `steps` those of each kernel column begin, and where those of the last end: `[panels][kernel rows][kernel columns + 1]`.
    pub starts: Vec<u32>,
    /// Kernel columns.
    pub columns: usize,
}

/// What a plan knows about zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sparse {
    /// One for each panel group.
    pub lists: Vec<List>,
    /// Blocks of [`BLOCK`] outputs of one step.
    pub blocks: usize,
    /// Those of them that are not zero.
    pub filled: usize,
}

/// Panels, their lists and their nests.
pub(super) struct Packed {
    pub(super) panels: Vec<Panel>,
    pub(super) sparse: Sparse,
    pub(super) kernels: Vec<Kernel>,
}

/// Whether zeros of the weights of `operation` are looked at: where they lie step by step, and a step is an input for all outputs.
pub(crate) fn is_looked_at(operation: &Operation) -> bool {
    operation.inner == Inner::MultiplyAdd
        && operation.epsilon.is_none()
        && operation.groups == 1
        && !operation.transposed
        && operation.format == DataFormat::ChannelsLast
        && operation.unroll != Unroll::Full
}

/// The fastest way to leave zeros out, with the `kernels` of some panels; nothing where the kernels of all steps, `dense`, are faster.
pub(super) fn best(
    operation: &Operation,
    frame: &Frame,
    zeros: &Zeros,
    (panels, dense): (&[Panel], &[Kernel]),
    kernels: impl Fn(&[Panel]) -> Result<Vec<Kernel>, NoSuchPlan>,
) -> Result<Option<Packed>, NoSuchPlan> {
    let cycles = |panels: &[Panel], kernel: &Kernel| {
        let of_nest =
            |nest: &Nest| cost::nest_cycles(kernel.file, frame, nest.panel.map(|at| &panels[at]), nest).total();
        kernel.nests.iter().map(of_nest).sum::<f64>()
    };
    let done = if zeros.is_pruned() { zeros.clone() } else { zeros.whole() };
    if done.filled() == done.all() {
        return Ok(None);
    }
    // All register files count the same.
    let mut least = dense.len() as f64;
    let mut best = None;
    let mut widths = vec![BLOCK, panel::widest(operation.element)];
    widths.dedup();
    for width in widths {
        let (listed, lists) = listed(frame, &done, width);
        let kernels = kernels(&listed)?;
        let pairs = kernels.iter().zip(dense);
        let relative: f64 = pairs.map(|(kernel, dense)| cycles(&listed, kernel) / cycles(panels, dense)).sum();
        if relative < least {
            least = relative;
            let sparse = Sparse { lists, blocks: zeros.all(), filled: zeros.filled() };
            best = Some(Packed { panels: listed, sparse, kernels });
        }
    }
    Ok(best)
}

/// Panels of so many outputs, the last of those that are left, with their lists.
fn listed(frame: &Frame, zeros: &Zeros, width: usize) -> (Vec<Panel>, Vec<List>) {
    let outputs = frame.out_channels;
    let full = outputs / width;
    let groups = [(0, full * width), (full * width, outputs)];
    let group = |(first, end): (usize, usize)| {
        let outputs = end - first;
        let count = outputs.div_ceil(width);
        let panels = (0..count).map(|panel| (first + panel * width, end.min(first + (panel + 1) * width)));
        let list = List::new(frame, zeros, panels);
        let listed = Some(list.steps.len());
        (Panel { first, outputs, width, interleave: 1, count, listed }, list)
    };
    groups.into_iter().filter(|(first, end)| first < end).map(group).unzip()
}

#[expect(clippy::cast_possible_truncation, reason = "no layer has 2^32 weights")]
impl List {
    /// The steps of `panels`, each from one output to another.
    fn new(frame: &Frame, zeros: &Zeros, panels: impl Iterator<Item = (usize, usize)>) -> Self {
        let (depth, columns) = (frame.depth(), frame.columns.kernel);
        let mut list = List { steps: Vec::new(), starts: Vec::new(), columns };
        for (first, end) in panels {
            for row in 0..frame.kernel_rows() {
                for step in 0..frame.row_depth() {
                    if step % depth == 0 {
                        list.starts.push(list.steps.len() as u32);
                    }
                    if zeros.meets(row * frame.row_depth() + step, first, end) {
                        list.steps.push(step as u32);
                    }
                }
                list.starts.push(list.steps.len() as u32);
            }
        }
        list
    }
}

impl List {
    /// Each kernel row of each panel, in order, with where in `steps` each of its columns begins and ends.
    fn rows(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.chunks(self.columns + 1)
    }

    /// The steps, counted over all rows of all panels, which have so many each.
    pub fn places(&self, each: usize) -> impl Iterator<Item = usize> {
        self.rows().enumerate().flat_map(move |(row, starts)| {
            let steps = &self.steps[starts[0] as usize..starts[self.columns] as usize];
            steps.iter().map(move |&step| row * each + step as usize)
        })
    }
}

/// Multiply-adds of the steps in `lists`.
pub(super) fn macs(frame: &Frame, panels: &[Panel], lists: &[List]) -> u64 {
    let mut macs = 0;
    for (panel, list) in panels.iter().zip(lists) {
        for (index, starts) in list.rows().enumerate() {
            let (at, row) = (index / frame.kernel_rows(), index % frame.kernel_rows());
            let outputs = panel.width.min(panel.outputs - at * panel.width) as u64;
            let planes = frame.planes.as_ref().map_or(1, |planes| planes.outputs_of(row / frame.rows.kernel));
            let rows = planes * frame.rows.outputs_of(row % frame.rows.kernel);
            let steps = starts.windows(2).enumerate();
            let pixels = steps.map(|(column, ends)| u64::from(ends[1] - ends[0]) * frame.columns.outputs_of(column));
            macs += outputs * rows * pixels.sum::<u64>();
        }
    }
    macs
}
