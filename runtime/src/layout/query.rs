//! Questions about a layout, answered from its runs.
//!
//! Comes in: a [`Toeplitz`]. Goes out: sizes, and its non-zeros one at a time. Nothing is ever expanded: an answer
//! takes memory for the axes, not for the matrix.

use core::fmt;

use super::{Band, Channels, Run, Tap, Toeplitz, WeightOrder};
use crate::{DataFormat, Shape};

impl Band {
    /// Number of non-zeros of this axis alone: pairs of an output and a tap that meets an input.
    pub const fn nnz(&self) -> u64 {
        let mut count = 0;
        let mut run = 0;
        while run < self.runs.len() {
            count += self.runs[run].len as u64 * self.runs[run].taps.len() as u64;
            run += 1;
        }
        count
    }

    /// The run that output `output` belongs to, and its place in it.
    fn find(&self, output: usize) -> (&'static Run, usize) {
        self.runs
            .iter()
            .find_map(|run| {
                let offset = output.checked_sub(run.start)?;
                let place = offset / run.step;
                (offset % run.step == 0 && place < run.len).then_some((run, place))
            })
            .expect("the runs of a band cover every output")
    }

    /// The taps of one output, and how far its input indices lie beyond theirs.
    pub(super) fn taps(&self, output: usize) -> (&'static [Tap], usize) {
        let (run, place) = self.find(output);
        (run.taps, place * run.advance)
    }
}

impl Channels {
    /// Number of blocks along the diagonal, and the inputs and outputs of each.
    pub(super) const fn blocks(self) -> (usize, usize, usize) {
        match self {
            Self::Dense { input, output } => (1, input, output),
            Self::Grouped { groups, input, output } => (groups, input, output),
            Self::Diagonal(channels) => (channels, 1, 1),
        }
    }

    /// Input channels.
    pub const fn input(self) -> usize {
        let (groups, input, _) = self.blocks();
        groups * input
    }

    /// Output channels.
    pub const fn output(self) -> usize {
        let (groups, _, output) = self.blocks();
        groups * output
    }

    /// Number of non-zeros of the block.
    pub const fn nnz(self) -> u64 {
        let (groups, input, output) = self.blocks();
        groups as u64 * input as u64 * output as u64
    }
}

impl<const N: usize> Toeplitz<N> {
    /// Shape of the input, one column an element.
    pub const fn input(&self) -> Shape<N> {
        let mut spatial = [0; N];
        let mut axis = 0;
        while axis < N {
            spatial[axis] = self.bands[axis].input;
            axis += 1;
        }
        Shape { spatial, channels: self.channels.input() }
    }

    /// Shape of the output, one row an element.
    pub const fn output(&self) -> Shape<N> {
        let mut spatial = [0; N];
        let mut axis = 0;
        while axis < N {
            spatial[axis] = self.bands[axis].output;
            axis += 1;
        }
        Shape { spatial, channels: self.channels.output() }
    }

    /// Number of pixels, of which each band has so many.
    pub(super) fn pixels(&self, of: fn(&Band) -> usize) -> usize {
        self.bands.iter().map(of).product()
    }

    /// Number of rows: output elements.
    pub const fn rows(&self) -> usize {
        self.output().len()
    }

    /// Number of columns: input elements.
    pub const fn cols(&self) -> usize {
        self.input().len()
    }

    /// Number of structural non-zeros. For a convolution or a dense layer these are its multiply-adds. Where a padding mode lets
    /// several kernel elements meet the same input, each counts.
    pub const fn nnz(&self) -> u64 {
        let mut count = self.channels.nnz();
        let mut axis = 0;
        while axis < N {
            count *= self.bands[axis].nnz();
            axis += 1;
        }
        count
    }

    /// [`nnz`](Self::nnz) as a fraction of all elements.
    pub const fn density(&self) -> f64 {
        self.nnz() as f64 / (self.rows() as f64 * self.cols() as f64)
    }

    /// Number of weights the non-zeros refer to: kernel elements times the channel block, 0 for a diagonal layout.
    pub const fn weights(&self) -> usize {
        if let Channels::Diagonal(_) = self.channels {
            return 0;
        }
        let mut count = self.channels.nnz() as usize;
        let mut axis = 0;
        while axis < N {
            count *= self.bands[axis].kernel;
            axis += 1;
        }
        count
    }

