//! Decides everything the emitter does: packing, loop order, tile shapes, what is unrolled.
//!
//! Comes in: an [`Operation`] and its [`Toeplitz`] layout. Goes out: a [`Plan`] for each register file. Must not know: tokens.

mod along;
pub mod budget;
mod candidate;
mod cost;
mod describe;
mod diagonal;
pub mod explain;
pub mod factored;
pub mod fourier;
pub mod frame;
pub mod machine;
pub mod panel;
mod parts;
mod refusal;
pub mod sparse;
mod strip;
pub mod then;
pub mod tile;
mod unfit;
pub mod winograd;
pub mod zeros;

use core::ops::Range;

pub use budget::OverBudget;
pub(crate) use describe::grouped;
use factored::Factored;
use fourier::Fourier;
use frame::Frame;
use machine::{REGISTER_FILES, RegisterFile};
use panel::Panel;
pub use parts::{Lines, Parts};
pub use refusal::{NoSuchPlan, Refused};
use sparse::{Packed, Sparse};
use then::Then;
use tile::Region;
pub use unfit::Refusal;
use winograd::Winograd;
use zeros::Zeros;

use crate::choice::Shape;
use crate::layout::Toeplitz;
use crate::operation::{Algorithm, Inner, Operation, Unroll};

/// How an operator is computed, for every register file.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Rows and columns as the loops see them.
    pub frame: Frame,
    /// Packing of the weights; none for an operator without weights.
    pub panels: Vec<Panel>,
    /// The steps of the panels that are done, where others are zeros that are left out.
    pub sparse: Option<Sparse>,
    /// Whether the sums of weights' magnitudes are packed too, one for each kernel element: what taps in the padding amount to.
    pub magnitudes: bool,
    /// One kernel a register file; none where nothing is tiled.
    pub kernels: Vec<Kernel>,
    /// Whether rows, tiles and taps are all straight-line code.
    pub unrolled: bool,
    /// Multiply-adds (or comparisons) of one forward pass, without those of `then`.
    pub macs: u64,
    /// What follows, a few rows at a time.
    pub then: Option<Box<Then>>,
    /// How products are made fewer, if they are: there are no kernels and no panels then but those in here.
    pub instead: Option<Instead>,
    /// How threads may share a forward pass, if it is worth it.
    pub parts: Option<Parts>,
}

/// What is done in place of products one by one.
#[derive(Clone, Debug, PartialEq)]
pub enum Instead {
    /// Tiles are transformed.
    Winograd(Box<Winograd>),
    /// Signals are transformed.
    Fourier(Box<Fourier>),
    /// Columns of kernels follow their rows.
    Factored(Box<Factored>),
}

/// The code for one register file: nests that together compute every output once.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    /// The registers it is for.
    pub file: RegisterFile,
    /// One nest a channel group.
    pub nests: Vec<Nest>,
}

/// Loops over channel blocks and output rows around the strips of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Nest {
    /// Index of the packed weights in [`Plan::panels`]; none for an operator without weights.
    pub panel: Option<usize>,
    /// Panels of one block.
    pub panels: usize,
    /// Blocks that share a panel; 1 where blocks are whole panels.
    pub slices: usize,
    /// Groups of channels, each with its own blocks.
    pub groups: usize,
    /// First output channel, counted within the group.
    pub first: usize,
    /// Output channels of one block that are stored.
    pub outputs: usize,
    /// Number of blocks of a group.
    pub blocks: usize,
    /// Which loop is outside.
    pub order: Order,
    /// Whether each tile goes down all rows before its neighbour starts, so that the input rows which the next output row meets
    /// too wait in the first-level cache.
    pub down: bool,
    /// Output rows of one tile, where a run of rows has so many left.
    pub rows: usize,
    /// The tiles of one group of rows, left to right.
    pub strips: Vec<Strip>,
    /// The tiles of a single row, for what is left of a run; none where nothing is.
    pub singles: Vec<Strip>,
}

/// Whether the weights or the pixels stay put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Channel blocks outside: a block's weights stay in cache for all pixels.
    BlocksOutside,
    /// Pixels outside: a tile's inputs stay in cache for all blocks, and outputs are written in order.
    PixelsOutside,
}

