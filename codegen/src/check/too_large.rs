//! Kernels that do not fit into their input: the message, and paddings with which they would.
//!
//! Comes in: a [`Spec`] and the windows of its axes. Goes out: at most one error, for all axes at once, since one key
//! mends them all. Must not know: how a call is spelled, beyond the words that it suggests.

use super::window;
use crate::diag::Errors;
use crate::layout;
use crate::operation::PaddingMode;
use crate::shape::{self, AxisError, MAX_TAPS, Padding, Window};
use crate::spec::Spec;
use std::fmt::Write as _;

/// An axis whose dilated kernel is longer than its padded input; lengths in elements.
struct Excess {
    /// Which axis, outermost first.
    index: usize,
    /// From the kernel's first to its last tap.
    extent: u64,
    /// Input with the padding that there is.
    padded: u64,
    /// Elements that have to be added.
    missing: u64,
}

/// Reports the axes along which the kernel does not fit once.
pub(super) fn check(spec: &Spec, windows: &[Window], cx: &mut Errors) {
    let excesses: Vec<Excess> =
        windows.iter().enumerate().filter_map(|(index, &window)| excess(index, window)).collect();
    if excesses.is_empty() {
        return;
    }
    let name = spec.operator.window_name();
    let dilated = excesses.iter().any(|&Excess { index, .. }| windows[index].dilation > 1);
    let smaller = if dilated { format!("the {name} or the dilation") } else { format!("the {name}") };
    let found = found(spec, windows, &excesses);
    if let Some(turned) = turned(spec) {
        cx.push(&spec.input.tokens, format_args!("{found}: {turned}; otherwise make {smaller} smaller"));
        return;
    }
    let mut ways = ways(spec, windows, &excesses, "");
    if ways.is_empty() && matches!(spec.padding_mode, PaddingMode::Reflect | PaddingMode::Circular) {
        // What this mode does not allow, that one may.
        let windows: Vec<Window> =
            windows.iter().map(|&window| Window { mode: PaddingMode::Replicate, ..window }).collect();
        ways = self::ways(spec, &windows, &excesses, ", padding_mode: replicate");
    }
    let padding =
        if ways.is_empty() { String::new() } else { format!(", or pad the input with {}", ways.join(" or ")) };
    cx.push(&spec.kernel.tokens, format_args!("{found}: make {smaller} smaller{padding}"));
}

/// Entries with which the kernel would fit along all axes, each with `mode` behind it.
fn ways(spec: &Spec, windows: &[Window], excesses: &[Excess], mode: &str) -> Vec<String> {
    let mut ways = Vec::new();
    if excesses.iter().all(|excess| works(spec, Window { padding: Padding::Same, ..windows[excess.index] })) {
        ways.push(format!("`padding: same{mode}`"));
    }
    if let Some(ends) = ends(spec, windows, excesses) {
        let ends: Vec<String> = ends.iter().map(|(before, after)| format!("[{before}, {after}]")).collect();
        ways.push(format!("at least `padding: {}{mode}`", ends.join("x")));
    }
    ways
}

/// What to write where the input's sizes look like channels x height x width, and the kernel would fit if they were.
pub(super) fn turned(spec: &Spec) -> Option<String> {
    let (channels, spatial) = spec.input.value.split_first()?;
    let fits = spatial.iter().enumerate().all(|(index, &input)| works(spec, Window { input, ..window(spec, index) }));
    if !fits || spatial.last() <= Some(channels) {
        return None;
    }
    let spatial = spatial.iter().map(ToString::to_string).collect::<Vec<_>>().join("x");
    let (axes, s) = (spec.axes().join(" x "), if *channels == 1 { "" } else { "s" });
    Some(format!(
        "the order of `in` is {axes} x channels, in either layout; for {channels} channel{s} of {spatial} write \
         `in: {spatial}x{channels}`"
    ))
}

/// By how much the kernel is too large along an axis, if it is.
fn excess(index: usize, window: Window) -> Option<Excess> {
    match window.resolve() {
        Err(AxisError::KernelTooLarge { extent, padded, missing }) => Some(Excess { index, extent, padded, missing }),
        _ => None,
    }
}