    /// The non-zeros of row `row` by ascending column: what one output is made from. Where a padding mode lets several kernel elements
    /// meet the same input, their entries follow each other, and what stands there is their sum.
    ///
    /// ```
    /// toeplitz::conv2d! { struct Conv < in: 4x4x1, kernel: 3x3x1, padding: same >; }
    ///
    /// // The output in the upper left corner: of nine kernel elements, four meet the input.
    /// let corner: Vec<_> = Conv::TOEPLITZ.row(0).map(|entry| (entry.col, entry.kernel)).collect();
    /// assert_eq!(corner, [(0, [1, 1]), (1, [1, 2]), (4, [2, 1]), (5, [2, 2])]);
    /// // Their weights, in the flat `[3][3][1][1]` that `Conv::new` takes.
    /// assert!(Conv::TOEPLITZ.row(0).map(|entry| entry.weight.unwrap()).eq([4, 5, 7, 8]));
    /// ```
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn row(&self, row: usize) -> Row<N> {
        assert!(row < self.rows(), "row {row} of a matrix with {} rows", self.rows());
        Row::new(*self, row)
    }

    /// All non-zeros, row by row, each row by ascending column.
    ///
    /// ```
    /// toeplitz::max_pool2d! { struct Pool < in: 4x4x2, window: 2x2 >; }
    ///
    /// // Which elements does input channel 1 contribute, and to which outputs?
    /// let pairs = Pool::TOEPLITZ.iter().filter(|entry| entry.channel == 1).map(|entry| (entry.row, entry.col));
    /// assert_eq!(pairs.take(5).collect::<Vec<_>>(), [(1, 1), (1, 3), (1, 9), (1, 11), (3, 5)]);
    /// ```
    pub fn iter(&self) -> Entries<N> {
        Entries { layout: *self, next: 0, current: None }
    }
}

impl<const N: usize> IntoIterator for &Toeplitz<N> {
    type Item = Entry<N>;
    type IntoIter = Entries<N>;
    fn into_iter(self) -> Entries<N> {
        self.iter()
    }
}

impl<const N: usize> fmt::Display for Toeplitz<N> {
    /// One line: `28x28x1 -> 28x28x32: 25088 x 784, 574592 non-zeros (2.92%)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, cols, nnz, percent) = (self.rows(), self.cols(), self.nnz(), 100.0 * self.density());
        let decimals = if percent < 0.1 { 4 } else { 2 };
        write!(f, "{} -> {}: {rows} x {cols}, {nnz} non-zeros ({percent:.decimals$}%)", self.input(), self.output())
    }
}

/// One structural non-zero of the matrix: an input element that an output element is made from.
///
/// In two dimensions, output element `[oy][ox][oc]` meets input element `[iy][ix][channel]` by kernel element
/// `kernel = [ky, kx]`, and the weight there is `[ky][kx][channel][oc]` (`[ky][kx][oc][channel]` of a transposed convolution).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<const N: usize> {
    /// Output element: index into the flat output.
    pub row: usize,
    /// Input element: index into the flat input.
    pub col: usize,
    /// Kernel element along each axis, outermost first: `[ky, kx]` in two dimensions, `[]` for a dense layer.
    pub kernel: [usize; N],
    /// Input channel.
    pub channel: usize,
    /// Index into the flat weights, as `new` takes them, of the value that stands here; `None` where no weight does, as in a pool.
    pub weight: Option<usize>,
}

