//! How output channels are packed: which of them share a vector, and with how many inputs interleaved.
//!
//! Comes in: channel counts and the kernel row's depth. Goes out: [`Panel`] groups, one packed weight layout for every register
//! file. Must not know: tiles, SIMD levels.
//!
//! A lane layout is `width` output channels times `interleave` consecutive inputs. With many output channels the inputs
//! are not interleaved: each input is broadcast and meets 16 channels at once. A few output channels cannot fill a vector, so
//! consecutive inputs fill it up (a repeated load instead of a broadcast), and the tile ends with a sum across lanes.

/// A group of equally packed panels.
///
/// Packed weights are `[groups][count][kernel_h][depth / interleave][width * interleave]`, the first two as one: lane
/// `o * interleave + i` of step `s` holds input `s * interleave + i` of output channel `first + panel * width + o` of the channel
/// group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panel {
    /// First output channel, counted within each group of channels.
    pub first: usize,
    /// Output channels of a group of channels that exist; the rest of the last panel is zero.
    pub outputs: usize,
    /// Output channels of one panel.
    pub width: usize,
    /// Consecutive inputs that share a vector.
    pub interleave: usize,
    /// Number of panels in each group of channels.
    pub count: usize,
}

/// Widest panel: one AVX-512 register, two of AVX2, four of SSE, a cache line of `f32`.
pub const PANEL: usize = 16;

impl Panel {
    /// `f32` values of one packed step.
    pub fn lanes(&self) -> usize {
        self.width * self.interleave
    }
}

/// Packs `out_channels` outputs of a group of channels, whose products are `in_channels` deep at each kernel column.
pub fn panels(in_channels: usize, out_channels: usize) -> Vec<Panel> {
    let mut panels = Vec::new();
    let full = out_channels / PANEL;
    if full > 0 {
        panels.push(Panel { first: 0, outputs: full * PANEL, width: PANEL, interleave: 1, count: full });
    }
    let mut first = full * PANEL;
    while first < out_channels {
        let rest = out_channels - first;
        let (width, interleave) = remainder(in_channels, rest);
        let outputs = width.min(rest);
        panels.push(Panel { first, outputs, width, interleave, count: 1 });
        first += outputs;
    }
    panels
}

/// Width and interleave of the next panel for `rest` output channels, fewer than a full panel.
fn remainder(in_channels: usize, rest: usize) -> (usize, usize) {
    let divides = |interleave: usize| in_channels.is_multiple_of(interleave);
    match rest {
        13.. => (PANEL, 1),
        8.. if divides(4) => (8, 4),
        1 if divides(16) => (1, 16),
        1 | 2 if divides(8) => (2, 8),
        1..8 if divides(4) => (4, 4),
        9.. => (PANEL, 1),
        5.. => (8, 1),
        _ => (4, 1),
    }
}