/// What is larger than what, axis by axis.
fn found(spec: &Spec, windows: &[Window], excesses: &[Excess]) -> String {
    let name = spec.operator.window_name();
    let mut text = String::new();
    for (nth, &Excess { index, extent, padded, .. }) in excesses.iter().enumerate() {
        let Window { kernel, dilation, padding, .. } = windows[index];
        let axis = spec.axes()[index];
        let what = if padding == Padding::Valid { "input" } else { "padded input" };
        let (and, is_larger) = match nth {
            0 => ("", " is larger"),
            _ if nth + 1 < excesses.len() => (", ", ""),
            _ => (", and ", ""),
        };
        let spans = if dilation > 1 { format!(" (with dilation {dilation}: {extent})") } else { String::new() };
        // Writing to a `String` does not fail.
        let _ = write!(text, "{and}{name} {axis} {kernel}{spans}{is_larger} than the {what} {axis} {padded}");
    }
    text
}

/// Padding before and after every axis with which the kernel fits once, if there is such.
fn ends(spec: &Spec, windows: &[Window], excesses: &[Excess]) -> Option<Vec<(u64, u64)>> {
    let mut ends: Vec<(u64, u64)> = windows.iter().map(|window| explicit(window.padding)).collect::<Option<_>>()?;
    for &Excess { index, padded, missing, .. } in excesses {
        let window = windows[index];
        let (before, after) = ends[index];
        let balanced = (before + missing / 2, after + missing.div_ceil(2));
        // A dilated pool's window may step over an input in its middle, and does not over one at its first tap.
        let at_first_tap = (0, missing + padded - window.input as u64);
        ends[index] = [balanced, at_first_tap].into_iter().find(|&(before, after)| {
            let padding = Padding::Explicit { before: before as usize, after: after as usize };
            works(spec, Window { padding, ..window })
        })?;
    }
    Some(ends)
}

/// A padding rule as elements before and after, where it says so itself.
fn explicit(padding: Padding) -> Option<(u64, u64)> {
    match padding {
        Padding::Valid => Some((0, 0)),
        Padding::Explicit { before, after } => Some((before as u64, after as u64)),
        Padding::Same | Padding::SameLower | Padding::Full | Padding::Causal => None,
    }
}

/// Whether an axis would pass every check.
fn works(spec: &Spec, window: Window) -> bool {
    window.resolve().is_ok_and(|axis| {
        let is_met = !spec.operator.kind().is_pool() || shape::first_empty_window(&axis).is_none();
        is_met && layout::taps(&axis, window.transposed.is_some()) <= MAX_TAPS
    })
}

#[cfg(test)]
mod tests {
    use crate::expand_source;

    /// The `padding: ...` that the message of `call` suggests, each in backquotes.
    fn suggestions(call: &str) -> Vec<String> {
        let error = expand_source(call).unwrap_err();
        let [message] = error.messages() else { panic!("{call}: {error}") };
        message.split('`').filter(|text| text.starts_with("padding: ")).map(str::to_owned).collect()
    }

    #[test]
    fn suggested_paddings_compile_and_less_does_not() {
        let sizes = [1, 2, 4, 5].into_iter().flat_map(|input| [1, 3, 6].map(move |kernel| (input, kernel)));
        let mut tried = 0;
        for ((height, kernel_h), (width, kernel_w)) in sizes.clone().flat_map(|a| sizes.clone().map(move |b| (a, b))) {
            for (dilation, padding) in [(1, ""), (2, ""), (5, ""), (1, "padding: 1"), (2, "padding: [1, 0]x[0, 1]")] {
                let (extent_h, extent_w) = ((kernel_h - 1) * dilation + 1, (kernel_w - 1) * dilation + 1);
                let added = match padding {
                    "" => 0,
                    "padding: 1" => 2,
                    _ => 1,
                };
                if extent_h <= height + added && extent_w <= width + added {
                    continue;
                }
                let conv = format!("in: {height}x{width}x1, kernel: {kernel_h}x{kernel_w}x1, dilation: {dilation}");
                let call = format!("conv2d!({conv}, {padding})");
                let found = suggestions(&call);
                assert_eq!(found.len(), 2, "{call}: {found:?}");
                for padding in found {
                    let mended = format!("conv2d!({conv}, {padding})");
                    assert!(expand_source(&mended).is_ok(), "{mended}");
                }
                tried += 1;
            }
        }
        assert!(tried > 100);
    }