impl Order {
    /// The other one.
    pub(super) fn other(self) -> Self {
        match self {
            Self::BlocksOutside => Self::PixelsOutside,
            Self::PixelsOutside => Self::BlocksOutside,
        }
    }
}

/// A region of the columns and how its tiles are computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// Where.
    pub region: Region,
    /// Column runs that are looped over, output by output and tap by tap: the region's tile is then one product of theirs.
    pub runs: Option<Range<usize>>,
    /// Lanes of the vectors used; 1 is a scalar.
    pub lanes: usize,
    /// Accumulators of one output column (of the whole tile for [`Body::Along`], which divides them among its channels).
    pub vectors: usize,
    /// How products are ordered.
    pub body: Body,
    /// Sets of accumulators that a stream alternates between, so that a small tile does not wait for its own sums.
    pub split: usize,
}

/// The order of products inside a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Walks the input columns: each loaded value is used for every tap it meets, the kernel row's weights stay in registers.
    Walk,
    /// Streams the kernel row's weights past the tile, `unroll` steps a turn of the loop.
    Stream {
        /// Steps written out.
        unroll: usize,
    },
    /// Streams the weights of a kernel row that are in the panel's list past the tile, `unroll` steps a turn of the loop.
    Sparse {
        /// Steps written out.
        unroll: usize,
    },
    /// Lanes run along the row: neighbouring outputs share a vector, weights are broadcast. Of a single row, `unroll` kernel columns a turn of
    /// the loop over them.
    Along {
        /// Kernel columns written out.
        unroll: usize,
    },
}

/// Plans `operation`.
///
/// # Errors
///
/// What was asked for is larger than [`budget`] allows, or is none of the candidates.
pub fn plan(operation: &Operation, layout: &Toeplitz) -> Result<Plan, Refused> {
    knowing(operation, layout, None)
}

/// Plans `operation`, of whose weights it is known where they are zero.
///
/// # Errors
///
/// As [`plan`].
pub fn knowing(operation: &Operation, layout: &Toeplitz, zeros: Option<&Zeros>) -> Result<Plan, Refused> {
    let direct = planned(operation, Frame::new(operation, layout).in_rows(), layout.nnz(), zeros)?;
    // What is left of a pruned layer is less than any tile saves.
    let fewer = if direct.sparse.is_some() {
        None
    } else {
        let by_tiles = winograd::instead(operation, &direct)?;
        by_tiles.or_else(|| fourier::instead(operation, &direct))
    };
    let plan = fewer.unwrap_or(direct);
    Ok(Plan { parts: parts::parts(&plan), ..plan })
}

/// Plans `operation`, of so many products, as the loops over `frame`.
fn planned(operation: &Operation, mut frame: Frame, macs: u64, zeros: Option<&Zeros>) -> Result<Plan, Refused> {
    let along = along::runs_along(operation, &frame);
    // Along the row, rows and columns are written out together.
    let zeros = zeros.filter(|_| !along);
    if let Some(zeros) = zeros {
        frame.leave_out(&zeros.elements());
    }
    let macs = if frame.is_trimmed() { frame.products() } else { macs };
    let shares = frame.rows.kernel > 1 && along;
    let then = operation.then.as_ref().map(|next| Then::new(next, &frame, shares)).transpose()?;
    if let Some(then) = &then {
        // What the one writes is what the other reads.
        frame.to = then.plan.frame.from;
        frame.waiting = Some(then.rows);
    }
    let panels = candidate::packing(operation, &frame);
    let dense = kernels(operation, &frame, &panels)?;
    let listed = match zeros {
        // What was asked for has all steps.
        Some(zeros) if operation.asked.choice.is_none() => {
            sparse::best(operation, &frame, zeros, (&panels, &dense), |panels| kernels(operation, &frame, panels))?
        }
        _ => None,
    };
    let (panels, kernels, sparse, macs) = match listed {
        Some(Packed { panels, sparse, kernels }) => {
            let macs = sparse::macs(&frame, &panels, &sparse.lists);
            (panels, kernels, Some(sparse), macs)
        }
        None => (panels, dense, None, macs),
    };
    let unrolled = operation.unroll == Unroll::Full;
    let magnitudes = operation.inner == Inner::AbsoluteDifference && frame.is_clipped();
    let then = then.map(Box::new);
    let plan = Plan { frame, panels, sparse, magnitudes, kernels, unrolled, macs, then, instead: None, parts: None };
    if unrolled {
        budget::check_unrolled(&plan)?;
    }
    Ok(plan)
}

