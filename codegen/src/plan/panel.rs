//! How output channels are packed: which of them share a vector, and with how many inputs interleaved.
//!
//! Comes in: the type of data, channel counts and the kernel row's depth. Goes out: [`Panel`] groups, one packed weight layout for
//! every register file. Must not know: tiles, SIMD levels.
//!
//! A lane layout is `width` output channels times `interleave` consecutive inputs. With many output channels the inputs
//! are not interleaved: each input is broadcast and meets a cache line of channels at once, 16 of `f32`. A few output channels cannot
//! fill a vector, so consecutive inputs fill it up (a repeated load instead of a broadcast), and the tile ends with a sum across lanes.

use crate::operation::Element;

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
    /// Steps of all panels that are packed, where the others are zeros; nothing where all are.
    pub listed: Option<usize>,
}

/// Output channels of the widest panel, a cache line of them: one AVX-512 register, two of AVX2, four of SSE.
pub fn widest(element: Element) -> usize {
    64 / element.bytes()
}

impl Panel {
    /// Elements of one packed step.
    pub fn lanes(&self) -> usize {
        self.width * self.interleave
    }
}

/// Packs `out_channels` outputs of a group of channels, whose products are `in_channels` deep at each kernel column.
pub fn panels(element: Element, in_channels: usize, out_channels: usize) -> Vec<Panel> {
    let mut panels = Vec::new();
    let widest = widest(element);
    let full = out_channels / widest;
    if full > 0 {
        panels.push(Panel {
            first: 0,
            outputs: full * widest,
            width: widest,
            interleave: 1,
            count: full,
            listed: None,
        });
    }
    let mut first = full * widest;
    while first < out_channels {
        let rest = out_channels - first;
        let (width, interleave) = remainder(widest, in_channels, rest);
        let outputs = width.min(rest);
        panels.push(Panel { first, outputs, width, interleave, count: 1, listed: None });
        first += outputs;
    }
    panels
}

/// Width and interleave of the next panel for `rest` output channels, fewer than the `widest` panel's.
fn remainder(widest: usize, in_channels: usize, rest: usize) -> (usize, usize) {
    let divides = |interleave: usize| in_channels.is_multiple_of(interleave);
    let (half, quarter) = (widest / 2, widest / 4);
    match rest {
        _ if rest > half + quarter => (widest, 1),
        _ if rest >= half && divides(4) => (half, 4),
        1 if divides(widest) => (1, widest),
        1 | 2 if divides(half) => (2, half),
        _ if rest < half && divides(4) => (4, 4),
        _ if rest > half => (widest, 1),
        _ if rest > quarter => (half, 1),
        _ => (quarter, 1),
    }
}