    #[test]
    fn where_channels_seem_to_come_first_they_are_put_last() {
        for (call, write) in [
            ("conv2d!(in: 1x28x28, kernel: 5x5x32, layout: nchw)", "for 1 channel of 28x28 write `in: 28x28x1`"),
            ("conv3d!(in: 1x8x9x9, kernel: 3x3x3x2)", "for 1 channel of 8x9x9 write `in: 8x9x9x1`"),
            ("conv2d!(in: 3x224x224, kernel: 3x3x6, padding: same, groups: 3)", "write `in: 224x224x3`"),
            ("conv2d!(in: 3x32x32, kernel: 3x3x6, dilation: 2)", "for 3 channels of 32x32 write `in: 32x32x3`"),
            ("max_pool1d!(in: 2x16, window: 4)", "for 2 channels of 16 write `in: 16x2`"),
        ] {
            let error = expand_source(call).unwrap_err();
            let [message] = error.messages() else { panic!("{call}: {error}") };
            assert!(message.contains(write) && !message.contains("pad the input"), "{call}: {message}");
            let (before, rest) = call.split_once("in: ").unwrap();
            let (_, after) = rest.split_once(',').unwrap();
            let input = message.split("`in: ").nth(1).and_then(|rest| rest.split('`').next()).unwrap();
            let mended = format!("{before}in: {input},{after}");
            assert!(expand_source(&mended).is_ok(), "{mended}");
        }
        for call in [
            "conv2d!(in: 4x4x8, kernel: 5x5x8)",
            "conv2d!(in: 4x8x3, kernel: 5x5x8)",
            // As channels they would not help.
            "conv2d!(in: 3x8x8, kernel: 3x3x6, dilation: 4)",
            "conv2d!(in: 3x8x8, kernel: 3x3x4, padding: same, groups: 3)",
        ] {
            let error = expand_source(call).unwrap_err().to_string();
            assert!(!error.contains("the order of `in`"), "{call}: {error}");
        }
    }

    #[test]
    fn another_mode_is_offered_where_this_one_has_no_padding_wide_enough() {
        for (call, expected) in [
            (
                "conv2d!(in: 3x8x1, kernel: 9x3x1, padding_mode: reflect",
                &["padding: same, padding_mode: replicate", "padding: [3, 3]x[0, 0], padding_mode: replicate"][..],
            ),
            ("conv1d!(in: 3x1, kernel: 5x1, padding_mode: reflect", &["padding: same", "padding: [1, 1]"]),
            (
                "conv1d!(in: 2x1, kernel: 7x1, padding: 1, padding_mode: circular",
                &["padding: same, padding_mode: replicate", "padding: [2, 3], padding_mode: replicate"],
            ),
        ] {
            let found = suggestions(&format!("{call})"));
            assert_eq!(found, expected, "{call}");
            let (bare, mode) = call.split_once(", padding").map(|(bare, _)| bare).zip(call.rsplit_once(", ")).unwrap();
            for padding in found {
                let mode = if padding.contains("padding_mode") { "" } else { mode.1 };
                let mended = format!("{bare}, {padding}, {mode})");
                assert!(expand_source(&mended).is_ok(), "{mended}");
            }
        }
    }

    #[test]
    fn a_pool_is_not_told_to_step_over_its_input() {
        for (call, expected) in [
            ("max_pool2d!(in: 2x2x1, window: 2x2, dilation: 5", &["padding: [0, 4]x[0, 4]"][..]),
            ("max_pool2d!(in: 4x4x1, window: 5x2", &["padding: same", "padding: [0, 1]x[0, 0]"]),
            (
                "max_pool2d!(in: 4x4x1, window: 9x2, padding: [2, 0]x[1, 0]",
                &["padding: same", "padding: [3, 2]x[1, 0]"],
            ),
        ] {
            let found = suggestions(&format!("{call})"));
            assert_eq!(found, expected, "{call}");
            let without_padding = call.split(", padding").next().unwrap();
            for padding in found {
                let mended = format!("{without_padding}, {padding})");
                assert!(expand_source(&mended).is_ok(), "{mended}");
            }
        }
    }

    #[test]
    fn same_is_not_suggested_where_its_layout_is_too_large() {
        let call = "conv2d!(in: 1x300x1, kernel: 1x301x1";
        let found = suggestions(&format!("{call})"));
        assert_eq!(found, ["padding: [0, 0]x[0, 1]"]);
        assert!(expand_source(&format!("{call}, {})", found[0])).is_ok());
    }
}