/// The kernels that read weights packed as `panels`, one a register file.
fn kernels(operation: &Operation, frame: &Frame, panels: &[Panel]) -> Result<Vec<Kernel>, NoSuchPlan> {
    let tiled = !matches!(operation.inner, Inner::Softmax { .. });
    let files = REGISTER_FILES.into_iter().filter(|_| tiled).map(|file| file.holding(operation.element));
    files.map(|file| Ok(Kernel { file, nests: candidate::nests(operation, frame, panels, file)? })).collect()
}

/// A stream of `steps` as turns of a loop that writes out `unroll` of them, and the steps left over.
pub fn turns(steps: usize, unroll: usize) -> (usize, usize) {
    // A loop of one turn is no loop.
    if steps / unroll > 1 { (steps / unroll, steps % unroll) } else { (0, steps) }
}

/// `count` pixels as powers of two, none above `most`, which is one itself, the largest first: what is stored together where vectors of
/// channels become vectors of pixels.
pub fn powers(count: usize, most: usize) -> impl Iterator<Item = usize> {
    let rest = count % most;
    let smaller = (0..most.ilog2()).rev().map(|bit| 1 << bit).filter(move |power| rest & power > 0);
    core::iter::repeat_n(most, count / most).chain(smaller)
}

impl Strip {
    /// Whether a loop says which of its tiles, or of its outputs, is meant.
    pub fn has_index(&self) -> bool {
        self.runs.is_some() || self.region.count > 1
    }
}

impl Nest {
    /// Whether lanes run along the row.
    pub fn is_along(&self) -> bool {
        self.strips.iter().any(|strip| matches!(strip.body, Body::Along { .. }))
    }

    /// What its tiles and loops are called.
    pub fn shape(&self) -> Shape {
        let laid = self.strips.iter().filter(|strip| strip.runs.is_none());
        Shape {
            rows: self.rows,
            pixels: laid.map(|strip| strip.region.tile.outputs).max().unwrap_or(1),
            vectors: self.strips.first().map_or(1, |strip| strip.vectors),
            walk: self.strips.iter().any(|strip| strip.body == Body::Walk),
            order: (self.all_blocks() > 1).then_some(self.order),
        }
    }

    /// Blocks of all groups.
    pub fn all_blocks(&self) -> usize {
        self.groups * self.blocks
    }

    /// The tiles of `rows` output rows.
    pub fn strips(&self, rows: usize) -> &[Strip] {
        if rows == self.rows { &self.strips } else { &self.singles }
    }
}

impl Instead {
    /// Elements that it works in.
    fn scratch(&self) -> usize {
        match self {
            Instead::Winograd(winograd) => winograd.scratch(),
            Instead::Fourier(fourier) => fourier.longest(),
            Instead::Factored(factored) => factored.between(),
        }
    }
}

impl Plan {
    /// Multiply-adds of one forward pass, with those of what follows.
    pub fn all_macs(&self) -> u64 {
        self.macs + self.then.as_ref().map_or(0, |then| then.turns as u64 * then.plan.macs)
    }

    /// Elements that a forward pass works in besides input and output.
    pub fn scratch(&self) -> usize {
        let instead = self.instead.as_ref().map_or(0, |instead| instead.scratch() + winograd::SPARE);
        self.then.as_ref().map_or(0, |then| then.between()) + instead
    }

    /// The same, of which `instead` takes the place of kernels.
    fn with(&self, instead: Instead) -> Self {
        Plan { panels: Vec::new(), kernels: Vec::new(), instead: Some(instead), parts: None, ..self.clone() }
    }

    /// How products are made fewer.
    pub fn algorithm(&self) -> Algorithm {
        match self.instead {
            Some(Instead::Winograd(_)) => Algorithm::Winograd,
            Some(Instead::Fourier(_)) => Algorithm::Fft,
            Some(Instead::Factored(_)) => Algorithm::Factored,
            None => Algorithm::Direct,
        }
    }

    /// The plan in words, one line a decision.
    pub fn describe(&self, operation: &Operation) -> String {
        let mut text = describe::describe(self, operation);
        if operation.asked.explain {
            text += &explain::explain(operation, self);
        }
        text
    }
}