/// The non-zeros of one row; see [`Toeplitz::row`].
#[derive(Clone, Debug)]
pub struct Row<const N: usize> {
    layout: Toeplitz<N>,
    output: usize,
    /// Its channel.
    out: usize,
    /// Taps of the row's output on each axis, and how far the input lies beyond them.
    axes: [(&'static [Tap], usize); N],
    /// The taps of the block that comes next.
    taps: [Tap; N],
    /// The next entry within that block.
    channel: usize,
    /// Entries still to come.
    left: usize,
}

impl<const N: usize> Row<N> {
    fn new(layout: Toeplitz<N>, row: usize) -> Self {
        let (mut position, out) = match layout.format {
            DataFormat::ChannelsLast => (row / layout.channels.output(), row % layout.channels.output()),
            DataFormat::ChannelsFirst => {
                (row % layout.pixels(|band| band.output), row / layout.pixels(|band| band.output))
            }
        };
        let mut axes = [(&[] as &[Tap], 0); N];
        let mut taps = [Tap { kernel: 0, input: 0 }; N];
        let mut left = layout.channels.blocks().1;
        for axis in (0..N).rev() {
            let band = &layout.bands[axis];
            axes[axis] = band.taps(position % band.output);
            position /= band.output;
            left *= axes[axis].0.len();
            if let Some(tap) = first(axes[axis].0, |_| true) {
                taps[axis] = tap;
            }
        }
        Self { layout, output: row, out, axes, taps, channel: 0, left }
    }

    fn entry(&self) -> Entry<N> {
        let (mut position, mut kernel) = (0, 0);
        for ((tap, band), (_, beyond)) in self.taps.iter().zip(&self.layout.bands).zip(self.axes) {
            position = position * band.input + tap.input + beyond;
            kernel = kernel * band.kernel + tap.kernel;
        }
        let (groups, input, output) = self.layout.channels.blocks();
        let out = self.out;
        let channel = out / output * input + self.channel;
        let taps: usize = self.layout.bands.iter().map(|band| band.kernel).product();
        let weight = match (self.layout.channels, self.layout.format, self.layout.order) {
            (Channels::Diagonal(_), ..) => None,
            (_, DataFormat::ChannelsFirst, WeightOrder::InOut) => Some((out * input + self.channel) * taps + kernel),
            (_, DataFormat::ChannelsFirst, WeightOrder::OutIn) => {
                Some((channel * output + out % output) * taps + kernel)
            }
            (_, _, WeightOrder::InOut) => Some((kernel * input + self.channel) * groups * output + out),
            (_, _, WeightOrder::OutIn) => Some((kernel * output + out % output) * groups * input + channel),
        };
        let col = match self.layout.format {
            DataFormat::ChannelsLast => position * groups * input + channel,
            DataFormat::ChannelsFirst => channel * self.layout.pixels(|band| band.input) + position,
        };
        Entry { row: self.output, col, kernel: self.taps.map(|tap| tap.kernel), channel, weight }
    }

    /// Moves on to the next kernel element that meets the same input; false where that begins anew.
    fn next_kernel(&mut self) -> bool {
        for (tap, (taps, _)) in self.taps.iter_mut().zip(self.axes).rev() {
            let Tap { kernel, input } = *tap;
            if let Some(next) = first(taps, |next| next.input == input && next.kernel > kernel) {
                *tap = next;
                return true;
            }
            *tap = first(taps, |next| next.input == input).unwrap_or(*tap);
        }
        false
    }

    /// Moves on to the next larger input, and to the first kernel element that meets it; false where that begins anew.
    fn next_input(&mut self) -> bool {
        for (tap, (taps, _)) in self.taps.iter_mut().zip(self.axes).rev() {
            let input = tap.input;
            if let Some(next) = first(taps, |next| next.input > input) {
                *tap = next;
                return true;
            }
            *tap = first(taps, |_| true).unwrap_or(*tap);
        }
        false
    }
}

impl<const N: usize> Iterator for Row<N> {
    type Item = Entry<N>;

    fn next(&mut self) -> Option<Entry<N>> {
        self.left = self.left.checked_sub(1)?;
        let entry = self.entry();
        // What meets the same input stays together.
        if self.next_kernel() {
            return Some(entry);
        }
        match self.layout.format {
            DataFormat::ChannelsLast => {
                self.channel += 1;
                if self.channel == self.layout.channels.blocks().1 {
                    self.channel = 0;
                    self.next_input();
                }
            }
            DataFormat::ChannelsFirst => self.channel += usize::from(!self.next_input()),
        }
        Some(entry)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<const N: usize> ExactSizeIterator for Row<N> {}

/// All non-zeros of a layout; see [`Toeplitz::iter`].
#[derive(Clone, Debug)]
pub struct Entries<const N: usize> {
    layout: Toeplitz<N>,
    /// The row after the current one.
    next: usize,
    current: Option<Row<N>>,
}

impl<const N: usize> Iterator for Entries<N> {
    type Item = Entry<N>;

    fn next(&mut self) -> Option<Entry<N>> {
        loop {
            if let Some(entry) = self.current.as_mut().and_then(Iterator::next) {
                return Some(entry);
            }
            if self.next == self.layout.rows() {
                return None;
            }
            self.current = Some(self.layout.row(self.next));
            self.next += 1;
        }
    }
}

/// Of the taps that `belong`, the one with the smallest input, and the smallest kernel element there: taps are stored by kernel
/// index, and where the kernel runs against the input (as in a transposed convolution) that is the opposite order.
fn first(taps: &[Tap], belong: impl Fn(&Tap) -> bool) -> Option<Tap> {
    taps.iter().copied().filter(belong).min_by_key(|tap| (tap.input, tap.kernel))
}
