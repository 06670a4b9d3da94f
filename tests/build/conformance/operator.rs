//! The macro call for an operator that slides a window.
//!
//! Comes in: sizes, as all three sets state them. Goes out: the macro's name and its keys. Must not know: files, and how a set
//! spells what it states.

/// Which macro, but for the number of axes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Conv,
    Depthwise,
    Transposed,
    MaxPool,
    AvgPool { count_include_pad: bool },
}

pub(super) enum Padding {
    /// A word of the key `padding`.
    Rule(&'static str),
    Amounts {
        begin: Vec<usize>,
        end: Vec<usize>,
    },
}

/// Sizes are those of the spatial axes.
pub(super) struct Operator {
    pub(super) kind: Kind,
    pub(super) input: Vec<usize>,
    pub(super) output: Vec<usize>,
    pub(super) in_channels: usize,
    pub(super) out_channels: usize,
    pub(super) groups: usize,
    pub(super) kernel: Vec<usize>,
    pub(super) stride: Vec<usize>,
    pub(super) dilation: Vec<usize>,
    pub(super) padding: Padding,
    pub(super) bias: bool,
    /// Of a pool.
    pub(super) ceil_mode: bool,
}

impl Kind {
    pub(super) fn is_pool(self) -> bool {
        matches!(self, Kind::MaxPool | Kind::AvgPool { .. })
    }
}

impl Operator {
    /// The macro's name and, after an exclamation mark, its keys.
    pub(super) fn call(&self) -> String {
        let kernel = times(&self.kernel);
        let whole = format!("kernel: {kernel}x{}{}", self.out_channels, self.groups());
        let (name, window) = match self.kind {
            // There is no macro for three axes; a convolution in as many groups is the same.
            Kind::Depthwise if self.kernel.len() < 3 => {
                let multiplier = self.out_channels / self.in_channels;
                ("depthwise_conv", format!("kernel: {kernel}, multiplier: {multiplier}"))
            }
            Kind::Conv | Kind::Depthwise => ("conv", whole),
            Kind::Transposed => ("conv_transpose", whole + &self.output_padding()),
            Kind::MaxPool => ("max_pool", format!("window: {kernel}")),
            Kind::AvgPool { count_include_pad } => {
                ("avg_pool", format!("window: {kernel}, count_include_pad: {count_include_pad}"))
            }
        };
        let last = if self.kind.is_pool() {
            format!(", ceil_mode: {}", self.ceil_mode)
        } else {
            format!(", bias: {}", self.bias)
        };
        format!(
            "{name}{}d! in: {}x{}, {window}, padding: {}, stride: {}, dilation: {}{last}",
            self.kernel.len(),
            times(&self.input),
            self.in_channels,
            self.padding.value(),
            times(&self.stride),
            times(&self.dilation)
        )
    }

    /// What `OUTPUT` must print.
    pub(super) fn shape(&self) -> String {
        format!("{}x{}", times(&self.output), self.out_channels)
    }

    /// The key `groups` where there is more than one.
    fn groups(&self) -> String {
        if self.groups == 1 { String::new() } else { format!(", groups: {}", self.groups) }
    }

    /// The key `output_padding` where padding is in numbers: what the output has beyond the last that the cropped window reaches.
    fn output_padding(&self) -> String {
        let Padding::Amounts { begin, end } = &self.padding else { return String::new() };
        let beyond = |axis: usize| {
            let extent = (self.kernel[axis] - 1) * self.dilation[axis] + 1;
            self.output[axis] + begin[axis] + end[axis] - (self.input[axis] - 1) * self.stride[axis] - extent
        };
        let beyond: Vec<usize> = (0..self.kernel.len()).map(beyond).collect();
        format!(", output_padding: {}", spaced(beyond.iter().map(usize::to_string)))
    }
}

impl Padding {
    /// The key's value in its shortest spelling, axis by axis.
    fn value(&self) -> String {
        match self {
            Padding::Rule(rule) => (*rule).to_owned(),
            Padding::Amounts { begin, end } if begin.iter().chain(end).all(|&amount| amount == 0) => "valid".to_owned(),
            Padding::Amounts { begin, end } => {
                let axis = |(begin, end)| if begin == end { format!("{begin}") } else { format!("[{begin}, {end}]") };
                spaced(begin.iter().zip(end).map(axis))
            }
        }
    }
}

/// `[28, 28]` as `28x28`.
pub(super) fn times(sizes: &[usize]) -> String {
    sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

/// As `times`, but apart from each other: in `0x[1, 0]` and in `0x1`, `0x` would begin a hexadecimal number.
fn spaced(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(" x ")
}
